// ratbench embed as a user starts it, with the real worker and a tiny random BERT.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "src/base/sha256.hpp"
#include "src/data/features.hpp"
#include "src/data/model_folder.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/needs.hpp"
#include "tests/src/models/tiny_bert.hpp"
#include "tests/unmappable_file.hpp"

namespace ratbench::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDim = 8;  // of TinyBert

class EmbedCommand : public ::testing::Test {
 protected:
  EmbedCommand() : model_(tiny_.write()) {
    std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
    for (const char letter : std::string("abcdefghijklmno"))
      vocabulary += letter + std::string("\n");
    put(model_ / "vocab.txt", vocabulary);
    put(model_ / "tokenizer_config.json", R"({"do_lower_case": true})");
  }

  static fs::path put(const fs::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  Finished call(std::vector<std::string> words, const std::string& data = "") const {
    words.insert(words.begin(), "embed");
    return Program(words, folder_.path(),
                   {{"RATBENCH_WORKER", (build_folder() / "ratbench-worker").string()},
                    {"RATBENCH_DATA", data}})
        .wait();
  }
  Finished embed(const fs::path& input, const std::string& out,
                 const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {
        "--model",  model_.string(), "--input", input.string(),
        "--format", "csv",           "--out",   (folder_ / out).string()};
    words.insert(words.end(), more.begin(), more.end());
    return call(words);
  }
  // Rows of a feature file.
  static std::vector<std::vector<float>> rows(const fs::path& file) {
    const auto set = data::FeatureSet::open(file);
    EXPECT_EQ(static_cast<std::size_t>(set.dim()), kDim);
    std::vector<std::vector<float>> rows;
    for (std::size_t row = 0; row < static_cast<std::size_t>(set.rows()); ++row) {
      const auto values = set.features().subspan(row * kDim, kDim);
      rows.emplace_back(values.begin(), values.end());
    }
    return rows;
  }
  // Texts of other lengths beside it change the rounding of a row, nothing more.
  static void expect_close(const std::vector<float>& a, const std::vector<float>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5);
  }

  tests::TinyBert tiny_;
  fs::path model_;
  TemporaryFolder folder_;
};

// Limit 6: [CLS], four tokens, [SEP]. The other rows hold what each way of truncation keeps.
constexpr const char* kLongAndKept = "text,label\na b c d e f g h,x\na b c d,y\na b g h,x\n";

TEST_F(EmbedCommand, KeepsTheBeginningOrBothEndsOfALongText) {
  const fs::path input = put(folder_ / "texts.csv", kLongAndKept);
  const Finished head = embed(input, "head.safetensors", {"--max-length", "6"});
  ASSERT_EQ(head.status, 0) << head.err;
  EXPECT_NE(head.err.find("1 of 3 texts are longer than 6 tokens and were truncated"),
            std::string::npos)
      << head.err;
  const auto beginning = rows(folder_ / "head.safetensors");
  expect_close(beginning[0], beginning[1]);
  EXPECT_NE(beginning[1], beginning[2]);

  const Finished tail =
      embed(input, "both.safetensors", {"--max-length", "6", "--truncation", "head_tail"});
  ASSERT_EQ(tail.status, 0) << tail.err;
  const auto ends = rows(folder_ / "both.safetensors");
  expect_close(ends[0], ends[2]);
  expect_close(ends[1], beginning[1]);
  EXPECT_EQ(
      embed(input, "both.safetensors", {"--max-length", "6", "--truncation", "middle"}).status, 2);
}

// A pair is one sequence: the question keeps its head, the answer both ends.
TEST_F(EmbedCommand, OfAnExperimentTruncatesAsItSays) {
  const std::string pairs = "question,answer,label\na b,c d e f g h,x\nb,a,y\n";
  for (const char* split : {"train", "val", "test"})
    put(folder_ / (std::string(split) + ".csv"), pairs);
  const auto features = [&](const std::string& truncation) {
    const std::string file =
        put(folder_ / (truncation + ".json"), R"({"name": "pairs",
      "data": {"format": "pairs", "train": "${RATBENCH_DATA}/train.csv",
               "val": "${RATBENCH_DATA}/val.csv", "test": "${RATBENCH_DATA}/test.csv",
               "truncation": ")" + truncation + R"("},
      "encoder": {"name": "bert", "path": ")" + model_.string() +
                                                  R"(", "max_length": 6}, "seeds": 1})")
            .string();
    const Finished done =
        call({"--experiment", file, "--json", "--db", (folder_ / "r.db").string()},
             folder_.path().string());
    EXPECT_EQ(done.status, 0) << done.err;
    const auto document = nlohmann::json::parse(done.out);
    for (const auto& part : document["files"])
      if (part["split"] == "train") return rows(part["path"].get<std::string>());
    return std::vector<std::vector<float>>();
  };
  const auto head = features("head");
  const auto both = features("head_tail");
  ASSERT_EQ(both.size(), 2U);

  put(folder_ / "kept.csv", "text,label\na b c d,x\na b c h,y\nb a,y\n");
  ASSERT_EQ(embed(folder_ / "kept.csv", "kept.safetensors").status, 0);
  const auto kept = rows(folder_ / "kept.safetensors");
  expect_close(head[0], kept[0]);
  expect_close(both[0], kept[1]);
  expect_close(both[1], kept[2]);
}

TEST_F(EmbedCommand, WritesRowsInFileOrderAndFindsThemAgain) {
  const fs::path input = put(folder_ / "texts.csv", "text,label\na b c d e,y\na,x\na b c,y\n");
  ASSERT_EQ(embed(input, "all.safetensors").status, 0);
  const auto set = data::FeatureSet::open(folder_ / "all.safetensors");
  EXPECT_EQ(set.class_names(), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(std::vector(set.labels().begin(), set.labels().end()),
            (std::vector<std::int64_t>{1, 0, 1}));
  const auto all = rows(folder_ / "all.safetensors");
  put(folder_ / "one.csv", "text,label\na,x\nb,y\n");
  ASSERT_EQ(embed(folder_ / "one.csv", "one.safetensors").status, 0);
  expect_close(all[1], rows(folder_ / "one.safetensors")[0]);
  const Finished again = embed(input, "all.safetensors");
  EXPECT_EQ(again.status, 0);
  EXPECT_NE(again.err.find("holds these features already"), std::string::npos) << again.err;
}

TEST_F(EmbedCommand, MakesDamagedFeaturesAgain) {
  const fs::path input = put(folder_ / "texts.csv", "text,label\na b c d e,y\na,x\n");
  ASSERT_EQ(embed(input, "all.safetensors").status, 0);
  const std::string whole = sha256_file(folder_ / "all.safetensors");
  {
    std::fstream file(folder_ / "all.safetensors", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-3, std::ios::end);
    file.put('\x7f');
  }
  ASSERT_NE(sha256_file(folder_ / "all.safetensors"), whole);
  const Finished again = embed(input, "all.safetensors");
  EXPECT_EQ(again.status, 0);
  EXPECT_NE(again.err.find("is damaged and is made again"), std::string::npos) << again.err;
  EXPECT_EQ(sha256_file(folder_ / "all.safetensors"), whole) << "the same bytes, whatever is busy";
}

TEST_F(EmbedCommand, RefusesNamesOfNoFileBeforeAnyWork) {
  const fs::path input = put(folder_ / "texts.csv", "text,label\na b,y\na,x\n");
  for (const char* out : {"new/", "."}) {
    const Finished refused = embed(input, out);
    EXPECT_EQ(refused.status, 2) << out;
    EXPECT_NE(refused.err.find("names no file"), std::string::npos) << refused.err;
    EXPECT_FALSE(fs::exists(folder_ / "new")) << out;
  }
}

TEST_F(EmbedCommand, RefusesOtherArchitecturesBeforeReadingATextOfThem) {
  const fs::path input = put(folder_ / "texts.csv", "text,label\na,x\n");
  auto config = nlohmann::json::parse(std::ifstream(model_ / "config.json"));
  config["architectures"] = {"RobertaModel"};
  put(model_ / "config.json", config.dump());
  const Finished refused = embed(input, "never.safetensors");
  EXPECT_EQ(refused.status, 2);
  EXPECT_EQ(refused.err, "ratbench: " + (model_ / "config.json").string() +
                             ": \"architectures\": is [\"RobertaModel\"]; only BERT is built, "
                             "allowed are its classes, such as BertModel and BertForMaskedLM\n");
  EXPECT_FALSE(fs::exists(folder_ / "never.safetensors"));
}

TEST_F(EmbedCommand, NamesTheFileOfTheModelOnceWhenTheWorkerRefusesIt) {
  const fs::path input = put(folder_ / "texts.csv", "text,label\na,x\n");
  auto config = nlohmann::json::parse(std::ifstream(model_ / "config.json"));
  config["hidden_act"] = "relu";
  put(model_ / "config.json", config.dump());
  EXPECT_EQ(embed(input, "never.safetensors").err,
            "ratbench: " + (model_ / "config.json").string() +
                ": \"hidden_act\": is \"relu\"; only \"gelu\" is built (the erf form)\n");
}

TEST_F(EmbedCommand, BlamesTheMachineForAFileThatCannotBeMapped) {
  const UnmappableFile unmappable;
  const fs::path input = put(folder_ / "texts.csv", "text,label\na,x\n");
  const Finished refused =
      embed(input, "never.safetensors", {"--classes-of", unmappable.path().string()});
  EXPECT_EQ(refused.status, 4);
  EXPECT_EQ(refused.err, "ratbench: " + unmappable.path().string() +
                             ": cannot be mapped: not enough memory (Cannot allocate memory)\n");
}

// Where the limit lies below what the loader of shared libraries needs, it is the loader that ends
// the program, with status 127.
TEST_F(EmbedCommand, EndsWithTheStatusOfTheEnvironmentHoweverLittleMemoryThereIs) {
  std::string reports = "[";
  for (int i = 0; i < 4000; ++i)
    reports += (i == 0 ? "" : ",") + std::string(R"({"id": )") + std::to_string(i) +
               R"(, "title": "a", "summary": ")" + std::string(500, 'b') + R"(", "gold": "x"})";
  put(folder_ / "reports.json", reports + "]");
  int refused = 0;
  // In small steps where the program only just starts: its libraries take memory before main does.
  for (int kilobytes = 40'000; kilobytes <= 100'000; kilobytes += refused < 10 ? 100 : 4'000) {
    const std::string command =
        "ulimit -v " + std::to_string(kilobytes) + "; " + (build_folder() / "ratbench").string() +
        " embed --model " + model_.string() + " --format abex_rat --input " +
        (folder_ / "reports.json").string() + " --out " + (folder_ / "o.safetensors").string() +
        " > /dev/null 2> " + (folder_ / "err").string();
    const int status = WEXITSTATUS(std::system(command.c_str()));
    if (status == 127) continue;
    EXPECT_EQ(status, 4) << kilobytes << ": " << read_text(folder_ / "err");
    EXPECT_TRUE(read_text(folder_ / "err").starts_with("ratbench: ")) << read_text(folder_ / "err");
    ++refused;
  }
  EXPECT_GT(refused, 0);
}

double cosine(std::span<const float> a, std::span<const float> b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += double{a[i]} * double{b[i]};
    aa += double{a[i]} * double{a[i]};
    bb += double{b[i]} * double{b[i]};
  }
  return ab / std::sqrt(aa * bb);
}

// The shared features were computed by sentence-transformers in FP32; what is left is rounding.
TEST_F(EmbedCommand, GivesMiniLmsSharedFeaturesOfOshaReports) {
  RATBENCH_NEEDS_DATA();
  const char* root = std::getenv("RATBENCH_DATA");
  const fs::path minilm = data::minilm_folder();
  RATBENCH_NEEDS_MINILM(minilm);
  constexpr std::size_t kReports = 24;
  const fs::path shared = fs::path(root) / "osha_minilm/val.safetensors";
  auto reports = nlohmann::json::parse(std::ifstream(fs::path(root) / "osha/val.json"));
  reports.erase(reports.begin() + kReports, reports.end());
  const Finished done =
      call({"--model", minilm.string(), "--format", "abex_rat", "--input",
            put(folder_ / "reports.json", reports.dump()).string(), "--classes-of", shared.string(),
            "--out", (folder_ / "val.safetensors").string()});
  ASSERT_EQ(done.status, 0) << done.err;
  const auto expected = data::FeatureSet::open(shared);
  const auto set = data::FeatureSet::open(folder_ / "val.safetensors");
  const auto dim = static_cast<std::size_t>(expected.dim());
  ASSERT_EQ(set.rows(), static_cast<std::int64_t>(kReports));
  for (std::size_t row = 0; row < kReports; ++row) {
    EXPECT_EQ(set.labels()[row], expected.labels()[row]) << row;
    EXPECT_GT(
        cosine(set.features().subspan(row * dim, dim), expected.features().subspan(row * dim, dim)),
        0.9999)
        << row;
  }
}

TEST_F(EmbedCommand, TakesNothingFromTheCommandLineThatAnExperimentSays) {
  for (const char* option : {"--pooling=cls", "--truncation=head", "--max-length=6"}) {
    const Finished refused = call({"--experiment", "experiments/demo_minilm.json", option});
    EXPECT_EQ(refused.status, 2) << option;
    EXPECT_NE(refused.err.find("--experiment do not go together"), std::string::npos)
        << refused.err;
  }
}

}  // namespace
}  // namespace ratbench::cli
