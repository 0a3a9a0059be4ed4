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

#if defined(__x86_64__)
#include <immintrin.h>
// Compiled for AVX2 whatever the build's target; called only where the processor has it.
#define RB_AVX2 __attribute__((target("avx2")))
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

// The words of one group: Philox4x32-10 as in src/base/random.cpp, 16 counters side by side.
using GroupWords = std::array<std::array<std::uint32_t, kWide>, 4>;

[[gnu::always_inline]] inline void factors_of(const GroupWords& words, const MaskKey& key,
                                              float* keep) {
  // Copies: `keep` might alias the key as far as the compiler can see.
  const std::uint32_t threshold = key.threshold;
  const float factor = key.factor;
  for (std::size_t w = 0; w < 4; ++w) {
    for (std::size_t j = 0; j < kWide; ++j)
      keep[w * kWide + j] = (words[w][j] & 0xFFFFU) >= threshold ? factor : 0.0F;
    for (std::size_t j = 0; j < kWide; ++j)
      keep[(4 + w) * kWide + j] = (words[w][j] >> 16) >= threshold ? factor : 0.0F;
  }
}

void group_portable(const MaskKey& key, std::uint64_t first_block, float* keep) {
  GroupWords words;
  for (std::size_t j = 0; j < kWide; ++j) {
    const std::uint64_t block = first_block + j;
    const auto four =
        philox({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
                key.step, static_cast<std::uint32_t>(Purpose::kDropout)},
               {key.seed_low, key.seed_high});
    for (std::size_t w = 0; w < 4; ++w) words[w][j] = four[w];
  }
  factors_of(words, key, keep);
}

#if defined(__x86_64__)
// Sixteen 32-bit words, each in the low half of a 64-bit lane, as the multiplication wants them;
// the high halves hold leftovers that nothing reads.
struct Lanes {
  __m256i part[4];
};

RB_AVX2 inline std::array<std::uint32_t, kWide> packed(const Lanes& lanes) {
  std::array<std::uint32_t, kWide> words;
  for (std::size_t half = 0; half < 2; ++half) {
    const __m256 a = _mm256_castsi256_ps(lanes.part[2 * half]);
    const __m256 b = _mm256_castsi256_ps(lanes.part[2 * half + 1]);
    const __m256i mixed = _mm256_castps_si256(_mm256_shuffle_ps(a, b, 0x88));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(words.data() + 8 * half),
                        _mm256_permute4x64_epi64(mixed, 0xD8));
  }
  return words;
}

RB_AVX2 void group_avx2(const MaskKey& key, std::uint64_t first_block, float* keep) {
  const __m256i multiplier0 = _mm256_set1_epi64x(0xD2511F53);
  const __m256i multiplier1 = _mm256_set1_epi64x(0xCD9E8D57);
  Lanes c0, c1, c2, c3;
  for (int part = 0; part < 4; ++part) {
    // A group never crosses a multiple of 2^32 blocks: it starts at a multiple of 16.
    const auto low = static_cast<std::uint32_t>(first_block) + static_cast<std::uint32_t>(4 * part);
    c0.part[part] = _mm256_set_epi64x(low + 3LL, low + 2LL, low + 1LL, low);
    c1.part[part] = _mm256_set1_epi64x(static_cast<long long>(first_block >> 32));
    c2.part[part] = _mm256_set1_epi64x(key.step);
    c3.part[part] = _mm256_set1_epi64x(static_cast<long long>(Purpose::kDropout));
  }
  std::uint32_t k0 = key.seed_low;
  std::uint32_t k1 = key.seed_high;
  for (int round = 0; round < 10; ++round, k0 += 0x9E3779B9, k1 += 0xBB67AE85) {
    const __m256i key0 = _mm256_set1_epi64x(k0);
    const __m256i key1 = _mm256_set1_epi64x(k1);
    for (int part = 0; part < 4; ++part) {
      const __m256i p0 = _mm256_mul_epu32(c0.part[part], multiplier0);
      const __m256i p1 = _mm256_mul_epu32(c2.part[part], multiplier1);
      c0.part[part] =
          _mm256_xor_si256(_mm256_srli_epi64(p1, 32), _mm256_xor_si256(c1.part[part], key0));
      c1.part[part] = p1;
      c2.part[part] =
          _mm256_xor_si256(_mm256_srli_epi64(p0, 32), _mm256_xor_si256(c3.part[part], key1));
      c3.part[part] = p0;
    }
  }
  factors_of({packed(c0), packed(c1), packed(c2), packed(c3)}, key, keep);
}
#endif

using GroupFunction = void (*)(const MaskKey&, std::uint64_t, float*);

GroupFunction group_function() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return group_avx2;
#endif
  return group_portable;
}

void mask_factors(const MaskKey& key, std::uint64_t first_block, std::span<float> keep) {
  static const GroupFunction group = group_function();
  std::size_t done = 0;
  for (; done + kGroup <= keep.size(); done += kGroup, first_block += kWide)
    group(key, first_block, keep.data() + done);
  if (done == keep.size()) return;
  std::array<float, kGroup> tail;
  group(key, first_block, tail.data());
  std::copy_n(tail.begin(), keep.size() - done, keep.data() + done);
}

template <typename T>
void gate_with(T* hidden, T* gate, const float* keep, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    const auto factor = static_cast<T>(keep[i]);  // read always, so that the loop vectorises
    gate[i] = hidden[i] > T{0} ? factor : T{0};
    hidden[i] *= gate[i];
  }
}

template <typename T>
void gate_plain(T* hidden, T* gate, std::size_t size) {
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

DropoutMask::DropoutMask(const DropoutContext& context, double rate) : context_(context) {
  const double threshold = std::round(rate * 65536.0);
  RB_CHECK(threshold >= 0 && threshold < 65536.0);
  threshold_ = static_cast<std::uint32_t>(threshold);
}

void DropoutMask::factors(std::int64_t first, std::span<float> keep) const {
  RB_CHECK_EQ(first % static_cast<std::int64_t>(kGroup), 0);
  const MaskKey key = {static_cast<std::uint32_t>(context_.seed),
                       static_cast<std::uint32_t>(context_.seed >> 32), context_.step, threshold_,
                       static_cast<float>(65536.0 / (65536.0 - threshold_))};
  const auto block = static_cast<std::uint64_t>(first) / kGroup * kWide;
  mask_factors(key, (std::uint64_t{context_.pass} << kPassShift) + block, keep);
}

void dropout_factors(const DropoutContext& context, double rate, std::span<float> keep) {
  DropoutMask(context, rate).factors(0, keep);
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
