// The experiments that fine-tune a BERT, as a user starts them: each plans with a tiny random BERT
// and small data of the layout that its data set has.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/harness/cli/program.hpp"

namespace ratbench::cli {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

// Entities of `type` in sentences that all differ.
std::string sentences(const std::string& type, int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text +=
        "the\tO\nagent\tB-" + type + "\n" + std::to_string(i) + "\tI-" + type + "\nis\tO\n.\tO\n\n";
  return text;
}

std::string relations(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += R"({"text": "<< agent >> )" + std::to_string(i) +
            R"( blocks [[ target ]]", "label": ")" + (i % 2 == 0 ? "INHIBITOR" : "SUBSTRATE") +
            "\"}\n";
  return text;
}

// The layout of AbjadMed: every class that the experiment names, `each` texts of it.
std::string questions(int each) {
  std::string text = "text,category,label\n";
  int label = 0;
  for (const char* name : {"Addiction", "Diabetes", "Child Health", "Dental Diseases", "Dentistry",
                           "Biochemistry", "Vascular Surgery"}) {
    for (int i = 0; i < each; ++i)
      text += "a question " + std::to_string(i) + " on " + name + "," + name + "," +
              std::to_string(label) + "\n";
    ++label;
  }
  return text;
}

class FineTuning : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* fixtures = std::getenv("RATBENCH_FIXTURES");
    if (fixtures == nullptr)
      GTEST_SKIP() << "set RATBENCH_FIXTURES to the folder of reference numbers";
    model_ = std::string(fixtures) + "/bert/model";
    for (const auto& [folder, type] :
         {std::pair("BC5CDR-chem-IOB", "Chemical"), std::pair("BC5CDR-disease-IOB", "Disease"),
          std::pair("NCBI-disease-IOB", "Disease")})
      for (const char* split : {"train", "devel", "test"})
        write(data() / "ner" / folder / (std::string(split) + ".tsv"), sentences(type, 24));
    for (const char* split : {"train", "dev", "test"})
      write(data() / "re/chemprot" / (std::string(split) + ".txt"), relations(24));
    write(data() / "abjadmed/train.csv", questions(20));
  }

  fs::path data() const { return folder_.path() / "data"; }

  // The published experiment with the tiny model. Lengths beyond its positions are cut.
  Finished call(const std::string& command, const std::string& name,
                const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {command,
                                      "experiments/" + name + ".json",
                                      "--json",
                                      "--db",
                                      (folder_.path() / "r.db").string(),
                                      "--set",
                                      "model.path=" + model_,
                                      "--set",
                                      "model.max_length=16"};
    words.insert(words.end(), more.begin(), more.end());
    return Program(words, folder_.path(),
                   {{"RATBENCH_DATA", data().string()}, {"RATBENCH_MODEL", model_}})
        .wait();
  }

  TemporaryFolder folder_;
  std::string model_;
};

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
