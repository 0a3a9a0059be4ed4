// Times training steps on request, so that another program can measure them beside its own: reads
// commands from stdin and answers each with one line of JSON. docs/benchmarks.md says how.
//
//   step_probe FOLDER mkl|onednn|auto BATCH     FOLDER holds train, val and test.safetensors
//   open ATTACK P_RAT PRECISION   opens an arm; arms are numbered from 0
//   run ARM STEPS                 trains the arm's next STEPS batches
//   profile ARM STEPS             the same, with the time of each phase
//   floor ATTACK REPEATS          the kernels of such a step alone, one round
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/bench/method/arms.hpp"
#include "harness/bench/method/kernel_floor.hpp"
#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/train/flush_denormals.hpp"
#include "src/train/step_runner.hpp"

namespace ratbench::bench {
namespace {

using Json = nlohmann::json;

models::Product product_asked(const std::string& name, std::int64_t batch, std::int64_t dim) {
  if (name == "auto") return models::faster_product(batch, dim, kHidden);
  const auto product = models::product_named(name);
  if (!product) throw UsageError("no product routine is called " + name);
  return *product;
}

class Probe {
 public:
  Probe(const std::filesystem::path& folder, const std::string& product, std::int64_t batch)
      : data_(data_in(folder)),
        batch_(batch),
        product_(product_asked(product, batch, data_.dim())) {}

  Json greeting() const {
    return {{"product", std::string(models::name(product_))}, {"dim", data_.dim()}};
  }

  Json answer(const std::string& line) {
    std::istringstream in(line);
    std::string command;
    in >> command;
    if (command == "open") return open(in);
    if (command == "run" || command == "profile") return run(in, command == "profile");
    if (command == "floor") return floor(in);
    throw UsageError("no command is called " + command);
  }

 private:
  struct Arm {
    train::StepRunner runner;
    std::int64_t next = 0;
  };

  Json open(std::istringstream& in) {
    StepArm arm;
    arm.batch = batch_;
    in >> arm.attack >> arm.p_rat >> arm.precision;
    arms_.push_back({train::StepRunner(data_, run_of(arm), product_)});
    return {{"arm", arms_.size() - 1}};
  }

  Json run(std::istringstream& in, bool profiled) {
    std::size_t index = 0;
    std::int64_t steps = 0;
    in >> index >> steps;
    if (index >= arms_.size() || steps < 1) throw UsageError("run: no such arm, or no steps");
    Arm& arm = arms_[index];
    const train::StepBlock block =
        profiled ? arm.runner.run_profiled(arm.next, steps) : arm.runner.run(arm.next, steps);
    arm.next += steps;
    return {{"wall_s", block.wall_s},
            {"cpu_s", block.cpu_s},
            {"attacked", block.counts.attacked_batches},
            {"phase_s", block.phase_s}};
  }

  // Of a step with this attack on every batch; each call adds a sample to the medians.
  Json floor(std::istringstream& in) {
    std::string attack;
    int repeats = 1;
    in >> attack >> repeats;
    const Products products = products_of(attack);
    KernelFloor& floor =
        floors_.try_emplace(attack, data_.dim(), batch_, products, product_).first->second;
    const c10::InferenceMode no_autograd;
    const train::FlushDenormals flush;
    floor.measure(repeats);
    const KernelTimes t = floor.median();
    return {{"forward_s", t.forward_s},
            {"weight_gradient_s", t.weight_gradient_s},
            {"input_gradient_s", t.input_gradient_s},
            {"update_s", t.update_s},
            {"floor_s", t.sum(products)}};
  }

  train::Dataset data_;
  std::int64_t batch_;
  models::Product product_;
  std::map<std::string, KernelFloor> floors_;  // by attack
  std::vector<Arm> arms_;                      // borrow `data_`
};

int serve(int argc, char** argv) {
  if (argc != 4) throw UsageError("use: step_probe FOLDER mkl|onednn|auto BATCH");
  at::set_num_threads(1);
  Probe probe(argv[1], argv[2], std::stoll(argv[3]));
  std::cout << json_text(probe.greeting()) << std::endl;
  for (std::string line; std::getline(std::cin, line);)
    std::cout << json_text(probe.answer(line)) << std::endl;
  return 0;
}

}  // namespace
}  // namespace ratbench::bench

int main(int argc, char** argv) {
  try {
    return ratbench::bench::serve(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
