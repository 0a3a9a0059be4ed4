#include "src/train/rounding_probe.hpp"

#include <ATen/ops/equal.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "src/train/settings.hpp"

namespace ratbench::train {
namespace {

std::vector<models::Parameter> parameters() {
  return {{"weight", at::linspace(-1, 1, 300).reshape({3, 100}), {}}, {"bias", at::zeros({4}), {}}};
}

TEST(RoundingProbe, MovesEveryValueToANeighbourAndZerosNowhere) {
  const auto plain = parameters();
  auto moved = parameters();
  move_by_one_ulp(moved, 5, 1);
  const auto* before = plain[0].value.const_data_ptr<float>();
  const auto* after = moved[0].value.const_data_ptr<float>();
  int up = 0;
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(after[i] == std::nextafter(before[i], 2.0F) ||
                after[i] == std::nextafter(before[i], -2.0F))
        << before[i] << " became " << after[i];
    up += after[i] > before[i] ? 1 : 0;
  }
  // 150 expected; five standard deviations of a fair coin are 43.
  EXPECT_NEAR(up, 150, 43);
  EXPECT_TRUE(at::equal(moved[1].value, plain[1].value));
}

TEST(RoundingProbe, DependsOnSeedAndProbeAlone) {
  auto one = parameters();
  auto same = parameters();
  auto other_seed = parameters();
  auto other_probe = parameters();
  move_by_one_ulp(one, 5, 1);
  move_by_one_ulp(same, 5, 1);
  move_by_one_ulp(other_seed, 6, 1);
  move_by_one_ulp(other_probe, 5, 2);
  EXPECT_TRUE(at::equal(one[0].value, same[0].value));
  EXPECT_FALSE(at::equal(one[0].value, other_seed[0].value));
  EXPECT_FALSE(at::equal(one[0].value, other_probe[0].value));
}

TEST(RoundingProbe, IsOffUnlessAskedFor) {
  specs::Config config;
  EXPECT_FALSE(settings_of(config).rounding_probe.has_value());
  config.set("train.rounding_probe", *Decimal::parse("1"));
  EXPECT_EQ(settings_of(config).rounding_probe, 1);
}

}  // namespace
}  // namespace ratbench::train
