#include "src/models/dropout.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/mul.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/random.hpp"

// Compiled once per instruction set and chosen when the program starts. Sanitizers instrument the
// chooser, which then runs before their own start-up; they get the plain version.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define RB_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define RB_VECTORISED
#endif

namespace ratbench::models {
namespace {

constexpr std::size_t kWide = 16;          // blocks made at once
constexpr std::size_t kGroup = 8 * kWide;  // elements they serve, 16 bits each
constexpr std::uint64_t kPassShift = 40;   // blocks reserved for one pass

struct MaskKey {
  std::uint32_t seed_low, seed_high, step, threshold;
  float factor;
};

// Factors of one group: Philox4x32-10 as in src/base/random.cpp, 16 counters side by side.
[[gnu::always_inline]] inline void group_factors(const MaskKey& key, std::uint64_t first_block,
                                                 float* keep) {
  alignas(64) std::uint32_t c0[kWide], c1[kWide], c2[kWide], c3[kWide];
  for (std::size_t j = 0; j < kWide; ++j) {
    c0[j] = static_cast<std::uint32_t>(first_block) + static_cast<std::uint32_t>(j);
    c1[j] = static_cast<std::uint32_t>(first_block >> 32);
    c2[j] = key.step;
    c3[j] = static_cast<std::uint32_t>(Purpose::kDropout);
  }
  std::uint32_t k0 = key.seed_low;
  std::uint32_t k1 = key.seed_high;
  for (int round = 0; round < 10; ++round) {
    for (std::size_t j = 0; j < kWide; ++j) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c0[j];
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * c2[j];
      c0[j] = static_cast<std::uint32_t>(p1 >> 32) ^ c1[j] ^ k0;
      c1[j] = static_cast<std::uint32_t>(p1);
      c2[j] = static_cast<std::uint32_t>(p0 >> 32) ^ c3[j] ^ k1;
      c3[j] = static_cast<std::uint32_t>(p0);
    }
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  const std::uint32_t* const words[4] = {c0, c1, c2, c3};
  for (std::size_t w = 0; w < 4; ++w) {
    for (std::size_t j = 0; j < kWide; ++j) {
      keep[w * kWide + j] = (words[w][j] & 0xFFFFU) >= key.threshold ? key.factor : 0.0F;
      keep[(4 + w) * kWide + j] = (words[w][j] >> 16) >= key.threshold ? key.factor : 0.0F;
    }
  }
}

RB_VECTORISED void mask_factors(const MaskKey& key, std::uint64_t first_block, std::size_t size,
                                float* keep) {
  std::size_t done = 0;
  for (; done + kGroup <= size; done += kGroup, first_block += kWide)
    group_factors(key, first_block, keep + done);
  if (done == size) return;
  float tail[kGroup];
  group_factors(key, first_block, tail);
  std::copy(tail, tail + (size - done), keep + done);
}

template <typename T>
RB_VECTORISED void gate_with(T* hidden, T* gate, const float* keep, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    gate[i] = hidden[i] > T{0} ? static_cast<T>(keep[i]) : T{0};
    hidden[i] *= gate[i];
  }
}

template <typename T>
RB_VECTORISED void gate_plain(T* hidden, T* gate, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    gate[i] = hidden[i] > T{0} ? T{1} : T{0};
    hidden[i] *= gate[i];
  }
}

template <typename T>
void gate_on_cpu(at::Tensor& hidden, at::Tensor& gate, std::span<const float> keep) {
  const auto size = static_cast<std::size_t>(hidden.numel());
  if (keep.empty())
    gate_plain(hidden.data_ptr<T>(), gate.data_ptr<T>(), size);
  else
    gate_with(hidden.data_ptr<T>(), gate.data_ptr<T>(), keep.data(), size);
}

}  // namespace

void dropout_factors(const DropoutContext& context, double rate, std::span<float> keep) {
  const double threshold = std::round(rate * 65536.0);
  RB_CHECK(threshold >= 0 && threshold < 65536.0);
  const MaskKey key = {static_cast<std::uint32_t>(context.seed),
                       static_cast<std::uint32_t>(context.seed >> 32), context.step,
                       static_cast<std::uint32_t>(threshold),
                       static_cast<float>(65536.0 / (65536.0 - threshold))};
  mask_factors(key, std::uint64_t{context.pass} << kPassShift, keep.size(), keep.data());
}

void relu_dropout(at::Tensor& hidden, at::Tensor& gate,
                  const std::optional<DropoutContext>& context, double rate) {
  // One buffer per thread: masks of equal size are drawn again and again.
  thread_local std::vector<float> keep;
  const bool drops = context && rate > 0;
  keep.resize(drops ? static_cast<std::size_t>(hidden.numel()) : 0);
  if (drops) dropout_factors(*context, rate, keep);
  if (hidden.is_cpu() && hidden.scalar_type() == at::kFloat)
    return gate_on_cpu<float>(hidden, gate, keep);
  if (hidden.is_cpu() && hidden.scalar_type() == at::kDouble)
    return gate_on_cpu<double>(hidden, gate, keep);
  gate.copy_(at::gt(hidden, 0));
  if (drops) {
    at::Tensor factors = at::empty(hidden.sizes(), at::kFloat);
    std::copy(keep.begin(), keep.end(), factors.data_ptr<float>());
    gate.mul_(factors.to(hidden.device(), hidden.scalar_type()));
  }
  hidden.mul_(gate);
}

}  // namespace ratbench::models
