// SIGTERM during training is a wish that waits for the next step; at any other time an order.
#include "harness/worker/termination.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace ratbench::worker {
namespace {

using ::testing::KilledBySignal;

TEST(TerminationDeathTest, EndsTheProcessOnceNothingWaitsForIt) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        {
          const TerminationNoted noted;
          if (TerminationNoted::asked()) std::exit(1);
          std::raise(SIGTERM);
          if (!TerminationNoted::asked()) std::exit(2);
        }
        std::exit(3);
      },
      KilledBySignal(SIGTERM), "");
}

TEST(TerminationDeathTest, IsAsEverOutsideOfTraining) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        { const TerminationNoted noted; }
        std::raise(SIGTERM);
        std::exit(1);
      },
      KilledBySignal(SIGTERM), "");
}

TEST(TerminationDeathTest, IsObeyedOnRequest) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const TerminationNoted noted;
        TerminationNoted::obey();
      },
      KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace ratbench::worker
