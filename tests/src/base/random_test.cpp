#include "src/base/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

namespace ratbench {
namespace {

using Block = std::array<std::uint32_t, 4>;

// Known answers for philox4x32-10 distributed with Random123 (Salmon et al., SC 2011).
TEST(Philox, GivesTheKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, DiffersInEveryCoordinate) {
  std::set<std::uint64_t> values;
  std::size_t asked = 0;
  for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32})
    for (const Purpose purpose : {Purpose::kInitialisation, Purpose::kOrder, Purpose::kBootstrap})
      for (const std::uint32_t lane : {0U, 1U, 0xffffffffU})
        for (const std::uint64_t index : {0ULL, 1ULL, 1ULL << 32}) {
          values.insert(RandomStream(seed, purpose).bits(lane, index));
          ++asked;
        }
  EXPECT_EQ(values.size(), asked);
}

TEST(RandomStream, DoesNotDependOnWhatWasDrawnBefore) {
  const RandomStream stream(7, Purpose::kAttackDecision);
  const double first = stream.uniform(3, 1000);
  for (std::uint64_t i = 0; i < 100; ++i) static_cast<void>(stream.uniform(3, i));
  EXPECT_EQ(stream.uniform(3, 1000), first);
}

// Limits are five standard errors of the mean or variance of 100,000 draws.
TEST(RandomStream, UniformAndNormalHaveTheirMoments) {
  const RandomStream stream(11, Purpose::kCorpus);
  constexpr int kDraws = 100'000;
  double uniform = 0, normal = 0, squares = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const double u = stream.uniform(0, i);
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    const double z = stream.normal(1, i);
    ASSERT_TRUE(std::isfinite(z));
    uniform += u / kDraws;
    normal += z / kDraws;
    squares += z * z / kDraws;
  }
  EXPECT_NEAR(uniform, 0.5, 5 * std::sqrt(1.0 / 12 / kDraws));
  EXPECT_NEAR(normal, 0, 5 / std::sqrt(double{kDraws}));
  EXPECT_NEAR(squares, 1, 5 * std::sqrt(2.0 / kDraws));
}

TEST(RandomStream, BelowCoversItsRangeEvenly) {
  const RandomStream stream(3, Purpose::kOrder);
  std::array<int, 7> counts{};
  for (std::uint64_t i = 0; i < 70'000; ++i) {
    const std::uint64_t value = stream.below(7, 0, i);
    ASSERT_LT(value, 7U);
    ++counts[value];
  }
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 5 * std::sqrt(10'000 * 6.0 / 7));
  EXPECT_EQ(stream.below(1, 0, 5), 0U);
}

}  // namespace
}  // namespace ratbench
