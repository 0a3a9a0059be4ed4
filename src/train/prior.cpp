#include "src/train/prior.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"

namespace ratbench::train {

bool is_prior(const specs::Config& config) {
  return config.text_or("model.name", "mlp") == "prior";
}

at::Tensor prior_logits(const Examples& examples, data::Task task) {
  const std::vector<double>& counts = examples.class_counts;
  const bool multilabel = task == data::Task::kMultilabel;
  const double units = static_cast<double>(examples.truth.units.size()) /
                       (multilabel ? static_cast<double>(counts.size()) : 1.0);
  at::Tensor logits = at::empty({static_cast<std::int64_t>(counts.size())}, at::kFloat);
  auto* values = logits.mutable_data_ptr<float>();
  for (std::size_t c = 0; c < counts.size(); ++c) {
    const double with = std::max(counts[c], 0.5);
    const double rest = multilabel ? std::max(units - counts[c], 0.5) : units;
    values[c] = static_cast<float>(std::log(with / rest));
  }
  return logits;
}

PriorLearner::Bias::Bias(const at::Tensor& values) {
  parameters_.push_back({"bias", values, at::zeros_like(values)});
}

at::Tensor PriorLearner::Bias::forward(const at::Tensor& x,
                                       const std::optional<models::DropoutContext>& /*dropout*/,
                                       models::Activations& /*kept*/) {
  return parameters_.front().value.expand({x.size(0), -1});
}

at::Tensor PriorLearner::Bias::backward(const models::Activations& /*kept*/,
                                        const at::Tensor& grad_logits, models::Want want) {
  if (want != models::Want::kInput) parameters_.front().grad.add_(grad_logits.sum(0));
  return {};
}

PriorLearner::PriorLearner(data::Task task, Examples examples, const Truth& val, const Truth& test,
                           const at::Device& device)
    : task_(task),
      examples_(std::move(examples)),
      val_(val),
      test_(test),
      bias_(prior_logits(examples_, task).to(device)) {}

BatchInputs PriorLearner::begin_batch(std::span<const std::int64_t> /*ids*/) {
  detail::check_failed(__FILE__, __LINE__, "the majority baseline is not trained", "");
}

at::Tensor PriorLearner::unit_logits(Split split) {
  const at::Tensor& bias = bias_.parameters().front().value;
  const auto units = static_cast<std::int64_t>(truth(split).units.size());
  const std::int64_t rows = task_ == data::Task::kMultilabel ? units / bias.size(0) : units;
  return bias.expand({rows, bias.size(0)}).contiguous();
}

const Truth& PriorLearner::truth(Split split) const {
  if (split == Split::kTrain) return examples_.truth;
  return split == Split::kVal ? val_ : test_;
}

}  // namespace ratbench::train
