#include "src/stats/metric_name.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ratbench::stats {
namespace {

const std::vector<std::string> kClasses = {"FALLS", "FIRES/SMOKE", "RARE"};
const std::vector<std::string> kMinority = {"RARE", "FALLS"};

TEST(MetricName, NamesOneClassByWhatFollowsTheFirstSlash) {
  const auto recall = metric_by_name("recall/FIRES/SMOKE", kClasses, {});
  ASSERT_TRUE(recall);
  EXPECT_EQ(recall->kind, MetricKind::kRecall);
  EXPECT_EQ(recall->classes, std::vector<std::size_t>{1});
}

TEST(MetricName, MinorityRecallAveragesTheNamedClasses) {
  const auto metric = metric_by_name("minority_recall", kClasses, kMinority);
  ASSERT_TRUE(metric);
  EXPECT_EQ(metric->classes, (std::vector<std::size_t>{2, 0}));
}

TEST(MetricName, IsNothingForWhatIsNoFunctionOfCounts) {
  for (const char* name : {"entity_f1", "recall", "recall/NONE", "macro_f1/FALLS", ""})
    EXPECT_FALSE(metric_by_name(name, kClasses, {})) << name;
  const std::vector<std::string> unknown = {"NONE"};
  EXPECT_FALSE(metric_by_name("minority_recall", kClasses, unknown));
}

}  // namespace
}  // namespace ratbench::stats
