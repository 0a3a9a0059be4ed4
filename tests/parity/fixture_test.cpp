// The bookkeeping that the parity tests rest on can fail: a tensor that no test has visited is
// named, a number off its tolerance is refused.
#include "tests/parity/fixture.hpp"

#include <ATen/TensorOperators.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ratbench::tests {
namespace {

TEST(Fixture, NamesEveryExpectedTensorThatWasNotVisited) {
  RATBENCH_NEEDS_FIXTURES();
  Fixture fixture("attacks");
  const std::vector<std::string> all = fixture.unvisited("mlp_relu");
  ASSERT_GT(all.size(), 100U);
  for (std::size_t i = 1; i < all.size(); ++i)
    fixture.expect("mlp_relu", all[i], fixture.tensor("mlp_relu", all[i]));
  EXPECT_EQ(fixture.unvisited("mlp_relu"), std::vector<std::string>{all[0]});
}

TEST(Fixture, RefusesANumberOffItsTolerance) {
  RATBENCH_NEEDS_FIXTURES();
  static Fixture fixture("attacks");
  static const at::Tensor wrong = fixture.tensor("mlp_relu", "clean.loss") + 1e-6;
  EXPECT_FATAL_FAILURE(fixture.expect("mlp_relu", "clean.loss", wrong), "clean.loss");
}

}  // namespace
}  // namespace ratbench::tests
