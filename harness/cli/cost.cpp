// ratbench cost: what the arms of an experiment take, measured side by side.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/claims/verdict.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/cost_import.hpp"
#include "harness/cli/cost_output.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/print_json.hpp"
#include "harness/cli/sweep_builder.hpp"
#include "harness/cli/verdict_output.hpp"
#include "harness/cost/cost_worker.hpp"
#include "harness/cost/device_lock.hpp"
#include "harness/cost/host_machine.hpp"
#include "harness/cost/pinning.hpp"
#include "harness/sched/device.hpp"
#include "harness/sched/interrupt.hpp"
#include "harness/sched/store_journal.hpp"
#include "harness/sched/worker_slot.hpp"
#include "harness/store/json_text.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/writer.hpp"
#include "src/base/error.hpp"
#include "src/specs/canonical.hpp"

namespace ratbench::cli {
namespace {

struct CostOptions {
  ExperimentOptions experiment;
  std::string db;
  std::string import;
  std::string device = "auto";
  int threads = 1;
  bool json = false;
};

// Load from which a note says that the machine is busy, with one thread of the measurement's own.
constexpr double kBusyLoad = 1.5;

void refuse_shared_device() {
  const std::vector<pid_t> others = cost::other_workers();
  if (others.empty()) return;
  throw EnvironmentError(fmt::format(
      "other workers of ratbench are running (pid {}), and times on a shared device mean nothing: "
      "wait for them or stop them",
      fmt::join(others, ", ")));
}

cost::MeasurementSettings settings_of(const spec::Experiment& experiment, const std::string& device,
                                      int threads) {
  cost::MeasurementSettings settings;
  settings.half_width = experiment.settings.real_or("cost.half_width", settings.half_width);
  settings.max_s = experiment.settings.real_or("cost.max_s", settings.max_s);
  if (experiment.settings.has("cost.block_steps"))
    settings.block_steps = experiment.settings.integer("cost.block_steps");
  settings.on_cpu = sched::device_family(device) == "cpu";
  settings.threads = threads;
  return settings;
}

protocol::CostSetup setup_of(const CostOptions& options, const spec::Experiment& experiment,
                             const cost::ArmSet& set, const std::string& device) {
  protocol::CostSetup setup;
  setup.threads = options.threads;
  setup.seed = experiment.seeds.front();
  const store::Reader reader(options.db);
  setup.kernel = reader
                     .machine_setting(sched::machine_name(),
                                      sched::kernel_setting(sched::device_family(device)))
                     .value_or("auto");
  for (const cost::Arm& arm : set.arms)
    setup.arms.push_back({arm.name, arm.config, arm.data.paths, arm.data.sha256});
  return setup;
}

// "waited for a core 10, slowed down by heat 2".
std::string reasons_text(const std::map<std::string, std::size_t>& reasons) {
  std::string text;
  for (const auto& [reason, blocks] : reasons)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", reason, blocks);
  return text;
}

// The arms whose phases are not known: every attempt to look at them was disturbed, or time was up.
std::vector<std::string> arms_without_phases(const cost::Measurement& measurement,
                                             const cost::ArmSet& set) {
  std::vector<std::string> names;
  for (std::size_t arm = 0; arm < measurement.profiles.size(); ++arm)
    if (measurement.profiles[arm].steps == 0)
      names.push_back(set.arms[arm].name + (set.arms[arm].twin ? " (A/A)" : ""));
  return names;
}

// Closed list of doubts that the reader of the figures should know.
std::vector<std::string> notes_of(const cost::Measurement& measurement, const cost::ArmSet& set,
                                  int threads) {
  std::vector<std::string> notes;
  std::size_t disturbed = 0;
  std::map<std::string, std::size_t> reasons;
  double load = 0;
  bool battery = false;
  bool waiting_seen = false;
  for (const cost::Block& b : measurement.blocks) {
    if (!b.disturbed.empty()) ++disturbed;
    for (const std::string& reason : b.disturbed) ++reasons[reason];
    load = std::max(load, b.conditions.load.value_or(0));
    battery = battery || b.conditions.on_battery.value_or(false);
    waiting_seen = waiting_seen || b.times.waited_s >= 0;
  }
  if (measurement.blocks.size() > 0 && threads > 1 && !waiting_seen)
    notes.emplace_back(
        "this system does not tell whether one of several threads waited for a core");
  if (disturbed > 0)
    notes.push_back(fmt::format("{} of {} blocks were disturbed and do not count ({})", disturbed,
                                measurement.blocks.size(), reasons_text(reasons)));
  const std::vector<std::string> blurred = arms_without_phases(measurement, set);
  if (!blurred.empty())
    notes.push_back(fmt::format("no phases of {}: their profiles were disturbed or time was up",
                                fmt::join(blurred, ", ")));
  if (load > kBusyLoad + threads - 1)
    notes.push_back(fmt::format(
        "the machine was loaded: up to {:.1f} runnable tasks on average over a minute", load));
  if (!measurement.steady)
    notes.emplace_back("no steady state was seen before the measurement began");
  if (battery) notes.emplace_back("the machine ran on its battery, which may have slowed it down");
  return notes;
}

cost::Pinning pinned(const cost::CostWorker& worker, const cost::MeasurementSettings& settings,
                     const cost::IdleTicks& before) {
  if (!settings.on_cpu) return {std::nullopt, "the work is on a GPU"};
  if (settings.threads > 1) return {std::nullopt, "the worker has several threads"};
  return cost::pin_to_idlest(worker.pid(), before);
}

bool any_energy(const cost::Summary& summary) {
  return std::any_of(summary.arms.begin(), summary.arms.end(),
                     [](const cost::ArmSummary& arm) { return arm.energy_j.has_value(); });
}

CostResult measure(const CostOptions& options, const spec::Experiment& experiment,
                   cost::ArmSet set) {
  CostResult result;
  const cost::IdleTicks before = cost::idle_ticks();
  cost::CostWorker worker(sched::find_worker(), options.device);
  const cost::DeviceLock lock(worker.device());
  result.worker = worker.greeting();
  result.device = worker.device();
  result.ready = worker.open(setup_of(options, experiment, set, worker.device()));
  const sched::Interrupts interrupts;
  const cost::MeasurementSettings settings =
      settings_of(experiment, worker.device(), options.threads);
  result.pinning = pinned(worker, settings, before);
  cost::HostMachine machine({worker.device(), result.pinning.core, "/"});
  result.energy_source = machine.energy_source();
  fmt::print(stderr, "{} arms on {} ({}), at most {:.0f} s\n", set.arms.size(), worker.device(),
             result.ready.device_name, settings.max_s);
  const double start_s = sched::monotonic_s();
  const auto progress = [&](const cost::Measurement& so_far) {
    constexpr std::size_t kEvery = 10;
    if (so_far.rounds % kEvery == 0)
      fmt::print(stderr, "round {}, at most {:.0f} s left\n", so_far.rounds,
                 std::max(0.0, settings.max_s - (sched::monotonic_s() - start_s)));
  };
  result.measurement = cost::measure(
      set.arms.size(), set.plain(), settings,
      {worker, machine, sched::monotonic_s, [&] { return interrupts.count(); }, progress});
  result.summary = cost::summarise(result.measurement, set);
  if (!result.energy_source.starts_with("not available") && !any_energy(result.summary))
    result.energy_source = "not available: the counter stood still";
  result.notes = notes_of(result.measurement, set, settings.on_cpu ? settings.threads : 1);
  result.set = std::move(set);
  return result;
}

// Verdicts on the claims about time; those about quality that they are read with are judged, too,
// by whatever runs the database holds.
std::vector<claims::Verdict> judge(const CostOptions& options, spec::Experiment experiment) {
  std::vector<spec::Claim>& stated = experiment.claims;
  const auto about_time = [](const spec::Claim& claim) { return claim.kind == "cost_ratio"; };
  if (std::none_of(stated.begin(), stated.end(), about_time)) return {};
  std::erase_if(stated, [&](const spec::Claim& claim) {
    return !about_time(claim) && claim.kind != "non_inferiority";
  });
  auto verdicts = claims::judge_claims(store::Reader(options.db), experiment);
  std::erase_if(verdicts, [](const claims::Verdict& v) { return v.kind != "cost_ratio"; });
  return verdicts;
}

void show(const CostOptions& options, const spec::Experiment& experiment, const CostResult& result,
          const std::vector<claims::Verdict>& verdicts) {
  if (options.json) {
    nlohmann::json document = cost_json(result);
    document["experiment"] = experiment.name;
    document["db"] = options.db;
    document["claims"] = nlohmann::json::array();
    for (const claims::Verdict& v : verdicts) document["claims"].push_back(verdict_json(v));
    print_json(document);
    return;
  }
  print_cost(result);
  for (const claims::Verdict& v : verdicts) fmt::print("{}: {}\n", v.claim, v.sentence);
}

// A report reads times together with the cells that the database holds under the same name.
void refuse_other_cells(const store::Reader& reader, const grid::Sweep& sweep) {
  const std::vector<store::CellRow> known = reader.cells(sweep.experiment);
  const auto same = [&](const grid::Cell& cell) {
    const store::CellRow& row = known[cell.index];
    if (row.name != cell.name || row.runs.empty()) return false;
    const auto run = reader.run(row.runs.front().run_key);
    return run && specs::canonical_json(store::config_from_json(run->config_json)) ==
                      specs::canonical_json(cell.config);
  };
  if (known.size() == sweep.cells.size() &&
      std::all_of(sweep.cells.begin(), sweep.cells.end(), same))
    return;
  throw UsageError(fmt::format(
      "the database holds other cells or settings as experiment {}: `ratbench run` puts these in "
      "their place; else use another database (--db FILE)",
      sweep.experiment));
}

// Minutes of measuring are not lost with the disk: what cannot be stored is shown.
void store(const CostResult& result, const spec::Experiment& experiment, const CostOptions& options,
           store::Writer& writer) {
  try {
    // The routine that was found fastest serves this machine from now on, in sweeps as well.
    writer.set_machine_setting(sched::machine_name(),
                               sched::kernel_setting(sched::device_family(result.device)),
                               result.ready.kernel);
    writer.store_costs(experiment.name, cost_rows(result));
  } catch (const StoreError&) {
    show(options, experiment, result, {});
    fmt::print(stderr, "what was measured is shown; it could not be stored\n");
    throw;
  }
}

int run_cost(const CostOptions& options) {
  const spec::Experiment experiment = options.experiment.load();
  DataPreparer data(cache_folder(options.db), experiment, {.device = options.device});
  const grid::Sweep sweep = build_sweep(experiment, data);
  cost::ArmSet set = cost::make_arms(experiment, sweep);
  refuse_shared_device();
  // Held to the end: the database can be written, and no sweep of it starts meanwhile.
  store::Writer writer(options.db);
  const store::Reader reader(options.db);
  if (reader.experiment(experiment.name))
    refuse_other_cells(reader, sweep);
  else
    writer.register_sweep(sweep, data.datasets());
  const CostResult result = measure(options, experiment, std::move(set));
  if (result.measurement.stopped_by == cost::StopReason::kInterrupted) {
    fmt::print(stderr, "interrupted after {} rounds; nothing was stored\n",
               result.measurement.rounds);
    return static_cast<int>(ExitStatus::kInterrupted);
  }
  store(result, experiment, options, writer);
  const std::vector<claims::Verdict> verdicts = judge(options, experiment);
  show(options, experiment, result, verdicts);
  if (verdicts.empty() && !result.summary.problem.empty())
    return static_cast<int>(ExitStatus::kEnvironment);
  return static_cast<int>(claims::exit_status(verdicts));
}

}  // namespace

Action set_up_cost(CLI::App& app) {
  const auto options = std::make_shared<CostOptions>();
  options->experiment.add_to(app);
  app.get_option("EXPERIMENT")->required(false);
  app.add_option("--import", options->import,
                 "instead: store results of a Google Benchmark program (JSON) and compare them "
                 "with earlier ones of this host")
      ->type_name("FILE")
      ->excludes(app.get_option("EXPERIMENT"));
  add_database(app, options->db);
  app.add_option("--device", options->device, "auto, cpu, cuda or cuda:K")->capture_default_str();
  app.add_option("--threads", options->threads, "threads of the worker")
      ->type_name("N")
      ->check(positive_integer)
      ->capture_default_str();
  add_json(app, options->json);
  return [options] {
    if (!options->import.empty())
      return import_benchmarks({options->import, options->db, options->json});
    if (options->experiment.file.empty())
      throw UsageError("EXPERIMENT is required, or --import with a file");
    return run_cost(*options);
  };
}

}  // namespace ratbench::cli
