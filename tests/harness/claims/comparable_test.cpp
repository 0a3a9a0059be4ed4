#include "harness/claims/comparable.hpp"

#include <gtest/gtest.h>

#include "harness/grid/expand.hpp"

namespace ratbench::claims {
namespace {

// What stands in the way for all cells of an experiment with this paper.used.
std::string reason_for(const std::string& used, const std::string& metric = "macro_f1",
                       const std::string& encoder = R"("hashed")") {
  const spec::Experiment experiment = spec::parse_experiment(
      R"({"name": "x", "title": "x", "data": {"format": "text", "release": "synthetic_reports"},
          "encoder": {"name": )" +
          encoder + R"(}, "paper": {"citation": "P", "used": )" + used + R"(},
          "attack": {"name": "fgm"}, "grid": {"attack.epsilon": [0.1, 0.2]}})",
      "x.json", ".");
  const std::vector<grid::Cell> cells = grid::expand(experiment);
  std::vector<const specs::Config*> configs;
  for (const grid::Cell& cell : cells) configs.push_back(&cell.config);
  return not_comparable(experiment.paper, metric, configs);
}

TEST(Comparable, OnlyWhenDataAndEncoderAreKnownAndTheSame) {
  EXPECT_EQ(reason_for(R"({"data.release": "synthetic_reports", "encoder.name": "hashed"})"), "");
  EXPECT_EQ(reason_for(R"({"data.release": "synthetic_reports"})"),
            "paper.used does not say which encoder the source used");
  EXPECT_EQ(reason_for(R"({"encoder.name": "hashed"})"),
            "paper.used does not say which data the source used");
  EXPECT_EQ(reason_for("{}"),
            "paper.used does not say which data and which encoder the source used");
}

TEST(Comparable, OnlyWholeDataUnlessTheSourceUsedAPartToo) {
  const auto reason = [](const std::string& data, const std::string& used) {
    const spec::Experiment experiment = spec::parse_experiment(
        R"({"name": "x", "title": "x", "data": {"format": "features", "train": "a", "val": "b",
            "test": "c", )" +
            data + R"(}, "attack": {"name": "none"}, "paper": {"citation": "P", "used": {)" + used +
            R"("data.test": "c", "data.format": "features"}}})",
        "x.json", ".");
    const std::vector<grid::Cell> cells = grid::expand(experiment);
    return not_comparable(experiment.paper, "macro_f1", {&cells.front().config});
  };
  const std::string folds = R"("split": {"name": "kfold", "folds": 5, "fold": 0})";
  EXPECT_EQ(reason(folds, ""),
            "the source used its data whole (here data.split.name kfold, which paper.used does not "
            "name)");
  EXPECT_EQ(reason(folds, R"("data.split.name": "kfold", )"), "");
  EXPECT_EQ(reason(R"("split": {"name": "given"})", ""), "");
  EXPECT_NE(reason(R"("profile": {"FALLS": 5})", "").find("here data.profile"), std::string::npos);
}

TEST(Comparable, NamesWhatDiffersAlsoWhatIsNotBuiltHere) {
  EXPECT_EQ(reason_for(R"({"data.release": "abex_rat", "encoder.name": "qwen3"})"),
            "the source used data.release abex_rat (here synthetic_reports), encoder.name qwen3 "
            "(here hashed)");
  // One cell that differs is enough.
  EXPECT_EQ(reason_for(R"({"data.release": "synthetic_reports", "encoder.name": "hashed",
                           "attack.epsilon": 0.10})"),
            "the source used attack.epsilon 0.1 (here 0.2)");
}

TEST(Comparable, AFineTunedModelIsKnownByTheNameOfItsFolder) {
  const auto reason = [&](const std::string& used) {
    const spec::Experiment experiment = spec::parse_experiment(
        R"({"name": "x", "title": "x", "task": "ner",
            "data": {"format": "iob", "train": "a.tsv", "val": "b.tsv", "test": "c.tsv"},
            "model": {"name": "bert", "path": "/models/PubMedBERT/"}, "attack": {"name": "none"},
            "paper": {"citation": "P", "used": )" +
            used + "}}",
        "x.json", ".");
    const std::vector<grid::Cell> cells = grid::expand(experiment);
    return not_comparable(experiment.paper, "entity_f1", {&cells.front().config});
  };
  EXPECT_EQ(reason(R"({"data.test": "c.tsv"})"),
            "paper.used does not say which model the source used");
  EXPECT_EQ(reason(R"({"data.test": "c.tsv", "model.path": "PubMedBERT"})"), "");
  EXPECT_EQ(reason(R"({"data.test": "c.tsv", "model.path": "BioBERT"})"),
            "the source used model.path BioBERT (here PubMedBERT)");
}

TEST(Comparable, MinorityRecallNeedsTheMinorityClasses) {
  const std::string used = R"({"data.release": "synthetic_reports", "encoder.name": "hashed"})";
  EXPECT_EQ(reason_for(used, "minority_recall"),
            "paper.used does not say which minority classes the source used");
}

}  // namespace
}  // namespace ratbench::claims
