#include "src/models/mlp.hpp"

#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/sum.h>

#include <cmath>

#include "src/base/check.hpp"
#include "src/base/random.hpp"
#include "src/models/dropout.hpp"

namespace ratbench::models {
namespace {

// U(-bound, bound) from 24 bits of one stream word per element; made on the CPU so that devices
// start from the same bits.
at::Tensor uniform_tensor(at::IntArrayRef shape, double bound, std::uint64_t seed,
                          std::uint32_t lane) {
  const RandomStream stream(seed, Purpose::kInitialisation);
  at::Tensor values = at::empty(shape, at::kFloat);
  auto* data = values.data_ptr<float>();
  const std::int64_t size = values.numel();
  for (std::int64_t i = 0; i < size; i += 4) {
    const auto words = stream.block(lane, static_cast<std::uint64_t>(i / 4));
    for (std::int64_t j = i; j < std::min(i + 4, size); ++j) {
      const double unit =
          static_cast<double>(words[static_cast<std::size_t>(j - i)] >> 8) * 0x1.0p-24;
      data[j] = static_cast<float>((2 * unit - 1) * bound);
    }
  }
  return values;
}

// Gives `tensor` this shape, keeping its memory when it already has it.
void shape_like(at::Tensor& tensor, at::IntArrayRef shape, const at::Tensor& like) {
  if (!tensor.defined() || tensor.sizes() != shape || tensor.scalar_type() != like.scalar_type() ||
      tensor.device() != like.device())
    tensor = at::empty(shape, like.options());
}

}  // namespace

Mlp::Mlp(const MlpShape& shape, std::uint64_t seed, const at::Device& device, at::ScalarType type,
         Product product)
    : shape_(shape), arithmetic_(product) {
  RB_CHECK(shape.dim > 0 && shape.hidden > 0 && shape.classes > 0);
  const auto add = [&](const char* name, at::IntArrayRef sizes, std::int64_t fan_in) {
    const auto lane = static_cast<std::uint32_t>(parameters_.size());
    const double bound = 1.0 / std::sqrt(static_cast<double>(fan_in));
    at::Tensor values = uniform_tensor(sizes, bound, seed, lane).to(device, type);
    parameters_.push_back({name, values, at::empty_like(values)});
  };
  add("hidden.weight", {shape.hidden, shape.dim}, shape.dim);
  add("hidden.bias", {shape.hidden}, shape.dim);
  add("output.weight", {shape.classes, shape.hidden}, shape.hidden);
  add("output.bias", {shape.classes}, shape.hidden);
}

Mlp::Mlp(const MlpShape& shape, std::uint64_t seed, const at::Device& device,
         const Arithmetic& arithmetic, Precision precision)
    : Mlp(shape, seed, device, at::kFloat, arithmetic.product) {
  arithmetic_ = arithmetic;
  precision_ = precision;
  if (precision != Precision::kFp32) keep_rounded();
}

void Mlp::load(const std::vector<at::Tensor>& values) {
  RB_CHECK_EQ(values.size(), parameters_.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    RB_CHECK(values[i].sizes() == parameters_[i].value.sizes());
    parameters_[i].set(values[i]);
  }
}

at::Tensor Mlp::forward(const at::Tensor& x, const std::optional<DropoutContext>& dropout,
                        Activations& kept) {
  if (precision_ != Precision::kFp32) return forward_bf16(x, dropout, kept);
  kept.input = x;
  const std::int64_t batch = x.size(0);
  shape_like(kept.hidden, {batch, shape_.hidden}, x);
  shape_like(kept.gate, {batch, shape_.hidden}, x);
  linear(arithmetic_.product, x, value(kHiddenWeight), value(kHiddenBias), kept.hidden);
  relu_dropout(kept.hidden, kept.gate, dropout, shape_.dropout);
  return at::addmm(value(kOutputBias), kept.hidden, value(kOutputWeight).t());
}

void Mlp::clear_gradients() {
  fresh_output_ = fresh_hidden_ = true;
  owed_.clear();
}

void Mlp::complete_gradients() {
  if (owed_.empty()) return;
  Owed all = owed_.front();
  if (owed_.size() > 1) {
    std::vector<at::Tensor> gradients, inputs;
    for (const Owed& pass : owed_) {
      gradients.push_back(pass.grad_hidden);
      inputs.push_back(pass.input);
    }
    all = {at::cat(gradients), at::cat(inputs)};
  }
  owed_.clear();
  const Into into = fresh_hidden_ ? Into::kOverwrite : Into::kAdd;
  fresh_hidden_ = false;
  if (precision_ == Precision::kFp32)
    accumulate(kHiddenWeight, kHiddenBias, all.grad_hidden, all.input, into);
  else
    accumulate_bf16(kHiddenWeight, kHiddenBias, all.grad_hidden, all.input, into);
}

void Mlp::accumulate(Index weight, Index bias, const at::Tensor& grad_out, const at::Tensor& in,
                     Into into) {
  multiply_into(arithmetic_.product, grad_out.t(), in, into, parameters_[weight].grad);
  at::Tensor& grad_bias = parameters_[bias].grad;
  if (into == Into::kOverwrite)
    at::sum_out(grad_bias, grad_out, 0);
  else
    grad_bias.add_(grad_out.sum(0));
}

at::Tensor Mlp::backward(const Activations& kept, const at::Tensor& grad_logits, Want want) {
  if (precision_ != Precision::kFp32) return backward_bf16(kept, grad_logits, want);
  at::Tensor grad_hidden = at::mm(grad_logits, value(kOutputWeight));
  grad_hidden.mul_(kept.gate);
  if (want != Want::kInput) {
    accumulate(kOutputWeight, kOutputBias, grad_logits, kept.hidden,
               fresh_output_ ? Into::kOverwrite : Into::kAdd);
    fresh_output_ = false;
    owed_.push_back({grad_hidden, kept.input});
  }
  return want == Want::kParameters
             ? at::Tensor()
             : multiply(arithmetic_.product, grad_hidden, value(kHiddenWeight));
}

}  // namespace ratbench::models
