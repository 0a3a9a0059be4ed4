// Every reference trajectory of AdamW, with both update kernels, and the tables of schedules and
// layer-wise rates.
#include <gtest/gtest.h>

#include "src/optim/adamw.hpp"
#include "src/optim/layer_groups.hpp"
#include "src/optim/schedule.hpp"
#include "tests/parity/fixture.hpp"

namespace ratbench::optim {
namespace {

using nlohmann::json;
using tests::Fixture;

constexpr int kSteps = 20;
constexpr double kHeadRate = 0.01;

struct Run {
  double weight_decay = 0.01;
  bool scheduled = false;
  bool clipped = false;
  std::string layer_rates = {};  // key of llrd.json, or "": one rate
};

Run run_named(const std::string& name) {
  if (name == "plain") return {.weight_decay = 0};
  if (name == "decay_nodecay") return {};
  if (name == "strong_decay") return {.weight_decay = 0.5};
  if (name == "sched") return {.scheduled = true};
  if (name == "clip") return {.scheduled = true, .clipped = true};
  if (name.starts_with("llrd_")) {
    return {.scheduled = true, .clipped = true, .layer_rates = name.substr(5)};
  }
  throw std::runtime_error("no test for the run " + name);
}

// The fixture's names have the prefix of the model they were taken from.
Group our_group(const std::string& name) {
  return layer_group(name.substr(name.starts_with("bert.") ? 5 : 0), 12, 0.9);
}

void expect_trajectory(Fixture& fixture, const std::string& file, Kernel kernel) {
  const Run run = run_named(file);
  const json rates = fixture.document("llrd").at("lr");
  std::vector<std::string> names;
  std::vector<TrainedTensor> tensors;
  std::vector<at::Tensor> gradients;
  for (const std::string name : fixture.description().at("order_of_parameters")) {
    const at::Tensor start = fixture.tensor("inputs", "init." + name);
    const double scale = run.layer_rates.empty()
                             ? 1.0
                             : rates.at(run.layer_rates).at(name).get<double>() / kHeadRate;
    tensors.push_back({start, start.clone(), scale, takes_decay(name)});
    gradients.push_back(fixture.tensor("inputs", "grad." + name));
    names.push_back(name);
  }
  AdamW adamw(
      {.lr = kHeadRate, .weight_decay = run.weight_decay, .clip_norm = run.clipped ? 1.0 : 0.0},
      tensors, kernel);
  const Schedule schedule(run.scheduled ? Decay::kLinear : Decay::kConstant,
                          run.scheduled ? 0.1 : 0.0, kSteps);
  at::Tensor head_rates = fixture.tensor(file, "head_lr").clone();
  std::vector<double> norms;
  for (int s = 1; s <= kSteps; ++s) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      tensors[i].gradient.copy_(gradients[i].select(0, s - 1));
    }
    const double factor = schedule.factor(s - 1);
    adamw.step(factor);
    head_rates.mutable_data_ptr<double>()[s - 1] = kHeadRate * factor;
    norms.push_back(adamw.gradient_norm());
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string tensor = "step" + std::to_string(s) + "." + names[i];
      if (fixture.has(file, tensor)) fixture.expect(file, tensor, tensors[i].parameter);
    }
  }
  fixture.expect(file, "head_lr", head_rates);
  if (!run.clipped) return;
  std::copy(norms.begin(), norms.end(), head_rates.mutable_data_ptr<double>());
  fixture.expect(file, "grad_norm", head_rates);
}

TEST(OptimParity, EveryTrajectoryMatchesWithBothKernels) {
  RATBENCH_NEEDS_FIXTURES();
  for (const Kernel kernel : {Kernel::kOwn, Kernel::kLibtorch}) {
    Fixture fixture("optim");
    std::size_t visited = 0;
    for (const auto& [name, meaning] : fixture.description().at("runs").items()) {
      SCOPED_TRACE(name);
      expect_trajectory(fixture, name, kernel);
      EXPECT_EQ(fixture.unvisited(name), std::vector<std::string>{});
      ++visited;
    }
    EXPECT_EQ(visited, 7u);
  }
}

TEST(OptimParity, SchedulesMatch) {
  RATBENCH_NEEDS_FIXTURES();
  const json document = Fixture("optim").document("schedule");
  for (const json& about : document.at("cases")) {
    const auto total = about.at("total").get<std::int64_t>();
    const auto warmup = about.at("warmup").get<std::int64_t>();
    const bool rounded_up = about.at("warmup_rounding") == "ceil";
    const Schedule schedule(
        Decay::kLinear, rounded_up ? 0.1 : static_cast<double>(warmup) / static_cast<double>(total),
        total);
    EXPECT_EQ(schedule.warmup_steps(), warmup) << "total " << total;
    const auto factors = about.at("factors").get<std::vector<double>>();
    for (std::size_t k = 0; k < factors.size(); ++k) {
      EXPECT_NEAR(schedule.factor(static_cast<std::int64_t>(k)), factors[k],
                  1e-15 + 1e-13 * factors[k])
          << "total " << total << ", k " << k;
    }
  }
}

TEST(OptimParity, LayerRatesAreTheOneBasedTable) {
  RATBENCH_NEEDS_FIXTURES();
  const json rates = Fixture("optim").document("llrd").at("lr").at("one_based");
  for (const auto& [name, rate] : rates.items()) {
    const double want = rate.get<double>();
    EXPECT_NEAR(kHeadRate * our_group(name).lr_scale, want, 1e-13 * want) << name;
    EXPECT_EQ(our_group(name).decay, takes_decay(name)) << name;
  }
}

}  // namespace
}  // namespace ratbench::optim
