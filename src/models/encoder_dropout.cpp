#include "src/models/encoder_dropout.hpp"

#include <ATen/Context.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mul.h>

#include <span>

#include "src/base/check.hpp"
#include "src/base/random.hpp"
#include "src/models/dropout.hpp"

namespace ratbench::models {
namespace {

at::Tensor factors_on_cpu(const at::Tensor& x, const DropoutContext& place, double rate) {
  at::Tensor keep = at::empty(x.sizes(), at::kFloat);
  dropout_factors(place, rate,
                  std::span(keep.mutable_data_ptr<float>(), static_cast<std::size_t>(x.numel())));
  return keep.to(x.scalar_type());
}

at::Tensor factors_on_device(const at::Tensor& x, const DropoutContext& place, double rate) {
  at::Generator generator = at::globalContext().defaultGenerator(x.device()).clone();
  const RandomStream stream(place.seed, Purpose::kDropout);
  generator.set_current_seed(stream.bits(place.step, place.pass));
  return at::empty_like(x).bernoulli_(1 - rate, generator).mul_(1 / (1 - rate));
}

}  // namespace

at::Tensor encoder_dropout(const at::Tensor& x, const std::optional<DropoutContext>& context,
                           std::uint32_t site, double rate) {
  if (!context || rate == 0) return x;
  RB_CHECK_LT(site, kDropoutSites);
  DropoutContext place = *context;
  place.pass = context->pass * kDropoutSites + site;
  return at::mul(x,
                 x.is_cpu() ? factors_on_cpu(x, place, rate) : factors_on_device(x, place, rate));
}

}  // namespace ratbench::models
