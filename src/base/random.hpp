// Counter-based random streams (Philox4x32-10; Salmon et al., "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011). A value depends only on (seed, purpose, index), never on how many were drawn
// before, so runs that share a seed share decisions whatever else differs between them.
#pragma once

#include <array>
#include <cstdint>

namespace ratbench {

// What a stream is for. Values are part of the method: changing one changes every result.
enum class Purpose : std::uint32_t {
  kInitialisation = 1,
  kOrder = 2,
  kDropout = 3,
  kAttackDecision = 4,
  kAttackNoise = 5,
  kAugmentation = 6,
  kSplit = 7,
  kCorpus = 8,
  kBootstrap = 9,
  kRoundingProbe = 10,
};

// One Philox4x32-10 block: four independent 32-bit words.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key);

// Random access to one stream. `index` addresses a 128-bit block; `lane` a second coordinate
// (epoch, step, layer).
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, Purpose purpose) : seed_(seed), purpose_(purpose) {}

  std::uint64_t seed() const { return seed_; }
  Purpose purpose() const { return purpose_; }

  // Four 32-bit words at (lane, index). lane < 2^32.
  std::array<std::uint32_t, 4> block(std::uint32_t lane, std::uint64_t index) const;
  // 64 uniform bits at (lane, index).
  std::uint64_t bits(std::uint32_t lane, std::uint64_t index) const;
  // Uniform in [0, 1) with 53 bits at (lane, index).
  double uniform(std::uint32_t lane, std::uint64_t index) const;
  // Standard normal by Box-Muller at (lane, index).
  double normal(std::uint32_t lane, std::uint64_t index) const;
  // Uniform integer in [0, n) at (lane, index); n > 0. Bias below n / 2^64.
  std::uint64_t below(std::uint64_t n, std::uint32_t lane, std::uint64_t index) const;

 private:
  std::uint64_t seed_;
  Purpose purpose_;
};

}  // namespace ratbench
