// The experiments that fine-tune a BERT, as a user starts them: each plans with a tiny random BERT
// and small data of the layout that its data set has.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/fine_tuning_case.hpp"

namespace ratbench::cli {
namespace {

namespace fs = std::filesystem;

using FineTuning = FineTuningCase;

TEST_F(FineTuning, ExperimentsForUsersModelsPassPlan) {
  // Seeds x distinct configurations: 3 data sets of 21; 21; 5 losses x 2 x 2 x 2.
  for (const auto& [name, runs] :
       {std::pair("ranat4bie_ner", 5 * 3 * 21), std::pair("ranat4bie_re", 5 * 21),
        std::pair("kvochurhegel", 3 * 40)}) {
    const Finished plan = call("plan", name);
    ASSERT_EQ(plan.status, 0) << name << ": " << plan.err;
    const auto document = nlohmann::json::parse(plan.out, nullptr, false);
    EXPECT_EQ(document["runs"], runs) << name;
  }
}

// As docs/fine-tuning.md shows.
TEST_F(FineTuning, ExperimentsForUsersModelsCanBeTriedWithFewSteps) {
  const std::vector<std::string> few = {"--set",          "train.epochs=null", "--set",
                                        "train.steps=20", "--seeds",           "1"};
  for (const char* name : {"ranat4bie_ner", "ranat4bie_re"}) {
    const Finished plan = call("plan", name, few);
    EXPECT_EQ(plan.status, 0) << name << ": " << plan.err;
  }
  const Finished plan =
      call("plan", "kvochurhegel", {"--set", "train.steps=20", "--set", R"(loss={"name": "ce"})"});
  EXPECT_EQ(plan.status, 0) << plan.err;
}

// Before a run is registered, and once: not by every run.
TEST_F(FineTuning, RefuseAModelWithoutUsableWeights) {
  const fs::path copy = folder_.path() / "model";
  fs::copy(model_, copy, fs::copy_options::recursive);
  model_ = copy.string();
  fs::resize_file(copy / "model.safetensors", 100);
  const Finished cut = call("plan", "ranat4bie_re");
  EXPECT_EQ(cut.status, 2);
  EXPECT_NE(cut.err.find("model.safetensors"), std::string::npos) << cut.err;
  fs::remove(copy / "model.safetensors");
  const Finished none = call("run", "ranat4bie_re");
  EXPECT_EQ(none.status, 2);
  EXPECT_NE(none.err.find("holds neither model.safetensors nor"), std::string::npos) << none.err;
  write(copy / "pytorch_model.bin", "");
  const Finished pickled = call("plan", "ranat4bie_re");
  EXPECT_EQ(pickled.status, 2);
  EXPECT_NE(pickled.err.find("save_pretrained"), std::string::npos) << pickled.err;
  EXPECT_FALSE(fs::exists(folder_.path() / "r.db")) << "nothing is registered";
}

TEST_F(FineTuning, RefuseAnArmWithoutACellBeforeTraining) {
  const fs::path file = folder_.path() / "cut.json";
  write(file, R"({"extends": ")" + fs::absolute("experiments/ranat4bie_re.json").string() +
                  R"(", "name": "cut", "exclude": [{"attack.name": "pgd"}]})");
  const Finished run =
      Program({"run", file.string(), "--db", (folder_.path() / "r.db").string(), "--seeds", "1"},
              folder_.path(), {{"RATBENCH_DATA", data().string()}, {"RATBENCH_MODEL", model_}})
          .wait();
  EXPECT_EQ(run.status, 2);
  EXPECT_NE(run.err.find("matches no cell"), std::string::npos) << run.err;
}

TEST_F(FineTuning, NameTheLineOfAnUnknownEntityType) {
  write(data() / "ner/BC5CDR-chem-IOB/test.tsv", "a\tO\nb\tO\nc\tO\nd\tB-Gene\n\n");
  const Finished plan = call("plan", "ranat4bie_ner");
  EXPECT_EQ(plan.status, 2);
  EXPECT_NE(plan.err.find("line 4: entity type \"Gene\" has no original"), std::string::npos)
      << plan.err;
}

TEST_F(FineTuning, RefuseAGroupOfClassesThatTheDataLackBeforeTraining) {
  const Finished plan =
      call("plan", "kvochurhegel", {"--set", R"(report.groups=["Teeth: Tooth"])"});
  EXPECT_EQ(plan.status, 2);
  EXPECT_NE(plan.err.find("/report/groups: found \"Tooth\", allowed are the classes of the data: "),
            std::string::npos)
      << plan.err;
}

// By the names that verdicts and tables have: entity types, not tags; of one of the data sets.
TEST_F(FineTuning, TakeClaimsOnOneEntityType) {
  const auto plan_of = [&](const std::string& metric) {
    const fs::path file = folder_.path() / "typed.json";
    write(file, R"({"extends": ")" + fs::absolute("experiments/ranat4bie_ner.json").string() +
                    R"(", "name": "typed", "claims": [{"name": "c", "kind": "difference",
                    "arms": ["chem_fgm_at", "chem_none"], "metric": ")" +
                    metric + R"("}]})");
    return Program({"plan", file.string(), "--db", (folder_.path() / "r.db").string(), "--set",
                    "model.max_length=16"},
                   folder_.path(), {{"RATBENCH_DATA", data().string()}, {"RATBENCH_MODEL", model_}})
        .wait();
  };
  const Finished known = plan_of("f1/Chemical");
  EXPECT_EQ(known.status, 0) << known.err;
  const Finished tag = plan_of("f1/B-Chemical");
  EXPECT_EQ(tag.status, 2);
  EXPECT_NE(
      tag.err.find("/claims/0/metric: found \"f1/B-Chemical\", allowed are the classes of the "
                   "data: Chemical; Disease"),
      std::string::npos)
      << tag.err;
}

TEST_F(FineTuning, SayWhatToSetWhereNoModelIsNamed) {
  const Finished plan = Program({"plan", "experiments/kvochurhegel.json"}, folder_.path(),
                                {{"RATBENCH_DATA", data().string()}})
                            .wait();
  EXPECT_EQ(plan.status, 2);
  EXPECT_NE(plan.err.find("RATBENCH_MODEL"), std::string::npos) << plan.err;
}

TEST_F(FineTuning, RefuseAClassOfAGroupThatTheDataLack) {
  write(data() / "abjadmed/train.csv", "text,category\na,X\nb,X\nc,X\nd,Y\ne,Y\nf,Y\n");
  const Finished plan = call("plan", "kvochurhegel", {"--set", "data.split.fraction=0.34"});
  EXPECT_EQ(plan.status, 2);
  EXPECT_NE(plan.err.find("Dental Diseases"), std::string::npos) << plan.err;
}

}  // namespace
}  // namespace ratbench::cli
