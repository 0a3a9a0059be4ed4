#include "src/data/features.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <limits>

#include "src/base/error.hpp"
#include "tests/needs.hpp"
#include "tests/src/data/bytes.hpp"

namespace ratbench::data {
namespace {

using testing_support::file_bytes;

// A small training split with one synthetic row per rare original; members are spoilt by tests.
struct Split {
  std::uint64_t dim = 2;
  std::vector<float> features = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  std::vector<std::int64_t> labels = {0, 1, 1, 1, 0};
  std::vector<std::int64_t> source = {-1, -1, 1, 1, -1};
  std::vector<std::int64_t> aug_index = {0, 0, 1, 2, 0};
  std::map<std::string, std::string> metadata = {{"class_names", R"(["A","B"])"}};
  bool synthetic = true;

  void write(const std::filesystem::path& path) const {
    const auto integers = [](const char* name, const std::vector<std::int64_t>& values) {
      return TensorSource{name, Dtype::kI64, {values.size()}, std::as_bytes(std::span(values))};
    };
    std::vector<TensorSource> tensors = {
        {"features", Dtype::kF32, {features.size() / dim, dim}, std::as_bytes(std::span(features))},
        integers("labels", labels)};
    if (synthetic) {
      tensors.push_back(integers("source", source));
      tensors.push_back(integers("aug_index", aug_index));
    }
    write_safetensors(path, tensors, metadata);
  }
};

class FeatureSetTest : public testing::Test {
 protected:
  FeatureSet open(const Split& split, const char* name = "train") {
    split.write(folder_.path() / name);
    return FeatureSet::open(folder_.path() / name);
  }
  // The message without the path of the file.
  std::string refusal(const Split& split) {
    try {
      open(split);
    } catch (const DataError& error) {
      return std::string(error.what()).substr((folder_.path() / "train: ").string().size());
    }
    return "accepted";
  }
  std::string splits_refusal(const Split& train, const Split& val) {
    Split test;
    test.features = {1, 2};
    test.labels = {0};
    test.synthetic = false;
    try {
      check_splits(open(train), open(val, "val"), open(test, "test"));
    } catch (const DataError& error) {
      return error.what();
    }
    return "accepted";
  }

  TemporaryFolder folder_;
};

TEST_F(FeatureSetTest, ShowsTheFile) {
  const FeatureSet set = open(Split{});
  EXPECT_EQ(set.rows(), 5);
  EXPECT_EQ(set.dim(), 2);
  EXPECT_EQ(set.features()[3], 4.0F);
  EXPECT_EQ(set.labels()[4], 0);
  EXPECT_EQ(set.class_names(), (std::vector<std::string>{"A", "B"}));
}

TEST_F(FeatureSetTest, NestsRowsInLambda) {
  const FeatureSet set = open(Split{});
  EXPECT_EQ(set.rows_at(0), (std::vector<std::int64_t>{0, 1, 4}));
  EXPECT_EQ(set.rows_at(1), (std::vector<std::int64_t>{0, 1, 2, 4}));
  EXPECT_EQ(set.rows_at(20), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(set.class_counts(0), (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(set.class_counts(20), (std::vector<std::int64_t>{2, 3}));
}

TEST_F(FeatureSetTest, WithoutSyntheticColumnsEveryRowIsAnOriginal) {
  Split split;
  split.synthetic = false;
  EXPECT_EQ(open(split).rows_at(0).size(), 5U);
}

TEST_F(FeatureSetTest, ReadsDataThatAreNotAligned) {
  const Split split;
  split.write(folder_.path() / "aligned");
  std::string header = R"({"__metadata__":{"class_names":"[\"A\",\"B\"]"},)"
                       R"("labels":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},)"
                       R"("features":{"dtype":"F32","shape":[2,1],"data_offsets":[16,24]}})";
  while (header.size() % 8 != 3) header += ' ';
  const std::int64_t labels[] = {1, 0};
  const float features[] = {0.5F, -4.0F};
  std::string data(24, '\0');
  std::memcpy(data.data(), labels, 16);
  std::memcpy(data.data() + 16, features, 8);
  const auto path = folder_.path() / "unaligned";
  std::ofstream(path, std::ios::binary) << file_bytes(header, data);
  const FeatureSet set = FeatureSet::open(path);
  EXPECT_EQ(set.labels()[0], 1);
  EXPECT_EQ(set.features()[1], -4.0F);
}

TEST_F(FeatureSetTest, StaysValidWhenMoved) {
  FeatureSet first = open(Split{});
  const FeatureSet second = std::move(first);
  EXPECT_EQ(second.features()[9], 10.0F);
  EXPECT_EQ(second.source()[3], 1);
}

TEST_F(FeatureSetTest, NamesRowAndColumnOfAFeatureThatIsNotFinite) {
  Split split;
  split.features[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(refusal(split), "row 3 (from 0), column 1: the feature is not a number");
  split.features[7] = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(refusal(split), "row 3 (from 0), column 1: the feature is infinite");
}

TEST_F(FeatureSetTest, RefusesLabelsOutOfRange) {
  Split split;
  split.labels[2] = 2;
  EXPECT_EQ(refusal(split),
            "row 2 (from 0): label 2 is out of range; there are 2 classes, numbered from 0");
  split.labels[2] = -1;
  EXPECT_NE(refusal(split).find("label -1 is out of range"), std::string::npos);
}

TEST_F(FeatureSetTest, RefusesColumnsOfAnotherLength) {
  Split split;
  split.labels.pop_back();
  EXPECT_EQ(refusal(split), "tensor \"labels\": has 4 rows, \"features\" has 5");
  split = {};
  split.aug_index.push_back(0);
  EXPECT_EQ(refusal(split), "tensor \"aug_index\": has 6 rows, \"features\" has 5");
}

TEST_F(FeatureSetTest, RefusesSourcesThatDoNotFit) {
  const auto spoil = [&](std::size_t row, std::int64_t source, std::int64_t index) {
    Split split;
    split.source[row] = source;
    split.aug_index[row] = index;
    return refusal(split);
  };
  EXPECT_NE(spoil(2, -1, 1).find("both"), std::string::npos);
  EXPECT_NE(spoil(2, 1, 0).find("both"), std::string::npos);
  EXPECT_NE(spoil(2, 1, -1).find("negative"), std::string::npos);
  EXPECT_NE(spoil(2, 5, 1).find("no row of this file"), std::string::npos);
  EXPECT_NE(spoil(2, 3, 1).find("itself synthetic"), std::string::npos);
  EXPECT_NE(spoil(2, 0, 1).find("another label"), std::string::npos);
  EXPECT_NE(spoil(2, 1, 2).find("same source and aug_index"), std::string::npos);
}

TEST_F(FeatureSetTest, RefusesClassNamesThatAreNoList) {
  for (const char* names : {"A,B", "{}", "[1,2]", R"(["A"])", R"(["A","A"])", R"(["A",""])"}) {
    Split split;
    split.metadata["class_names"] = names;
    EXPECT_EQ(refusal(split).substr(0, 22), "metadata \"class_names\"") << names;
  }
  Split split;
  split.metadata.clear();
  EXPECT_NE(refusal(split).find("is missing"), std::string::npos);
}

TEST_F(FeatureSetTest, SplitsMustAgree) {
  Split val;
  val.features = {1, 2, 3, 4};
  val.labels = {0, 1};
  val.synthetic = false;
  EXPECT_EQ(splits_refusal(Split{}, val), "accepted");

  Split wide = val;
  wide.dim = 4;
  wide.labels = {1};
  EXPECT_NE(splits_refusal(Split{}, wide).find("has 4 columns"), std::string::npos);
  Split renamed = val;
  renamed.metadata["class_names"] = R"(["B","A"])";
  EXPECT_NE(splits_refusal(Split{}, renamed).find("differs from that of"), std::string::npos);
  EXPECT_NE(splits_refusal(Split{}, Split{}).find("row 2 (from 0): is synthetic"),
            std::string::npos);
  Split absent;
  absent.labels = {0, 0, 0, 0, 0};
  EXPECT_NE(splits_refusal(absent, val).find("class \"B\": has no original row in the training"),
            std::string::npos);
}

TEST(FeatureFiles, RealReportsHaveTheirDocumentedCounts) {
  RATBENCH_NEEDS_DATA();
  const char* root = std::getenv("RATBENCH_DATA");
  const auto folder = std::filesystem::path(root) / "osha_minilm";
  const auto train = FeatureSet::open(folder / "train.safetensors");
  const auto val = FeatureSet::open(folder / "val.safetensors");
  const auto test = FeatureSet::open(folder / "test.safetensors");
  check_splits(train, val, test);
  EXPECT_EQ(train.dim(), 384);
  EXPECT_EQ(train.class_counts(0), (std::vector<std::int64_t>{1164, 744, 1252, 178, 37, 191, 10}));
  EXPECT_EQ(train.class_counts(5),
            (std::vector<std::int64_t>{1164, 744, 1252, 178 * 6, 37 * 6, 191 * 6, 10 * 6}));
  EXPECT_EQ(train.class_counts(20),
            (std::vector<std::int64_t>{1164, 744, 1252, 178 * 6, 37 * 21, 191 * 6, 10 * 21}));
  EXPECT_EQ(test.class_counts(0), (std::vector<std::int64_t>{146, 93, 156, 23, 4, 24, 1}));
}

}  // namespace
}  // namespace ratbench::data
