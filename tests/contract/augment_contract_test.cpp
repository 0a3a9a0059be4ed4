// What every registered augmentation must keep, whatever it makes: run over the registry, so that a
// new one is tested before its author writes a test.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "src/augment/augment.hpp"
#include "src/specs/names.hpp"

namespace ratbench::augment {
namespace {

const std::vector<std::string> kNames = {"cut", "fall", "burn", "shock"};
constexpr std::int64_t kDim = 5;
constexpr std::int64_t kOriginals = 21;

// Originals of unequal classes, the last with a single row, and three synthetic rows of some.
struct Split {
  std::vector<float> features;
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> aug_index;

  Split() {
    const RandomStream stream(4, Purpose::kCorpus);
    const auto add = [&](std::int64_t label, std::int64_t k) {
      for (std::uint64_t d = 0; d < kDim; ++d)
        features.push_back(
            static_cast<float>(stream.normal(static_cast<std::uint32_t>(labels.size()), d)));
      labels.push_back(label);
      aug_index.push_back(k);
    };
    const std::int64_t sizes[] = {11, 6, 3, 1};
    for (std::int64_t label = 0; label < 4; ++label)
      for (std::int64_t i = 0; i < sizes[label]; ++i) add(label, 0);
    for (std::int64_t k = 1; k <= 3; ++k)
      for (const std::int64_t label : {1, 2}) add(label, k);
  }
  TrainingRows rows() const { return {features, kDim, labels, aug_index, 4}; }
  AugmentedRows apply(const char* name, std::int64_t lambda, std::uint64_t seed = 1) const {
    return augment(rows(), {.name = name, .lambda = lambda}, seed, kNames);
  }
};

void expect_equal(const AugmentedRows& a, const AugmentedRows& b) {
  EXPECT_EQ(a.kept, b.kept);
  EXPECT_EQ(a.made_ids, b.made_ids);
  EXPECT_EQ(a.made_features, b.made_features);
  EXPECT_EQ(a.made_labels, b.made_labels);
  EXPECT_EQ(a.made_other, b.made_other);
  EXPECT_EQ(a.made_share, b.made_share);
  EXPECT_EQ(a.class_counts, b.class_counts);
}

// The made rows of `result` by id, so that two results can be compared.
std::span<const float> features_of(const AugmentedRows& result, std::size_t i) {
  return std::span(result.made_features).subspan(i * kDim, kDim);
}

TEST(AugmentContract, TheRegistryHoldsWhatExperimentFilesMayName) {
  std::vector<std::string> made;
  for (const AugmentInfo& info : augment_table()) made.push_back(info.name);
  const auto named = specs::augmentation_names();
  EXPECT_EQ(made, std::vector<std::string>(named.begin(), named.end()));
  EXPECT_TRUE(std::ranges::is_sorted(made));
}

TEST(AugmentContract, LambdaZeroIsTheOriginalsAlone) {
  const Split split;
  std::vector<std::int64_t> originals(kOriginals);
  std::iota(originals.begin(), originals.end(), 0);
  for (const AugmentInfo& info : augment_table()) {
    SCOPED_TRACE(info.name);
    const AugmentedRows result = split.apply(info.name, 0);
    EXPECT_EQ(result.kept, originals);
    EXPECT_TRUE(result.made_ids.empty() && result.made_features.empty());
    EXPECT_EQ(result.class_counts, (std::vector<double>{11, 6, 3, 1}));
  }
}

TEST(AugmentContract, AddsRowsAndKeepsEveryOriginalAndTheInput) {
  const Split split;
  const Split untouched;
  for (const AugmentInfo& info : augment_table()) {
    SCOPED_TRACE(info.name);
    const AugmentedRows result = split.apply(info.name, 2);
    EXPECT_GT(result.kept.size() + result.made_ids.size(), static_cast<std::size_t>(kOriginals));
    EXPECT_TRUE(std::ranges::is_sorted(result.kept));
    for (std::int64_t row = 0; row < kOriginals; ++row)
      EXPECT_TRUE(std::ranges::binary_search(result.kept, row)) << row;
    EXPECT_EQ(split.features, untouched.features);
  }
}

TEST(AugmentContract, AtMostLambdaRowsAreMadeOfASourceAndAreCounted) {
  const Split split;
  for (const AugmentInfo& info : augment_table()) {
    SCOPED_TRACE(info.name);
    for (const std::int64_t lambda : {1, 2, 7}) {
      const AugmentedRows result = split.apply(info.name, lambda);
      EXPECT_LE(result.kept.size() + result.made_ids.size(),
                static_cast<std::size_t>(kOriginals * (lambda + 1)));
      EXPECT_NEAR(std::accumulate(result.class_counts.begin(), result.class_counts.end(), 0.0),
                  static_cast<double>(result.kept.size() + result.made_ids.size()), 1e-9);
    }
  }
}

TEST(AugmentContract, MadeRowsAreWellFormed) {
  const Split split;
  const std::int64_t rows = split.rows().rows();
  for (const AugmentInfo& info : augment_table()) {
    SCOPED_TRACE(info.name);
    const AugmentedRows result = split.apply(info.name, 4);
    const std::size_t made = result.made_ids.size();
    EXPECT_EQ(result.made_labels.size(), made);
    EXPECT_EQ(result.made_features.size(), made * kDim);
    EXPECT_TRUE(result.made_share.empty() || result.made_share.size() == made);
    EXPECT_EQ(result.made_share.size(), result.made_other.size());
    for (const float value : result.made_features) EXPECT_TRUE(std::isfinite(value));
    std::set<std::int64_t> ids(result.kept.begin(), result.kept.end());
    for (std::size_t i = 0; i < made; ++i) {
      EXPECT_TRUE(ids.insert(result.made_ids[i]).second) << "id " << result.made_ids[i] << " twice";
      const std::int64_t source = result.made_ids[i] % rows;
      EXPECT_TRUE(split.rows().is_original(source));
      EXPECT_EQ(result.made_labels[i], split.labels[static_cast<std::size_t>(source)]);
    }
  }
}

TEST(AugmentContract, IsNestedInLambda) {
  const Split split;
  for (const AugmentInfo& info : augment_table()) {
    SCOPED_TRACE(info.name);
    const AugmentedRows small = split.apply(info.name, 2);
    const AugmentedRows large = split.apply(info.name, 3);
    EXPECT_TRUE(std::ranges::includes(large.kept, small.kept));
    for (std::size_t i = 0; i < small.made_ids.size(); ++i) {
      const auto at = std::ranges::find(large.made_ids, small.made_ids[i]);
      ASSERT_NE(at, large.made_ids.end());
      const auto there = static_cast<std::size_t>(at - large.made_ids.begin());
      EXPECT_TRUE(std::ranges::equal(features_of(small, i), features_of(large, there)));
    }
  }
}

TEST(AugmentContract, OneSeedGivesOneResultBitForBit) {
  const Split split;
  for (const AugmentInfo& info : augment_table()) {
    SCOPED_TRACE(info.name);
    const AugmentedRows first = split.apply(info.name, 3);
    split.apply(info.name, 5, 9);  // whatever runs in between
    expect_equal(first, split.apply(info.name, 3));
  }
}

TEST(AugmentContract, AClassWithOneSampleAndASplitWithoutSyntheticRowsAreHandled) {
  const Split split;
  TrainingRows originals = split.rows();
  originals.features = originals.features.first(kOriginals * kDim);
  originals.labels = originals.labels.first(kOriginals);
  originals.aug_index = {};
  const auto of_texts = specs::text_augmentations();
  for (const AugmentInfo& info : augment_table()) {
    SCOPED_TRACE(info.name);
    // Those of texts need the rows that their texts became.
    if (std::ranges::find(of_texts, std::string_view(info.name)) != of_texts.end()) continue;
    const AugmentedRows result = augment(originals, {.name = info.name, .lambda = 50}, 1, kNames);
    EXPECT_GE(result.class_counts[3], 1);
    for (const float value : result.made_features) EXPECT_TRUE(std::isfinite(value));
  }
}

// What `plan` says of an augmentation before anything is trained.
TEST(AugmentContract, ClassesGrowAsIsStated) {
  const Split split;
  const std::vector<double> originals = {11, 6, 3, 1};
  for (const AugmentInfo& info : augment_table()) {
    const specs::Growth growth = specs::growth_of(info.name);
    if (growth == specs::Growth::kOfData) continue;
    for (const std::int64_t lambda : {1, 3, 50}) {
      SCOPED_TRACE(info.name + std::string(" ") + std::to_string(lambda));
      const std::vector<double> counts = split.apply(info.name, lambda).class_counts;
      const auto factor = static_cast<double>(1 + lambda);
      double sum = 0;
      for (std::size_t label = 0; label < counts.size(); ++label) {
        sum += counts[label];
        const double grown = factor * originals[label];
        if (growth == specs::Growth::kBalanced) {
          EXPECT_EQ(counts[label], std::min(originals[0], grown));
        } else if (growth == specs::Growth::kEveryRow) {
          EXPECT_EQ(counts[label], grown);
        }
      }
      if (growth == specs::Growth::kEveryShared) {
        EXPECT_NEAR(sum, factor * kOriginals, 1e-9);
      }
    }
  }
}

}  // namespace
}  // namespace ratbench::augment
