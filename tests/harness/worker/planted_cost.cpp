// How often a cost measurement finds a slow-down of 2 % and calls identical arms different: repeats
// the measurement with the real worker, one of whose arms does extra matrix products.
//   planted_cost [REPETITIONS [SHARE [SECONDS [LOG]]]]
// 200, 0.02, 30. Repetitions that LOG holds are not done again, new ones are added to it, so that
// the same command goes on where it was stopped.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/cost/cost_worker.hpp"
#include "harness/cost/device_lock.hpp"
#include "harness/cost/host_machine.hpp"
#include "harness/cost/measurement.hpp"
#include "harness/cost/pinning.hpp"
#include "harness/sched/store_journal.hpp"
#include "harness/sched/worker_slot.hpp"
#include "src/base/error.hpp"
#include "src/base/random.hpp"
#include "src/data/safetensors.hpp"
#include "src/stats/clopper_pearson.hpp"
#include "src/stats/summary.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::cost {
namespace {

constexpr std::size_t kBaseline = 0;
constexpr std::size_t kTwin = 1;
constexpr std::size_t kPlanted = 2;
constexpr std::size_t kArms = 3;

// Features of the size of the experiments' own: 384 numbers, 9 classes.
std::map<std::string, std::string> write_features(const std::filesystem::path& folder) {
  constexpr std::uint64_t kRows = 640, kDim = 384, kClasses = 9;
  const RandomStream stream(1, Purpose::kBootstrap);
  std::vector<float> features(kRows * kDim);
  for (std::size_t i = 0; i < features.size(); ++i)
    features[i] = static_cast<float>(stream.uniform(0, i) - 0.5);
  std::vector<std::int64_t> labels(kRows);
  for (std::size_t row = 0; row < kRows; ++row)
    labels[row] = static_cast<std::int64_t>(row % kClasses);
  std::map<std::string, std::string> paths;
  for (const char* split : {"train", "val", "test"}) {
    const auto path = folder / (std::string(split) + ".safetensors");
    data::write_safetensors(
        path,
        {{"features", data::Dtype::kF32, {kRows, kDim}, std::as_bytes(std::span(features))},
         {"labels", data::Dtype::kI64, {kRows}, std::as_bytes(std::span(labels))}},
        {{"class_names", R"(["a","b","c","d","e","f","g","h","i"])"}});
    paths[split] = path.string();
  }
  return paths;
}

protocol::CostSetup setup_with(const std::map<std::string, std::string>& paths) {
  specs::Config config;
  config.set("model.name", std::string("mlp"));
  config.set("model.hidden", *Decimal::parse("512"));
  config.set("train.epochs", *Decimal::parse("20"));
  config.set("train.batch_size", *Decimal::parse("32"));
  config.set("attack.name", std::string("none"));
  protocol::CostSetup setup;
  for (const char* name : {"baseline", "twin", "planted"})
    setup.arms.push_back({name, config, paths});
  return setup;
}

// ---- one repetition ---------------------------------------------------------------------------

// Ratio and the interval by which a measurement calls arms different, in the words of the log:
// "1.02,1.01,1.03", or "-,-,-".
struct Seen {
  std::optional<double> ratio;
  stats::Interval ci99;
};

struct Repetition {
  Seen planted;
  Seen twin;
  bool usable = false;  // identical arms agree by their 99.9 % interval
  std::size_t rounds = 0;
  std::size_t disturbed = 0;  // blocks
  double wall_s = 0;
  std::string stopped_by;

  bool found() const { return usable && planted.ratio && planted.ci99.low > 1; }
  bool unlike() const { return twin.ratio && (twin.ci99.low > 1 || twin.ci99.high < 1); }
};

Seen seen(const std::optional<Ratio>& ratio) {
  if (!ratio) return {};
  return {ratio->ratio, ratio->ci99};
}

// As `ratbench cost` does it, with a worker of its own.
Repetition repeat(const std::map<std::string, std::string>& paths, double max_s) {
  const IdleTicks before = idle_ticks();
  CostWorker worker(sched::find_worker(), "cpu");
  worker.open(setup_with(paths));
  const Pinning pinning = pin_to_idlest(worker.pid(), before);
  HostMachine machine({"cpu", pinning.core, "/"});
  const std::vector<Comparison> comparisons = {{kTwin, kBaseline, {}}, {kPlanted, kBaseline, {}}};
  MeasurementSettings settings;
  settings.half_width = 0.01;
  settings.max_s = max_s;
  const Measurement m = measure(kArms, comparisons, settings,
                                {worker, machine, sched::monotonic_s, [] { return 0; }, {}});
  const auto twin = m.ratio(comparisons[0]);
  Repetition out;
  out.planted = seen(m.ratio(comparisons[1]));
  out.twin = seen(twin);
  out.usable = twin && twin->agreement() == stats::Agreement::kAgree;
  out.rounds = m.rounds;
  for (const Block& b : m.blocks) out.disturbed += b.disturbed.empty() ? 0 : 1;
  out.wall_s = m.wall_s;
  out.stopped_by = to_text(m.stopped_by);
  return out;
}

// Other workers would make every block a disturbed one: unattended, it waits for their end.
void wait_for_other_workers() {
  for (bool told = false; !other_workers().empty(); ::sleep(5)) {
    if (!told) fmt::print(stderr, "waiting for other workers of ratbench to end\n");
    told = true;
  }
}

// ---- log --------------------------------------------------------------------------------------

std::string text_of(const Seen& s) {
  return s.ratio ? fmt::format("{:.5f},{:.5f},{:.5f}", *s.ratio, s.ci99.low, s.ci99.high) : "-,-,-";
}

// First line of a log: results of other settings are not mixed.
std::string head_of(const std::string& share, double max_s) {
  return fmt::format(
      "# planted {} max_s {}: "
      "planted,low99,high99,twin,low99,high99,usable,rounds,disturbed,wall_s,"
      "stopped_by",
      share, max_s);
}

std::string line_of(const Repetition& r) {
  return fmt::format("{},{},{:d},{},{},{:.1f},{}", text_of(r.planted), text_of(r.twin), r.usable,
                     r.rounds, r.disturbed, r.wall_s, r.stopped_by);
}

Seen parsed(const std::vector<std::string>& cells, std::size_t at) {
  if (cells[at] == "-") return {};
  return {std::stod(cells[at]), {std::stod(cells[at + 1]), std::stod(cells[at + 2])}};
}

// Whole lines only: the last one may have been cut off with the program.
std::vector<Repetition> read_log(const std::string& file, const std::string& head) {
  std::vector<Repetition> done;
  std::ifstream in(file);
  std::string line;
  if (!in || !std::getline(in, line)) return done;
  if (line != head) throw UsageError(file + ": holds repetitions with other settings: " + line);
  while (std::getline(in, line) && !in.eof()) {
    std::vector<std::string> cells;
    std::istringstream fields(line);
    for (std::string cell; std::getline(fields, cell, ',');) cells.push_back(cell);
    constexpr std::size_t kCells = 11;
    if (cells.size() != kCells) throw DataError(file, line, "is no line of this program");
    done.push_back({.planted = parsed(cells, 0),
                    .twin = parsed(cells, 3),
                    .usable = cells[6] == "1",
                    .rounds = std::stoul(cells[7]),
                    .disturbed = std::stoul(cells[8]),
                    .wall_s = std::stod(cells[9]),
                    .stopped_by = cells[10]});
  }
  return done;
}

void write_log(const std::string& file, const std::string& head,
               const std::vector<Repetition>& done) {
  if (file.empty()) return;
  std::ofstream out(file, std::ios::trunc);
  out << head << "\n";
  for (const Repetition& r : done) out << line_of(r) << "\n";
  if (!out.flush()) throw EnvironmentError("cannot write " + file);
}

// ---- the whole --------------------------------------------------------------------------------

std::string rate(std::size_t count, std::size_t of) {
  if (of == 0) return "0 of 0";
  const stats::Interval ci = stats::clopper_pearson(count, of);
  return fmt::format("{} of {} ({:.1f} %, 95 % {:.1f} .. {:.1f})", count, of,
                     100.0 * static_cast<double>(count) / static_cast<double>(of), 100 * ci.low,
                     100 * ci.high);
}

// Exit status: 0 found in at least 80 %, and called different in at most 5 %.
int conclude(const std::vector<Repetition>& all, const std::string& share) {
  std::size_t found = 0, unlike = 0, usable = 0, measured = 0, narrow = 0;
  std::vector<double> ratios, walls_s;
  for (const Repetition& r : all) {
    found += r.found() ? 1 : 0;
    unlike += r.unlike() ? 1 : 0;
    usable += r.usable ? 1 : 0;
    measured += r.twin.ratio ? 1 : 0;
    narrow += r.stopped_by == to_text(StopReason::kHalfWidth) ? 1 : 0;
    walls_s.push_back(r.wall_s);
    if (r.planted.ratio) ratios.push_back(*r.planted.ratio);
  }
  fmt::print(
      "slow-down of {} found: {}\nidentical arms called different: {}\n"
      "unusable (identical arms apart by 99.9 %, or too few undisturbed rounds): {}\n"
      "intervals narrow enough before time was up: {}\nmedian: {:.1f} s a repetition{}\n",
      share, rate(found, all.size()), rate(unlike, measured), rate(all.size() - usable, all.size()),
      rate(narrow, all.size()), stats::median(walls_s),
      ratios.empty() ? std::string()
                     : fmt::format(", planted ratio {:.4f}", stats::median(ratios)));
  const bool often_enough = 10 * found >= 8 * all.size();
  const bool too_often = 20 * unlike > measured;
  return often_enough && !too_often ? 0 : 1;
}

int run(std::size_t repetitions, const std::string& share, double max_s, const std::string& log) {
  // Read by the worker alone; no setting of an experiment does this.
  ::setenv("RATBENCH_COST_PLANT", fmt::format("{} {}", kPlanted, share).c_str(), 1);
  const std::string head = head_of(share, max_s);
  std::vector<Repetition> all;
  if (!log.empty()) all = read_log(log, head);
  if (!all.empty()) fmt::print("{} repetitions are in {} already\n", all.size(), log);
  if (all.size() > repetitions) all.resize(repetitions);
  const TemporaryFolder folder;
  const auto paths = write_features(folder.path());
  const DeviceLock lock("cpu");
  while (all.size() < repetitions) {
    wait_for_other_workers();
    all.push_back(repeat(paths, max_s));
    const Repetition& r = all.back();
    fmt::print("{}: planted {}{}, twin {}{}, {} rounds, {} blocks disturbed, {:.1f} s, {}\n",
               all.size(), text_of(r.planted), r.found() ? " found" : "", text_of(r.twin),
               r.unlike() ? " called different" : "", r.rounds, r.disturbed, r.wall_s,
               r.stopped_by);
    std::fflush(stdout);
    write_log(log, head, all);
  }
  return conclude(all, share);
}

// Where the build puts it, unless RATBENCH_WORKER says otherwise.
void name_worker() {
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const auto worker = program.parent_path().parent_path() / "ratbench-worker";
  ::setenv("RATBENCH_WORKER", worker.c_str(), 0);
}

}  // namespace
}  // namespace ratbench::cost

int main(int argc, char** argv) {
  try {
    ratbench::cost::name_worker();
    const long repetitions = argc > 1 ? std::stol(argv[1]) : 200;
    const double max_s = argc > 3 ? std::stod(argv[3]) : 30;
    if (repetitions < 1 || !(max_s > 0)) throw std::invalid_argument("numbers above 0 are wanted");
    return ratbench::cost::run(static_cast<std::size_t>(repetitions), argc > 2 ? argv[2] : "0.02",
                               max_s, argc > 4 ? argv[4] : "");
  } catch (const std::exception& error) {
    fmt::print(stderr, "planted_cost: {}\n", error.what());
    return 1;
  }
}
