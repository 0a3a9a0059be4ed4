// Every case of the reference numbers for losses, through both implementations.
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include "src/losses/class_tables.hpp"
#include "src/losses/softmax_loss.hpp"
#include "tests/parity/fixture.hpp"

namespace ratbench::losses {
namespace {

using nlohmann::json;
using tests::Fixture;

std::vector<double> values(const at::Tensor& t) {
  const at::Tensor copy = t.to(at::kDouble);
  return {copy.const_data_ptr<double>(), copy.const_data_ptr<double>() + copy.numel()};
}

// The loss that a case names, from our own class tables.
SoftmaxLossOptions options_of(Fixture& fixture, const std::string& kind, const json& parameters) {
  const std::vector<double> counts = values(fixture.tensor("tables", "counts"));
  const std::vector<double> weights = effective_number_weights(counts, 0.9999);
  SoftmaxLossOptions options;
  if (kind.starts_with("focal") || kind.starts_with("cb_focal")) {
    options.penalty = Penalty::kFocal;
    options.gamma = parameters.at("gamma").get<double>();
    if (kind.starts_with("cb")) options.weights = weights;
    if (kind == "focal_weighted_inside") {
      options.weights = weights;
      options.weighting = Weighting::kInside;
    }
    if (kind.ends_with("alpha")) options.weights = values(fixture.tensor("tables", "alpha"));
    return options;
  }
  options.mean = Mean::kOverWeights;
  if (kind == "ce_weighted" || kind.ends_with("drw")) options.weights = weights;
  if (kind.starts_with("ldam")) {
    const bool boosted = kind.find("boost") != std::string::npos;
    const auto used = boosted ? boosted_counts(counts, {0, 1}, 10) : counts;
    const bool scaled = kind.find("norm") != std::string::npos;
    options.margins = scaled ? ldam_margins_with_maximum(used, 0.5) : ldam_margins(used, 1);
    options.scale = parameters.at("s").get<double>();
  }
  return options;
}

// Loss of one row alone; 0 for an ignored one. Weighted means of one row cancel their weight, so
// the row is summed instead.
double row_loss(SoftmaxLossOptions options, const at::Tensor& logits, const at::Tensor& labels,
                std::int64_t row) {
  options.mean = Mean::kOverRows;
  return SoftmaxLoss(options)
      .evaluate(logits.narrow(0, row, 1), labels.narrow(0, row, 1), 0)
      .value.item<double>();
}

void visit(Fixture& fixture, const json& about) {
  const std::string name = about.at("case");
  const std::string batch = about.at("batch");
  const std::string kind = name.substr(batch.size() + 1);
  const at::Tensor logits = fixture.tensor("batches", batch + ".logits");
  const at::Tensor labels = fixture.tensor("batches", batch + ".labels");
  const SoftmaxLossOptions options = options_of(fixture, kind, about.at("parameters"));

  const LossValue fast = detail::softmax_loss_cpu(options, logits, labels);
  const LossValue general = detail::softmax_loss_anywhere(options, logits, labels);
  for (const LossValue& value : {fast, general}) {
    fixture.expect("cases", name + ".loss_mean", value.value);
    fixture.expect("cases", name + ".grad_mean", value.dlogits);
  }
  if (!fixture.has("cases", name + ".loss_per_sample")) return;
  at::Tensor rows = fixture.tensor("cases", name + ".loss_per_sample").clone();
  double sum = 0;
  double divisor = 0;
  for (std::int64_t i = 0; i < rows.numel(); ++i) {
    const double loss = row_loss(options, logits, labels, i);
    rows.mutable_data_ptr<double>()[i] = loss;
    sum += loss;
    const auto label = labels.const_data_ptr<std::int64_t>()[i];
    if (label == kIgnoredLabel) continue;
    const bool weighted = options.mean == Mean::kOverWeights && !options.weights.empty();
    divisor += weighted ? options.weights[static_cast<std::size_t>(label)] : 1;
  }
  fixture.expect("cases", name + ".loss_per_sample", rows);
  if (!fixture.has("cases", name + ".loss_sum")) return;
  fixture.expect("cases", name + ".loss_sum", sum);
  fixture.expect("cases", name + ".grad_sum", fast.dlogits * divisor);
}

// Smoothed targets are mixed ones: a share of the label and an equal share of every class.
void visit_smoothing(Fixture& fixture, const json& about) {
  const double smoothing = about.at("parameters").at("smoothing").get<double>();
  const at::Tensor logits = fixture.tensor("batches", "normal.logits");
  const at::Tensor labels = fixture.tensor("batches", "normal.labels");
  const SoftmaxLoss ce(options_of(fixture, "ce", {}));
  const std::int64_t classes = logits.size(1);
  at::Tensor value;
  at::Tensor gradient;
  for (std::int64_t c = 0; c < classes; ++c) {
    const Targets mixed(labels, labels * 0 + c, labels.to(at::kDouble) * 0 + (1 - smoothing));
    const LossValue part = ce.evaluate(logits, mixed, 0);
    const double share = 1.0 / static_cast<double>(classes);
    value = c == 0 ? part.value * share : value + part.value * share;
    gradient = c == 0 ? part.dlogits * share : gradient + part.dlogits * share;
  }
  const std::string name = about.at("case");
  fixture.expect("cases", name + ".loss_mean", value);
  fixture.expect("cases", name + ".grad_mean", gradient);
}

TEST(LossesParity, EveryCaseMatches) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("losses");
  std::size_t visited = 0;
  for (const json& about : fixture.description().at("cases")) {
    SCOPED_TRACE(about.at("case").get<std::string>());
    if (about.at("case") == "normal.ce_smooth0.1") {
      visit_smoothing(fixture, about);
    } else {
      visit(fixture, about);
    }
    ++visited;
  }
  EXPECT_EQ(visited, 79u);
  EXPECT_EQ(fixture.unvisited("cases"), std::vector<std::string>{});
}

TEST(LossesParity, ClassTablesMatch) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("losses");
  const auto expect = [&](const std::string& name, const std::vector<double>& got) {
    ASSERT_FALSE(got.empty());
    at::Tensor tensor = fixture.tensor("tables", name).clone();
    ASSERT_EQ(static_cast<std::size_t>(tensor.numel()), got.size());
    std::copy(got.begin(), got.end(), tensor.mutable_data_ptr<double>());
    fixture.expect("tables", name, tensor);
  };
  const std::vector<double> counts = values(fixture.tensor("tables", "counts"));
  const std::vector<double> boosted = boosted_counts(counts, {0, 1}, 10);
  const std::vector<double> osha{1200, 640, 300, 120, 60, 9, 1};
  expect("weights.effective_number_norm", effective_number_weights(counts, 0.9999));
  expect("margins.raw_C1", ldam_margins(counts, 1));
  expect("margins.norm_0.5", ldam_margins_with_maximum(counts, 0.5));
  expect("margins.raw_C1_boost", ldam_margins(boosted, 1));
  expect("margins.norm_0.5_boost", ldam_margins_with_maximum(boosted, 0.5));
  expect("osha_like.margins.raw_C1", ldam_margins(osha, 1));
  expect("osha_like.margins.norm_0.5", ldam_margins_with_maximum(osha, 0.5));
  expect("osha_like.weights.effective_number_norm", effective_number_weights(osha, 0.9999));
  // Other readings that no configuration value selects, and the case files' own alpha.
  for (const char* name : {"weights.effective_number_raw", "margins.norm_0.5_then_boost",
                           "weights.inverse_frequency_norm", "alpha"}) {
    fixture.leave_out("tables", name);
  }
  EXPECT_EQ(fixture.unvisited("tables"), std::vector<std::string>{});
}

}  // namespace
}  // namespace ratbench::losses
