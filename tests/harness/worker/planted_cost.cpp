// How often a cost measurement finds a slow-down of 2 % and calls identical arms different: repeats
// the measurement with the real worker, one of whose arms does extra matrix products.
//   planted_cost [REPETITIONS [SHARE [SECONDS]]]    200, 0.02, 30; RATBENCH_WORKER names the worker
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <map>
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

std::string rate(std::size_t count, std::size_t of) {
  const stats::Interval ci = stats::clopper_pearson(count, of);
  return fmt::format("{} of {} ({:.1f} %, 95 % {:.1f} .. {:.1f})", count, of,
                     100.0 * static_cast<double>(count) / static_cast<double>(of), 100 * ci.low,
                     100 * ci.high);
}

int run(std::size_t repetitions, const std::string& share, double max_s) {
  // Read by the worker alone; no setting of an experiment does this.
  ::setenv("RATBENCH_COST_PLANT", fmt::format("{} {}", kPlanted, share).c_str(), 1);
  const TemporaryFolder folder;
  const auto paths = write_features(folder.path());
  const IdleTicks before = idle_ticks();
  CostWorker worker(sched::find_worker(), "cpu");
  const DeviceLock lock("cpu");
  const Pinning pinning = pin_to_idlest(worker.pid(), before);
  HostMachine machine({"cpu", pinning.core, "/"});
  const std::vector<Comparison> comparisons = {{kTwin, kBaseline, {}, {}},
                                               {kPlanted, kBaseline, {}, {}}};
  MeasurementSettings settings;
  settings.half_width = 0.01;
  settings.max_s = max_s;
  std::size_t found = 0, unlike = 0, unusable = 0;
  for (std::size_t i = 1; i <= repetitions; ++i) {
    worker.open(setup_with(paths));
    const Measurement m = measure(kArms, comparisons, settings,
                                  {worker, machine, sched::monotonic_s, [] { return false; }, {}});
    const auto twin = m.ratio(comparisons[0]);
    const auto planted = m.ratio(comparisons[1]);
    if (!twin || !planted) {
      ++unusable;
      fmt::print("{}: too few undisturbed rounds of {}\n", i, m.rounds);
      continue;
    }
    const bool is_unusable = twin->ci999.low > 1 || twin->ci999.high < 1;
    const bool finds = !is_unusable && planted->ci95.low > 1;
    unusable += is_unusable ? 1 : 0;
    found += finds ? 1 : 0;
    unlike += twin->ci95.low > 1 || twin->ci95.high < 1 ? 1 : 0;
    fmt::print(
        "{}: planted {:.4f} [{:.4f}, {:.4f}]{}, twin {:.4f} [{:.4f}, {:.4f}], {} rounds, "
        "{:.1f} s, {}\n",
        i, planted->ratio, planted->ci95.low, planted->ci95.high, finds ? " found" : "",
        twin->ratio, twin->ci95.low, twin->ci95.high, m.rounds, m.wall_s, to_text(m.stopped_by));
    std::fflush(stdout);
  }
  fmt::print("slow-down of {} found: {}\nidentical arms called different: {}\nunusable: {}\n",
             share, rate(found, repetitions), rate(unlike, repetitions),
             rate(unusable, repetitions));
  const bool often_enough = 10 * found >= 8 * repetitions;
  const bool too_often = stats::clopper_pearson(unlike, repetitions).low > 0.05;
  return often_enough && !too_often ? 0 : 1;
}

}  // namespace
}  // namespace ratbench::cost

int main(int argc, char** argv) {
  try {
    return ratbench::cost::run(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200,
                               argc > 2 ? argv[2] : "0.02",
                               argc > 3 ? std::strtod(argv[3], nullptr) : 30);
  } catch (const std::exception& error) {
    fmt::print(stderr, "planted_cost: {}\n", error.what());
    return 1;
  }
}
