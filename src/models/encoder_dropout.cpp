#include "src/models/encoder_dropout.hpp"

#include <ATen/Context.h>
#include <ATen/ops/add.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mul.h>
#include <c10/util/BFloat16.h>

#include <algorithm>
#include <array>
#include <span>

#include "src/base/check.hpp"
#include "src/base/random.hpp"
#include "src/models/dropout.hpp"

namespace ratbench::models {
namespace {

// Factors are made in chunks that stay in the first cache.
constexpr std::int64_t kChunk = 16 * kDropoutAlignment;

DropoutContext stream_of(const DropoutSite& place) {
  RB_CHECK_LT(place.site, kDropoutSites);
  DropoutContext stream = *place.context;
  stream.pass = stream.pass * kDropoutSites + place.site;
  return stream;
}

at::Tensor factors_on_device(const at::Tensor& x, const DropoutSite& place) {
  RB_CHECK_EQ(place.first_element, 0);
  const DropoutContext stream = stream_of(place);
  at::Generator generator = at::globalContext().defaultGenerator(x.device()).clone();
  const RandomStream bits(stream.seed, Purpose::kDropout);
  generator.set_current_seed(bits.bits(stream.step, stream.pass));
  return at::empty_like(x).bernoulli_(1 - place.rate, generator).mul_(1 / (1 - place.rate));
}

// Calls use(begin, count, factors) for every chunk of `size` elements.
template <typename Use>
void for_each_chunk(const DropoutSite& place, std::int64_t size, const Use& use) {
  const DropoutMask mask(stream_of(place), place.rate);
  std::array<float, kChunk> keep;
  for (std::int64_t begin = 0; begin < size; begin += kChunk) {
    const std::int64_t count = std::min(kChunk, size - begin);
    mask.factors(place.first_element + begin,
                 std::span(keep.data(), static_cast<std::size_t>(count)));
    use(begin, count, keep.data());
  }
}

template <typename T>
at::Tensor dropped(const at::Tensor& x, const DropoutSite& place) {
  at::Tensor out = at::empty(x.sizes(), x.options());
  const T* from = x.const_data_ptr<T>();
  T* to = out.mutable_data_ptr<T>();
  for_each_chunk(place, x.numel(), [&](std::int64_t begin, std::int64_t count, const float* keep) {
    for (std::int64_t i = 0; i < count; ++i)
      to[begin + i] = static_cast<T>(from[begin + i] * static_cast<T>(keep[i]));
  });
  return out;
}

template <typename T, typename Sum>
at::Tensor dropped_and_added(const at::Tensor& x, const DropoutSite& place,
                             const at::Tensor& residual) {
  at::Tensor out = at::empty(residual.sizes(), residual.options());
  const T* from = x.const_data_ptr<T>();
  const Sum* rest = residual.const_data_ptr<Sum>();
  Sum* to = out.mutable_data_ptr<Sum>();
  for_each_chunk(place, x.numel(), [&](std::int64_t begin, std::int64_t count, const float* keep) {
    for (std::int64_t i = 0; i < count; ++i)
      to[begin + i] =
          static_cast<Sum>(from[begin + i]) * static_cast<Sum>(keep[i]) + rest[begin + i];
  });
  return out;
}

bool own_loops(const at::Tensor& x, at::ScalarType type) {
  return x.is_cpu() && x.scalar_type() == type && x.is_contiguous();
}

}  // namespace

at::Tensor encoder_dropout(const at::Tensor& x, const DropoutSite& place) {
  if (!place.drops()) return x;
  if (!x.is_cpu()) return at::mul(x, factors_on_device(x, place));
  const at::Tensor whole = x.contiguous();
  if (own_loops(whole, at::kFloat)) return dropped<float>(whole, place);
  if (own_loops(whole, at::kBFloat16)) return dropped<c10::BFloat16>(whole, place);
  return dropped<double>(whole, place);
}

at::Tensor dropout_add(const at::Tensor& x, const DropoutSite& place, const at::Tensor& residual) {
  if (!place.drops()) return at::add(residual, x);
  const bool floats = own_loops(residual, at::kFloat);
  if (floats && own_loops(x, at::kFloat))
    return dropped_and_added<float, float>(x, place, residual);
  if (floats && own_loops(x, at::kBFloat16))
    return dropped_and_added<c10::BFloat16, float>(x, place, residual);
  return at::add(residual, encoder_dropout(x, place));
}

}  // namespace ratbench::models
