#include "tests/parity/reference_mlp.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/tanh.h>

#include "src/base/random.hpp"

namespace ratbench::tests {
namespace {

at::Tensor random_matrix(std::vector<std::int64_t> shape, std::uint64_t seed, std::uint32_t lane) {
  const RandomStream stream(seed, Purpose::kInitialisation);
  at::Tensor matrix = at::empty(shape, at::kDouble);
  auto* values = matrix.mutable_data_ptr<double>();
  for (std::int64_t i = 0; i < matrix.numel(); ++i) {
    values[i] = 0.5 * stream.normal(lane, static_cast<std::uint64_t>(i));
  }
  return matrix;
}

}  // namespace

MlpWeights random_weights(std::int64_t inputs, std::int64_t hidden, std::int64_t classes,
                          std::uint64_t seed, at::ScalarType type) {
  return {random_matrix({hidden, inputs}, seed, 0).to(type),
          random_matrix({hidden}, seed, 1).to(type),
          random_matrix({classes, hidden}, seed, 2).to(type),
          random_matrix({classes}, seed, 3).to(type)};
}

at::Tensor ReferenceMlp::forward(const at::Tensor& x, attacks::Slot slot) {
  Kept& kept = kept_[static_cast<int>(slot)];
  kept.x = x;
  const at::Tensor before = at::addmm(weights_.b1, x.reshape({x.size(0), -1}), weights_.w1.t());
  kept.hidden = activation_ == Activation::kRelu ? before.relu() : before.tanh();
  passes.forward += static_cast<int>(x.size(0) / labels_.size(0));
  inputs.push_back(x);
  outputs.push_back(at::addmm(weights_.b2, kept.hidden, weights_.w2.t()));
  return outputs.back();
}

losses::LossValue ReferenceMlp::loss(const at::Tensor& logits) {
  losses::LossValue value = loss_->evaluate(logits, labels_, 0);
  losses.push_back(value.value.item<double>());
  return value;
}

at::Tensor ReferenceMlp::backward(attacks::Slot slot, const at::Tensor& dlogits,
                                  attacks::Want want) {
  const Kept& kept = kept_[static_cast<int>(slot)];
  passes.backward += static_cast<int>(kept.x.size(0) / labels_.size(0));
  const at::Tensor slope = activation_ == Activation::kRelu
                               ? (kept.hidden > 0).to(kept.hidden.scalar_type())
                               : 1 - kept.hidden * kept.hidden;
  const at::Tensor dhidden = dlogits.mm(weights_.w2) * slope;
  if (want != attacks::Want::kInput) {
    parameter_grads.push_back({{"W1", dhidden.t().mm(kept.x.reshape({kept.x.size(0), -1}))},
                               {"b1", dhidden.sum(0)},
                               {"W2", dlogits.t().mm(kept.hidden)},
                               {"b2", dlogits.sum(0)}});
  }
  if (want == attacks::Want::kParameters) return {};
  input_grads.push_back(dhidden.mm(weights_.w1).reshape(kept.x.sizes()));
  return input_grads.back();
}

at::Tensor ReferenceMlp::logits(const at::Tensor& x) const {
  const at::Tensor before = at::addmm(weights_.b1, x.reshape({x.size(0), -1}), weights_.w1.t());
  const at::Tensor hidden = activation_ == Activation::kRelu ? before.relu() : before.tanh();
  return at::addmm(weights_.b2, hidden, weights_.w2.t());
}

}  // namespace ratbench::tests
