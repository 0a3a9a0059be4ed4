#include "src/models/heads.hpp"

#include <ATen/TensorIndexing.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <array>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/random.hpp"

namespace ratbench::models {
namespace {

constexpr std::array<std::pair<Pooling, std::string_view>, 3> kPoolings = {
    {{Pooling::kMean, "mean"}, {Pooling::kCls, "cls"}, {Pooling::kLast, "last"}}};

// Lane of the initialisation stream: heads of one seed start alike whatever the encoder.
constexpr std::uint32_t kHeadLane = 1U << 16;

at::Tensor normal_tensor(at::IntArrayRef shape, double sd, std::uint64_t seed) {
  const RandomStream stream(seed, Purpose::kInitialisation);
  at::Tensor values = at::empty(shape, at::kDouble);
  auto* data = values.mutable_data_ptr<double>();
  for (std::int64_t i = 0; i < values.numel(); ++i)
    data[i] = sd * stream.normal(kHeadLane, static_cast<std::uint64_t>(i));
  return values;
}

at::Tensor rows_of(const at::Tensor& states) {
  return at::arange(states.size(0), states.options().dtype(at::kLong));
}

}  // namespace

std::string_view name(Pooling pooling) {
  for (const auto& [value, text] : kPoolings)
    if (value == pooling) return text;
  detail::check_failed(__FILE__, __LINE__, "a pooling of the table", "");
}

std::optional<Pooling> pooling_named(std::string_view name) {
  for (const auto& [value, text] : kPoolings)
    if (text == name) return value;
  return std::nullopt;
}

at::Tensor pool(const at::Tensor& states, const at::Tensor& mask, Pooling pooling) {
  if (pooling == Pooling::kCls) return states.select(1, 0);
  if (!mask.defined())
    return pooling == Pooling::kMean ? states.mean(1) : states.select(1, states.size(1) - 1);
  const at::Tensor lengths = mask.sum(1);
  if (pooling == Pooling::kLast) return states.index({rows_of(states), lengths - 1});
  const at::Tensor weights = mask.to(states.scalar_type()).unsqueeze(-1);
  return (states * weights).sum(1) / lengths.to(states.scalar_type()).unsqueeze(-1);
}

at::Tensor unit_rows(const at::Tensor& x) {
  const at::Tensor norms = at::linalg_vector_norm(x, 2, at::IntArrayRef{1}, true);
  return x / norms.masked_fill(norms == 0, 1);
}

Head::Head(HeadInput input, std::int64_t hidden, std::int64_t classes, double sd,
           std::uint64_t seed, const at::Device& device, at::ScalarType type)
    : input_(input) {
  RB_CHECK(hidden > 0 && classes > 0);
  const std::int64_t in = input == HeadInput::kEntityPair ? 2 * hidden : hidden;
  weight_ = normal_tensor({classes, in}, sd, seed).to(device, type);
  bias_ = at::zeros({classes}, weight_.options());
  parameters_ = {{"classifier.weight", weight_, at::Tensor()},
                 {"classifier.bias", bias_, at::Tensor()}};
}

at::Tensor Head::classify(const at::Tensor& vectors) const {
  return at::linear(vectors, weight_, bias_);
}

at::Tensor Head::read(const at::Tensor& states, const HeadPlaces& places) const {
  switch (input_) {
    case HeadInput::kFirst:
      return pool(states, places.mask, Pooling::kCls);
    case HeadInput::kMean:
      return pool(states, places.mask, Pooling::kMean);
    case HeadInput::kLast:
      return pool(states, places.mask, Pooling::kLast);
    case HeadInput::kEveryToken:
      return states;
    case HeadInput::kEntityPair:
      break;
  }
  RB_CHECK(places.markers.defined());
  return states.index({rows_of(states).unsqueeze(1), places.markers}).flatten(1);
}

at::Tensor Head::logits(const at::Tensor& states, const HeadPlaces& places,
                        const DropoutSite& dropout) const {
  return classify(encoder_dropout(read(states, places), dropout));
}

at::Tensor Head::unread(const at::Tensor& grad, const at::Tensor& states,
                        const HeadPlaces& places) const {
  if (input_ == HeadInput::kEveryToken) return grad;
  at::Tensor out = at::zeros_like(states);
  const bool masked = places.mask.defined();
  if (input_ == HeadInput::kFirst) {
    out.select(1, 0).copy_(grad);
  } else if (input_ == HeadInput::kLast) {
    const std::int64_t length = states.size(1);
    const at::Tensor last = masked
                                ? places.mask.sum(1) - 1
                                : at::full({states.size(0)}, length - 1, rows_of(states).options());
    out.index_put_({rows_of(states), last}, grad);
  } else if (input_ == HeadInput::kMean) {
    const at::Tensor weights = masked
                                   ? places.mask.to(states.scalar_type())
                                   : at::ones({states.size(0), states.size(1)}, states.options());
    out = (grad / weights.sum(1, true)).unsqueeze(1) * weights.unsqueeze(-1);
  } else {
    const at::Tensor pairs = grad.view({states.size(0), 2, states.size(2)});
    // One after the other: both markers may be the same token.
    for (const std::int64_t side : {0, 1}) {
      const at::Tensor at_marker = places.markers.select(1, side);
      const at::Tensor before = out.index({rows_of(states), at_marker});
      out.index_put_({rows_of(states), at_marker}, before + pairs.select(1, side));
    }
  }
  return out;
}

at::Tensor Head::backward(const at::Tensor& states, const HeadPlaces& places,
                          const DropoutSite& dropout, const at::Tensor& grad_logits, Want want) {
  const at::Tensor grad = grad_logits.reshape({-1, weight_.size(0)});
  const at::Tensor vectors = encoder_dropout(read(states, places), dropout);
  if (want != Want::kInput) {
    parameters_[0].grad.addmm_(grad.t(), vectors.reshape({-1, weight_.size(1)}));
    parameters_[1].grad.add_(grad.sum(0));
  }
  const at::Tensor grad_vectors = at::mm(grad, weight_).view(vectors.sizes());
  return unread(encoder_dropout(grad_vectors, dropout), states, places);
}

void Head::load(const at::Tensor& weight, const at::Tensor& bias) {
  RB_CHECK(weight.sizes() == weight_.sizes() && bias.sizes() == bias_.sizes());
  parameters_[0].value.copy_(weight);
  parameters_[1].value.copy_(bias);
}

void Head::make_trainable() {
  for (Parameter& parameter : parameters_) parameter.grad = at::zeros_like(parameter.value);
}

}  // namespace ratbench::models
