// Properties of every augmentation of features, on a small unequal training split.
#include "src/augment/augment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "src/base/error.hpp"
#include "src/specs/config.hpp"

namespace ratbench::augment {
namespace {

const std::vector<std::string> kNames = {"cut", "fall", "burn"};

// 12 originals of class 0, 4 of class 1, 1 of class 2, and two synthetic rows of row 12.
struct Split {
  std::vector<float> features;
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> aug_index;
  static constexpr std::int64_t kDim = 7;

  Split() {
    const RandomStream stream(4, Purpose::kCorpus);
    const auto add = [&](std::int64_t label, std::int64_t k) {
      for (std::uint64_t d = 0; d < kDim; ++d) {
        features.push_back(
            static_cast<float>(stream.normal(static_cast<std::uint32_t>(labels.size()), d)));
      }
      labels.push_back(label);
      aug_index.push_back(k);
    };
    for (int i = 0; i < 12; ++i) add(0, 0);
    for (int i = 0; i < 4; ++i) add(1, 0);
    add(2, 0);
    add(1, 1);
    add(1, 2);
  }
  TrainingRows rows() const { return {features, kDim, labels, aug_index, 3}; }
  AugmentedRows apply(const std::string& name, std::int64_t lambda, std::uint64_t seed = 1) const {
    return augment(rows(), {.name = name, .lambda = lambda}, seed, kNames);
  }
};

std::span<const float> made_row(const AugmentedRows& result, std::size_t i) {
  return std::span(result.made_features).subspan(i * Split::kDim, Split::kDim);
}

TEST(Augment, LambdaZeroIsTheOriginalsAlone) {
  const Split split;
  for (const AugmentInfo& info : augment_table()) {
    const AugmentedRows result = split.apply(info.name, 0);
    EXPECT_EQ(result.kept.size(), 17u) << info.name;
    EXPECT_TRUE(result.made_ids.empty()) << info.name;
    EXPECT_EQ(result.class_counts, (std::vector<double>{12, 4, 1})) << info.name;
  }
}

TEST(Augment, IsNestedInLambdaAndDependsOnTheSeedAlone) {
  const Split split;
  for (const AugmentInfo& info : augment_table()) {
    const AugmentedRows small = split.apply(info.name, 1);
    const AugmentedRows large = split.apply(info.name, 2);
    EXPECT_TRUE(std::ranges::includes(large.kept, small.kept)) << info.name;
    for (std::size_t i = 0; i < small.made_ids.size(); ++i) {
      const auto at = std::ranges::find(large.made_ids, small.made_ids[i]);
      ASSERT_NE(at, large.made_ids.end()) << info.name;
      const auto there = static_cast<std::size_t>(at - large.made_ids.begin());
      EXPECT_TRUE(std::ranges::equal(made_row(small, i), made_row(large, there))) << info.name;
    }
    EXPECT_EQ(split.apply(info.name, 2).made_features, large.made_features) << info.name;
    const std::set<std::int64_t> ids(large.made_ids.begin(), large.made_ids.end());
    EXPECT_EQ(ids.size(), large.made_ids.size()) << info.name;
  }
  EXPECT_NE(split.apply("noise", 1, 1).made_features, split.apply("noise", 1, 2).made_features);
}

TEST(Samples, TakesTheFirstSyntheticRowsOfEachSource) {
  const Split split;
  EXPECT_EQ(split.apply("samples", 1).class_counts, (std::vector<double>{12, 5, 1}));
  EXPECT_EQ(split.apply("samples", 2).kept.size(), 19u);
  EXPECT_EQ(split.apply("samples", 50).kept.size(), 19u);
}

TEST(Oversample, FillsSmallerClassesUpToTheLargest) {
  const Split split;
  EXPECT_EQ(split.apply("oversample", 1).class_counts, (std::vector<double>{12, 8, 2}));
  EXPECT_EQ(split.apply("oversample", 50).class_counts, (std::vector<double>{12, 12, 12}));
  const AugmentedRows result = split.apply("oversample", 1);
  EXPECT_TRUE(std::ranges::equal(made_row(result, 0), split.rows().row(12)));
}

// Largest distance of a made row from the nearest segment between its source and a row of its
// class.
double distance_from_segments(const Split& split, const AugmentedRows& result, std::size_t i) {
  const auto made = made_row(result, i);
  const auto a = split.rows().row(result.made_ids[i] % split.rows().rows());
  double closest = INFINITY;
  for (std::int64_t other = 0; other < 17; ++other) {
    if (split.labels[static_cast<std::size_t>(other)] != result.made_labels[i]) continue;
    const auto b = split.rows().row(other);
    double dot = 0, length = 0;
    for (std::size_t d = 0; d < made.size(); ++d) {
      dot += static_cast<double>(made[d] - a[d]) * static_cast<double>(b[d] - a[d]);
      length += static_cast<double>(b[d] - a[d]) * static_cast<double>(b[d] - a[d]);
    }
    const double u = length == 0 ? 0 : std::clamp(dot / length, 0.0, 1.0);
    double gap = 0;
    for (std::size_t d = 0; d < made.size(); ++d) {
      gap = std::max(gap, std::abs(static_cast<double>(made[d]) - static_cast<double>(a[d]) -
                                   u * static_cast<double>(b[d] - a[d])));
    }
    closest = std::min(closest, gap);
  }
  return closest;
}

TEST(Smote, EveryMadeRowLiesBetweenTwoRowsOfItsClass) {
  const Split split;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const AugmentedRows result = split.apply("smote", 3, seed);
    EXPECT_EQ(result.class_counts, (std::vector<double>{12, 12, 4}));
    for (std::size_t i = 0; i < result.made_ids.size(); ++i) {
      EXPECT_LE(distance_from_segments(split, result, i), 1e-5) << i;  // float32 features
    }
  }
}

TEST(Augment, CopiesOfOneSourceDiffer) {
  const Split split;
  for (const char* name : {"mixup", "noise", "smote"}) {
    const AugmentedRows result = split.apply(name, 2);
    const std::int64_t source = 13;  // of class 1, so that smote copies it too
    std::vector<std::span<const float>> copies;
    for (std::size_t i = 0; i < result.made_ids.size(); ++i) {
      if (result.made_ids[i] % split.rows().rows() == source) copies.push_back(made_row(result, i));
    }
    ASSERT_EQ(copies.size(), 2U) << name;
    EXPECT_FALSE(std::ranges::equal(copies[0], copies[1])) << name;
  }
}

TEST(Smote, AClassWithOneSampleIsRepeatedAndSaid) {
  const Split split;
  const AugmentedRows result = split.apply("smote", 3);
  ASSERT_EQ(result.remarks.size(), 1u);
  EXPECT_NE(result.remarks[0].find("'burn' has one training sample"), std::string::npos);
  EXPECT_TRUE(
      std::ranges::equal(made_row(result, result.made_ids.size() - 1), split.rows().row(16)));
}

TEST(Mixup, MixesInputsAndTargetsWithOneShare) {
  const Split split;
  const AugmentedRows result = split.apply("mixup", 2);
  ASSERT_EQ(result.made_share.size(), 34u);
  double total = 0;
  for (const double count : result.class_counts) total += count;
  EXPECT_NEAR(total, 17 + 34, 1e-9);
  for (std::size_t i = 0; i < result.made_ids.size(); ++i) {
    const double share = result.made_share[i];
    EXPECT_TRUE(share >= 0 && share <= 1);
    const auto a = split.rows().row(result.made_ids[i] % split.rows().rows());
    bool found = false;
    for (std::int64_t other = 0; other < 17 && !found; ++other) {
      if (split.labels[static_cast<std::size_t>(other)] != result.made_other[i]) continue;
      const auto b = split.rows().row(other);
      double gap = 0;
      for (std::size_t d = 0; d < a.size(); ++d) {
        const double want =
            share * static_cast<double>(a[d]) + (1 - share) * static_cast<double>(b[d]);
        gap = std::max(gap, std::abs(static_cast<double>(made_row(result, i)[d]) - want));
      }
      found = gap <= 1e-6;
    }
    EXPECT_TRUE(found) << i;
  }
}

TEST(Mixup, SharesHaveTheVarianceOfTheirBetaDistribution) {
  const Split split;
  const AugmentedRows result = split.apply("mixup", 400);
  double mean = 0, square = 0;
  for (const double share : result.made_share) {
    mean += share;
    square += share * share;
  }
  const auto n = static_cast<double>(result.made_share.size());
  mean /= n;
  // Beta(0.2, 0.2): mean 1/2, variance 1 / (4 (2 0.2 + 1)); 6,800 draws give standard errors of
  // 0.005 and 0.001.
  EXPECT_NEAR(mean, 0.5, 0.02);
  EXPECT_NEAR(square / n - mean * mean, 1 / 5.6, 0.01);
}

TEST(Mixup, OneClassIsSaid) {
  const std::vector<float> features = {1, 2, 3};
  const std::vector<std::int64_t> labels = {0, 0, 0};
  const AugmentedRows result =
      augment({features, 1, labels, {}, 3}, {.name = "mixup", .lambda = 1}, 1, kNames);
  ASSERT_EQ(result.remarks.size(), 1u);
  EXPECT_NE(result.remarks[0].find("'cut'"), std::string::npos);
}

TEST(Noise, HasItsStatedDeviation) {
  const Split split;
  const AugmentedRows result =
      augment(split.rows(), {.name = "noise", .lambda = 100, .sd = 0.05}, 1, kNames);
  double square = 0;
  for (std::size_t i = 0; i < result.made_ids.size(); ++i) {
    const auto a = split.rows().row(result.made_ids[i] % split.rows().rows());
    for (std::size_t d = 0; d < a.size(); ++d) {
      const double gap = static_cast<double>(made_row(result, i)[d]) - static_cast<double>(a[d]);
      square += gap * gap;
    }
  }
  // 11,900 values: the standard error of the deviation is 0.0003.
  EXPECT_NEAR(std::sqrt(square / static_cast<double>(result.made_features.size())), 0.05, 0.0015);
}

TEST(Noise, DeviationZeroRepeatsTheRows) {
  const Split split;
  const AugmentedRows result =
      augment(split.rows(), {.name = "noise", .lambda = 1, .sd = 0}, 1, kNames);
  EXPECT_TRUE(std::ranges::equal(made_row(result, 3), split.rows().row(3)));
}

TEST(Smote, NeighboursAreThoseOfTheConfiguration) {
  // One class on a line: with one neighbour the row at 0 can only move towards the one at 1.
  const std::vector<float> features = {0, 1, 10, 5, 5, 5, 5};
  const std::vector<std::int64_t> labels = {0, 0, 0, 1, 1, 1, 1};
  const auto farthest = [&](int neighbours) {
    float largest = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      const AugmentedRows result =
          augment({features, 1, labels, {}, 3},
                  {.name = "smote", .lambda = 1, .neighbours = neighbours}, seed, kNames);
      largest = std::max(largest, result.made_features.at(0));
    }
    return largest;
  };
  EXPECT_LE(farthest(1), 1.0F);
  EXPECT_GT(farthest(2), 1.0F);
}

TEST(AugmentParameters, AreReadWithTheirDefaults) {
  specs::Config config;
  config.set("augmentation.name", std::string("smote"));
  const AugmentParameters plain = augment_parameters(config);
  EXPECT_EQ(plain.neighbours, 5);
  EXPECT_EQ(plain.alpha, 0.2);
  EXPECT_EQ(plain.sd, 0.01);
  config.set("augmentation.neighbours", *Decimal::parse("3"));
  config.set("augmentation.alpha", *Decimal::parse("1"));
  config.set("augmentation.sd", *Decimal::parse("0.5"));
  const AugmentParameters given = augment_parameters(config);
  EXPECT_EQ(given.neighbours, 3);
  EXPECT_EQ(given.alpha, 1);
  EXPECT_EQ(given.sd, 0.5);
}

TEST(Eda, AFileWithoutEditedTextsIsRefused) {
  const std::vector<float> features = {1, 2, 3};
  const std::vector<std::int64_t> labels = {0, 1, 2};
  EXPECT_THROW(augment({features, 1, labels, {}, 3}, {.name = "eda", .lambda = 1}, 1, kNames),
               SpecError);
}

TEST(Augment, BadParametersAreRefused) {
  const Split split;
  const auto apply = [&](AugmentParameters p) { return augment(split.rows(), p, 1, kNames); };
  EXPECT_THROW(apply({.name = "smot", .lambda = 1}), SpecError);
  EXPECT_THROW(apply({.name = "smote", .lambda = -1}), SpecError);
  EXPECT_THROW(apply({.name = "smote", .lambda = 1, .neighbours = 0}), SpecError);
  EXPECT_THROW(apply({.name = "mixup", .lambda = 1, .alpha = 0}), SpecError);
  EXPECT_THROW(apply({.name = "noise", .lambda = 1, .sd = -1}), SpecError);
}

}  // namespace
}  // namespace ratbench::augment
