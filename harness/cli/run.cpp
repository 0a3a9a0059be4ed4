// ratbench run: trains what an experiment still lacks.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/claims/noise_floor.hpp"
#include "harness/claims/question.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/data_report.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/noise_checks.hpp"
#include "harness/cli/plan_report.hpp"
#include "harness/cli/print_json.hpp"
#include "harness/cli/stored_settings.hpp"
#include "harness/cli/sweep_builder.hpp"
#include "harness/cli/sweep_looks.hpp"
#include "harness/sched/sweep_run.hpp"
#include "harness/store/file_system.hpp"
#include "harness/store/reader.hpp"
#include "reports/report.hpp"
#include "src/base/counted.hpp"
#include "src/base/error.hpp"

namespace ratbench::cli {
namespace {

struct RunOptions {
  ExperimentOptions experiment;
  std::string db;
  std::string device = "auto";
  std::optional<int> jobs;
  std::string only;
  std::optional<std::size_t> stop_after_failures;
  std::optional<double> timeout_s;
  double checkpoint_every_s = 60;
  bool reuse_any_device = false;
  bool dry_run = false;
  bool noise_floor = false;
  bool json = false;
};

nlohmann::json looks_json(const LooksReport& report) {
  nlohmann::json looks = nlohmann::json::array();
  for (const claims::JudgedLook& look : report.judged) {
    nlohmann::json claims = nlohmann::json::array();
    for (std::size_t i = 0; i < look.verdicts.size(); ++i)
      claims.push_back({{"claim", look.verdicts[i].claim},
                        {"verdict", to_text(look.verdicts[i].outcome)},
                        {"prospect", to_text(look.prospects[i])},
                        {"reason", look.verdicts[i].reason}});
    looks.push_back({{"look", look.index + 1},
                     {"seeds", look.look.seeds},
                     {"alpha", look.look.alpha},
                     {"claims", std::move(claims)}});
  }
  return looks;
}

nlohmann::json to_json(const grid::Sweep& sweep, const LooksReport& looks, const std::string& db) {
  const sched::SweepReport& report = looks.sweep;
  nlohmann::json failures = nlohmann::json::array();
  for (const sched::FailedRun& run : report.schedule.failures) {
    failures.push_back({{"run_key", run.run_key},
                        {"cell", run.label},
                        {"seed", run.seed},
                        {"kind", run.kind},
                        {"message", run.message}});
  }
  const sched::ProgressCounts& counts = report.schedule.counts;
  nlohmann::json document = {{"experiment", sweep.experiment},
                             {"db", db},
                             {"cells", sweep.cells.size()},
                             {"runs", report.registered.runs},
                             {"merged", report.registered.merged},
                             {"already_done", report.already_done},
                             {"left_out", report.left_out},
                             {"done", counts.done},
                             {"diverged", counts.diverged},
                             {"failed", counts.failed},
                             {"interrupted", report.schedule.interrupted},
                             {"stopped_early", report.schedule.stopped_early},
                             {"failures", std::move(failures)}};
  if (looks.stopped.empty()) return document;
  document["looks"] = looks_json(looks);
  document["stopped_by"] = looks.stopped;
  return document;
}

std::string summary(const spec::Experiment& experiment, const grid::Sweep& sweep,
                    const LooksReport& looks) {
  const sched::SweepReport& report = looks.sweep;
  const sched::ProgressCounts& counts = report.schedule.counts;
  std::string text =
      fmt::format("{}: {} x {}, {} ({} shared between cells): {} stored before, {} trained now",
                  sweep.experiment, counted(sweep.cells.size(), "cell"),
                  counted(experiment.seeds.size(), "seed"), counted(report.registered.runs, "run"),
                  report.registered.merged, report.already_done, counts.done);
  if (counts.diverged > 0) text += fmt::format(", {} of them diverged", counts.diverged);
  if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
  if (report.left_out > 0) text += fmt::format(", {} left out by --only", report.left_out);
  text += "\n";
  if (looks.stopped.empty()) return text;
  if (!looks.judged.empty()) text += describe(looks.judged.back(), experiment) + "\n";
  return text + fmt::format("stopped at look {} of {}: {}\n", looks.trained_look + 1,
                            experiment.file_looks.size(), looks.stopped);
}

sched::SweepOptions sweep_options(const RunOptions& options) {
  sched::SweepOptions sweep;
  sweep.db = options.db;
  sweep.schedule.device = sched::parse_device(options.device);
  sweep.schedule.jobs = options.jobs;
  sweep.schedule.stop_after_failures = options.stop_after_failures;
  sweep.schedule.run_timeout_s = options.timeout_s;
  sweep.schedule.checkpoint_every_s = options.checkpoint_every_s;
  if (!options.only.empty()) sweep.only = sched::parse_filter(options.only);
  if (options.reuse_any_device) sweep.reuse = sched::DeviceReuse::kAny;
  return sweep;
}

// `experiment` has the seeds that were asked for by now.
void show(const spec::Experiment& experiment, const grid::Sweep& sweep, const LooksReport& report,
          const RunOptions& options) {
  if (options.json) {
    print_json(to_json(sweep, report, options.db));
    return;
  }
  fmt::print("{}", summary(experiment, sweep, report));
  if (report.sweep.schedule.interrupted) return;
  const store::Reader reader(options.db);
  fmt::print("\n{}", reports::terminal_table(reader, experiment));
}

// Where memory sufficed for no run at all, the machine is at fault and not a run.
bool machine_too_small(const sched::ScheduleReport& report) {
  const auto& failures = report.failures;
  return !failures.empty() && report.counts.done + report.counts.diverged == 0 &&
         std::all_of(failures.begin(), failures.end(),
                     [](const sched::FailedRun& run) { return run.kind == "oom"; });
}

int exit_status(const sched::ScheduleReport& report) {
  if (report.interrupted) return static_cast<int>(ExitStatus::kInterrupted);
  if (machine_too_small(report))
    throw EnvironmentError("no run could be trained, memory ran out: " +
                           report.failures.front().message);
  return static_cast<int>(report.failures.empty() ? ExitStatus::kSuccess : ExitStatus::kRunFailed);
}

// The same cells and as many seeds as were trained, with moved parameters, under another name.
spec::Experiment moved_experiment(const RunOptions& options, const spec::Experiment& plain) {
  ExperimentOptions moved = options.experiment;
  for (std::string& more : claims::rounding_overrides(plain.name))
    moved.overrides.push_back(std::move(more));
  if (!plain.looks.empty()) {
    const std::size_t look = std::filesystem::exists(options.db)
                                 ? claims::look_reached(store::Reader(options.db), plain)
                                 : 0;
    moved.seeds = static_cast<long long>(plain.looks[look]);
  }
  spec::Experiment experiment = moved.load();
  experiment.looks.clear();  // all of them, whatever is decided on the way
  return experiment;
}

// Says what replaces the settings under which the database knows the experiment.
void note_changed_settings(const spec::Experiment& experiment, const std::string& db) {
  if (!std::filesystem::exists(db)) return;
  try {
    const auto lines = changed_settings(store::Reader(db), experiment);
    if (lines.empty()) return;
    fmt::print(stderr,
               "note: {} holds \"{}\" with other settings; its runs stay stored, but tables and "
               "verdicts go over to these:\n  {}\n",
               db, experiment.name, fmt::join(lines, "\n  "));
  } catch (const StoreError&) {
    // An older database is brought up to date by the run itself, which says what else is wrong.
  }
}

// Trains what `experiment` lacks and shows it; returns the exit status.
int train(const spec::Experiment& experiment, const RunOptions& options) {
  const sched::SweepOptions sweep_settings = sweep_options(options);
  if (options.dry_run) {
    return show_plan(experiment, options.db, options.jobs.value_or(1),
                     options.json ? PlanFormat::kJson : PlanFormat::kText);
  }
  claims::check_questions(experiment);
  DataPreparer data(cache_folder(options.db), experiment, {.device = options.device});
  const grid::Sweep sweep = build_sweep(experiment, data);
  fmt::print(stderr, "{}", examine_data(experiment, data));
  note_changed_settings(experiment, options.db);
  const std::vector<store::Dataset> datasets = data.datasets();
  const LooksReport report =
      train_by_looks(experiment, sweep, options.db, [&](const grid::Sweep& part) {
        sched::Progress progress(sched::Progress::style_for_stderr());
        return sched::run_sweep(part, datasets, sweep_settings, progress);
      });
  const store::RecoveryReport& recovered = report.sweep.recovered;
  if (recovered.replayed > 0 || recovered.stale_leases > 0) {
    fmt::print(stderr, "recovered: {} from the spool, {} back in the queue\n",
               counted(recovered.replayed, "result"),
               counted(recovered.stale_leases, "unfinished run"));
  }
  // With a check to follow, its document is the one on stdout.
  if (!options.noise_floor)
    show(claims::at_look(experiment, report.trained_look), sweep, report, options);
  return exit_status(report.sweep.schedule);
}

int run(const RunOptions& options) {
  store::check_place(options.db);
  const spec::Experiment experiment = options.experiment.load();
  if (!options.noise_floor) return train(experiment, options);
  const int status = train(moved_experiment(options, experiment), options);
  if (status != 0 || options.dry_run) return status;
  return show_noise_floor(store::Reader(options.db), experiment,
                          options.json ? CheckFormat::kJson : CheckFormat::kText);
}

}  // namespace

Action set_up_run(CLI::App& app) {
  const auto options = std::make_shared<RunOptions>();
  options->experiment.add_to(app);
  add_database(app, options->db);
  app.add_option("--jobs", options->jobs, "runs in progress at once (default: cores, or GPUs)")
      ->type_name("N")
      ->check(positive_integer);
  app.add_option("--device", options->device, "auto, cpu, cuda, cuda:K or all")
      ->type_name("DEVICE")
      ->capture_default_str();
  app.add_flag("--dry-run", options->dry_run, "show the plan and stop");
  app.add_flag(
      "--noise-floor", options->noise_floor,
      "train the same cells and seeds with parameters moved by one unit in the last place");
  app.add_option("--only", options->only, "queued, failed or failed:KIND")->type_name("STATE");
  app.add_option("--stop-after-failures", options->stop_after_failures,
                 "start nothing new after N failed runs")
      ->type_name("N")
      ->check(positive_integer);
  app.add_option("--timeout", options->timeout_s, "seconds after which a run counts as failed")
      ->type_name("S")
      ->check(positive_number);
  app.add_option("--checkpoint-every", options->checkpoint_every_s,
                 "seconds of training after which a run's progress is saved")
      ->type_name("S")
      ->check(positive_number)
      ->capture_default_str();
  app.add_flag("--reuse-any-device", options->reuse_any_device,
               "let stored runs stand for another kind of device");
  add_json(app, options->json);
  return [options] { return run(*options); };
}

}  // namespace ratbench::cli
