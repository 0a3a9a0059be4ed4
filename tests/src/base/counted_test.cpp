#include "src/base/counted.hpp"

#include <gtest/gtest.h>

namespace ratbench {
namespace {

TEST(Counted, OneStandsAlone) {
  EXPECT_EQ(counted(0, "run"), "0 runs");
  EXPECT_EQ(counted(1, "run"), "1 run");
  EXPECT_EQ(counted(2, "unfinished run"), "2 unfinished runs");
}

}  // namespace
}  // namespace ratbench
