#include "src/attacks/noise_kernel.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

// Without clones (another compiler) the baseline instruction set is used. Multiplications and
// additions are never contracted, so every instruction set gives the same bits.
#if defined(__GNUC__) && !defined(__clang__)
#define RATBENCH_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define RATBENCH_CLONES
#endif

namespace ratbench::attacks::detail {
namespace {

constexpr int kLanes = 32;  // blocks drawn at a time

struct Words {
  std::uint32_t word[4][kLanes];
};

// Philox4x32-10 of kLanes consecutive counters; see src/base/random.cpp.
[[gnu::always_inline]] inline void draw(const NoiseKey& key, std::uint64_t first, Words& words) {
  for (std::uint32_t i = 0; i < kLanes; ++i) {
    const std::uint64_t index = first + i;
    words.word[0][i] = static_cast<std::uint32_t>(index);
    words.word[1][i] = static_cast<std::uint32_t>(index >> 32);
    words.word[2][i] = key.lane;
    words.word[3][i] = key.purpose;
  }
  auto k0 = static_cast<std::uint32_t>(key.seed);
  auto k1 = static_cast<std::uint32_t>(key.seed >> 32);
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < kLanes; ++i) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53} * words.word[0][i];
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * words.word[2][i];
      words.word[0][i] = static_cast<std::uint32_t>(p1 >> 32) ^ words.word[1][i] ^ k0;
      words.word[1][i] = static_cast<std::uint32_t>(p1);
      words.word[2][i] = static_cast<std::uint32_t>(p0 >> 32) ^ words.word[3][i] ^ k1;
      words.word[3][i] = static_cast<std::uint32_t>(p0);
    }
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
}

// sqrt(-2 ln u), u the middle of the word's interval in (0, 1).
[[gnu::always_inline]] inline float radius(std::uint32_t word) {
  const float u = (static_cast<float>(static_cast<std::int32_t>(word >> 1)) + 0.25F) * 0x1p-31F;
  // u = m 2^e with m in [sqrt(1/2), sqrt(2)): the series of ln m in s = (m - 1) / (m + 1).
  const auto bits = std::bit_cast<std::int32_t>(u);
  const std::int32_t e = (bits - 0x3F3504F3) >> 23;
  const auto m = std::bit_cast<float>(bits - e * (1 << 23));
  const float s = (m - 1) / (m + 1);
  const float q = s * s;
  const float series = 1 + q * (1 / 3.0F + q * (1 / 5.0F + q * (1 / 7.0F + q * (1 / 9.0F))));
  const float ln = static_cast<float>(e) * 0.69314718F + 2 * s * series;
  return std::sqrt(std::max(0.0F, -2 * ln));
}

// Cosine and sine of 2 pi word / 2^32: the quarter turn nearest to the angle, and series around it.
[[gnu::always_inline]] inline void turn(std::uint32_t word, float& cosine, float& sine) {
  const std::uint32_t quarter = (word + 0x20000000U) >> 30;
  const auto offset = static_cast<std::int32_t>(word - (quarter << 30));
  const float a = static_cast<float>(offset) * 1.46291808e-9F;  // 2 pi / 2^32, |a| <= pi / 4
  const float q = a * a;
  const float s = a * (1 - q / 6 * (1 - q / 20 * (1 - q / 42 * (1 - q / 72))));
  const float c = 1 - q / 2 * (1 - q / 12 * (1 - q / 30 * (1 - q / 56)));
  const bool odd = (quarter & 1U) != 0;
  const float swapped_c = odd ? s : c;
  const float swapped_s = odd ? c : s;
  // Quarters 1 and 2 have a negative cosine, 2 and 3 a negative sine.
  cosine = ((quarter + 1) & 2U) != 0 ? -swapped_c : swapped_c;
  sine = (quarter & 2U) != 0 ? -swapped_s : swapped_s;
}

}  // namespace

RATBENCH_CLONES void fill_normal(const NoiseKey& key, std::uint64_t first_block,
                                 std::int64_t blocks, float* values) {
  Words words;
  float drawn[4][kLanes];
  for (std::int64_t block = 0; block < blocks; block += kLanes) {
    draw(key, first_block + static_cast<std::uint64_t>(block), words);
    for (int pair = 0; pair < 4; pair += 2) {
      for (int i = 0; i < kLanes; ++i) {
        const float r = radius(words.word[pair][i]);
        float c = 0;
        float s = 0;
        turn(words.word[pair + 1][i], c, s);
        drawn[pair][i] = r * c;
        drawn[pair + 1][i] = r * s;
      }
    }
    const auto used = static_cast<int>(std::min<std::int64_t>(kLanes, blocks - block));
    for (int i = 0; i < used; ++i) {
      for (int j = 0; j < 4; ++j) *values++ = drawn[j][i];
    }
  }
}

RATBENCH_CLONES void fill_uniform(const NoiseKey& key, std::uint64_t first_block,
                                  std::int64_t blocks, float* values) {
  Words words;
  for (std::int64_t block = 0; block < blocks; block += kLanes) {
    draw(key, first_block + static_cast<std::uint64_t>(block), words);
    const auto used = static_cast<int>(std::min<std::int64_t>(kLanes, blocks - block));
    for (int i = 0; i < used; ++i) {
      for (int j = 0; j < 4; ++j) {
        // 23 bits and a half: the ends are never reached.
        const auto bits = static_cast<std::int32_t>(words.word[j][i] >> 9);
        *values++ = (static_cast<float>(bits) + 0.5F) * 0x1p-22F - 1;
      }
    }
  }
}

}  // namespace ratbench::attacks::detail
