#include "harness/embed/text_model.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "src/base/error.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::embed {
namespace {

class ModelFolders : public testing::Test {
 protected:
  void SetUp() override {
    write("config.json", R"({"hidden_size": 8, "max_position_embeddings": 32})");
    write("model.safetensors", "weights");
    write("README.md", "words");
  }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name) << content;
  }
  TextModel open(std::optional<std::size_t> max_length = std::nullopt) const {
    EncodingChoice choice;
    choice.max_length = max_length;
    return open_text_model(folder_.path().string(), choice);
  }
  std::string refusal() const {
    try {
      open();
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(ModelFolders, LongestTextComesFromTheChoiceThenTheFolderThenThePositions) {
  EXPECT_EQ(open().max_length, 32U);
  write("sentence_bert_config.json", R"({"max_seq_length": 16})");
  EXPECT_EQ(open().max_length, 16U);
  EXPECT_EQ(open(24).max_length, 24U);
  write("sentence_bert_config.json", R"({"max_seq_length": 400})");
  EXPECT_EQ(open().max_length, 32U);
  EXPECT_THROW(open(33), UsageError);
  EXPECT_THROW(open(2), UsageError);
}

TEST_F(ModelFolders, HashNamesWhatChangesFeaturesAndNothingElse) {
  const std::string first = open().sha256;
  write("README.md", "other words");
  EXPECT_EQ(open().sha256, first);
  write("model.safetensors", "other weights");
  EXPECT_NE(open().sha256, first);
}

TEST_F(ModelFolders, IdentityCoversEveryChoice) {
  const std::string first = open().identity();
  EXPECT_NE(open(16).identity(), first);
  EncodingChoice choice;
  choice.pooling = "cls";
  EXPECT_NE(open_text_model(folder_.path().string(), choice).identity(), first);
  choice = {};
  choice.precision = "bf16";
  EXPECT_NE(open_text_model(folder_.path().string(), choice).identity(), first);
  choice = {};
  choice.truncation = "head_tail";
  EXPECT_EQ(open_text_model(folder_.path().string(), choice).identity(), first + " head_tail");
  write("modules.json", R"([{"type": "sentence_transformers.models.Pooling"}])");
  EXPECT_FALSE(open().unit_length);
  write("modules.json", R"([{"type": "sentence_transformers.models.Normalize"}])");
  EXPECT_TRUE(open().unit_length);
  EXPECT_NE(open().identity(), first);
}

TEST_F(ModelFolders, SayHowTheirOwnVectorsArePooled) {
  EXPECT_EQ(open().own_pooling, "");
  std::filesystem::create_directories(folder_ / "1_Pooling");
  write("1_Pooling/config.json", R"({"pooling_mode_cls_token": true,
                                     "pooling_mode_mean_tokens": false})");
  EXPECT_EQ(open().own_pooling, "cls");
  write("1_Pooling/config.json", R"({"pooling_mode_mean_tokens": true})");
  EXPECT_EQ(open().own_pooling, "mean");
  write("1_Pooling/config.json", "[]");
  EXPECT_EQ(open().own_pooling, "");
}

TEST_F(ModelFolders, WithStepsThatAreNotTakenAreRefused) {
  write("modules.json", R"([{"type": "sentence_transformers.models.Transformer"},
                            {"type": "sentence_transformers.models.Dense"}])");
  EXPECT_NE(refusal().find("modules.json: /1/type: found \"sentence_transformers.models.Dense\""),
            std::string::npos)
      << refusal();
  for (const char* nonsense : {R"([{"type": 3}, 3])", R"([3])", R"({"type": "Normalize"})"}) {
    write("modules.json", nonsense);
    EXPECT_NE(refusal().find("/0/type: found \"\""), std::string::npos) << nonsense << refusal();
  }
}

TEST_F(ModelFolders, OfOtherArchitecturesAreRefusedBeforeTheirSizesAreRead) {
  write("config.json", R"({"model_type": "distilbert", "dim": 8})");
  EXPECT_NE(refusal().find("config.json: \"model_type\": is \"distilbert\"; only \"bert\""),
            std::string::npos)
      << refusal();
  write("config.json", R"({"model_type": "bert", "architectures": ["ModernBertModel"]})");
  EXPECT_NE(refusal().find("is [\"ModernBertModel\"]; only BERT is built, allowed are"),
            std::string::npos)
      << refusal();
}

TEST_F(ModelFolders, SayWhatIsWrongWithThem) {
  write("config.json", R"({"hidden_size": 8})");
  EXPECT_NE(refusal().find("/max_position_embeddings: is missing; it must be a positive integer"),
            std::string::npos);
  write("config.json", "{");
  EXPECT_NE(refusal().find("not valid JSON"), std::string::npos);
  write("config.json", "[]");
  EXPECT_NE(refusal().find("/hidden_size"), std::string::npos);
  std::filesystem::remove(folder_ / "config.json");
  EXPECT_NE(refusal().find("config.json: is missing"), std::string::npos);
  EXPECT_THROW(open_text_model("/nowhere/at/all", {}), DataError);
}

}  // namespace
}  // namespace ratbench::embed
