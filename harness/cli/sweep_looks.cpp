#include "harness/cli/sweep_looks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "harness/store/reader.hpp"

namespace ratbench::cli {
namespace {

// The first `seeds` of a sweep; seeds are outermost in its runs.
grid::Sweep first_seeds(grid::Sweep sweep, std::size_t seeds) {
  sweep.seeds.resize(seeds);
  sweep.runs.resize(seeds * sweep.cells.size());
  return sweep;
}

// The last look all of whose runs the database holds, registered for this experiment or not.
std::size_t stored_look(const spec::Experiment& experiment, const grid::Sweep& sweep,
                        const std::filesystem::path& db) {
  if (!std::filesystem::exists(db)) return 0;
  const auto known = store::Reader(db).known_runs();
  const auto ended = [&](const grid::PlannedRun& run) {
    const auto found = known.find(run.run_key);
    return found != known.end() && (found->second == store::RunStatus::kDone ||
                                    found->second == store::RunStatus::kDiverged);
  };
  std::size_t reached = 0;
  std::size_t run = 0;
  for (std::size_t look = 0; look < experiment.looks.size(); ++look) {
    const std::size_t end = experiment.looks[look] * sweep.cells.size();
    while (run < end && ended(sweep.runs[run])) ++run;
    if (run < end) break;
    reached = look;
  }
  return reached;
}

// Adds what one look trained to what those before it did.
void add(const sched::SweepReport& look, LooksReport& out) {
  sched::SweepReport& all = out.sweep;
  const std::size_t trained_before = all.schedule.counts.done;
  all.registered = look.registered;
  all.recovered.replayed += look.recovered.replayed;
  all.recovered.stale_leases += look.recovered.stale_leases;
  all.already_done = look.already_done - trained_before;
  all.left_out = look.left_out;
  sched::ProgressCounts& counts = all.schedule.counts;
  counts.total += look.schedule.counts.total;
  counts.done += look.schedule.counts.done;
  counts.diverged += look.schedule.counts.diverged;
  counts.failed += look.schedule.counts.failed;
  const auto& failures = look.schedule.failures;
  all.schedule.failures.insert(all.schedule.failures.end(), failures.begin(), failures.end());
  all.schedule.interrupted = look.schedule.interrupted;
  all.schedule.stopped_early = look.schedule.stopped_early;
}

// Why a look is not complete; empty when it is.
std::string incomplete(const sched::SweepReport& report) {
  if (report.schedule.interrupted) return "interrupted";
  if (!report.schedule.failures.empty()) return "failed runs";
  return report.left_out > 0 ? "runs left out by --only" : "";
}

}  // namespace

std::string describe(const claims::JudgedLook& look, const spec::Experiment& experiment) {
  std::vector<std::string> states;
  for (std::size_t i = 0; i < look.verdicts.size(); ++i) {
    const claims::Prospect prospect = look.prospects[i];
    if (prospect == claims::Prospect::kNotBySeeds) continue;
    states.push_back(fmt::format("{} {}", look.verdicts[i].claim,
                                 prospect == claims::Prospect::kDecided
                                     ? to_text(look.verdicts[i].outcome)
                                     : to_text(prospect)));
  }
  return fmt::format("look {} of {}, {} of at most {} seeds, alpha {:.3g}: {}", look.index + 1,
                     experiment.file_looks.size(), look.look.seeds, experiment.file_looks.back(),
                     look.look.alpha, fmt::join(states, ", "));
}

LooksReport train_by_looks(const spec::Experiment& experiment, const grid::Sweep& sweep,
                           const std::filesystem::path& db, const TrainSweep& train) {
  LooksReport out;
  if (experiment.looks.empty()) {
    out.sweep = train(sweep);
    return out;
  }
  for (std::size_t look = stored_look(experiment, sweep, db); out.stopped.empty(); ++look) {
    out.trained_look = look;
    add(train(first_seeds(sweep, experiment.looks[look])), out);
    out.stopped = incomplete(out.sweep);
    if (!out.stopped.empty()) break;
    out.judged.push_back(claims::judge_look(store::Reader(db), experiment, look));
    fmt::print(stderr, "{}\n", describe(out.judged.back(), experiment));
    if (out.judged.back().settled) out.stopped = "every claim waited for is decided or cannot be";
    if (out.stopped.empty() && look + 1 == experiment.looks.size()) out.stopped = "the last look";
  }
  return out;
}

}  // namespace ratbench::cli
