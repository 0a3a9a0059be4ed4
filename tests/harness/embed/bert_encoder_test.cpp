#include "harness/embed/bert_encoder.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "src/base/error.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::embed {
namespace {

class BertEncoders : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(folder_ / "config.json")
        << R"({"hidden_size": 8, "max_position_embeddings": 32})";
    std::ofstream(folder_ / "vocab.txt") << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n";
  }
  std::string refusal(std::string_view text) {
    BertEncoderOptions options;
    options.worker = folder_ / "no-worker";
    options.parts = folder_.path();
    BertEncoder encoder(open_text_model(folder_.path().string(), {}), options);
    try {
      encoder.encode({{"a"}, {text}}, "reports.csv");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(BertEncoders, RefuseTextsWithoutATokenBeforeAnythingIsComputed) {
  for (const std::string_view text : {"", "\xC2\xA0", "\x01\x02", "\xE3\x80\x80 \t"}) {
    EXPECT_NE(refusal(text).find("reports.csv: text 1: is empty for the tokenizer"),
              std::string::npos)
        << refusal(text);
  }
}

TEST_F(BertEncoders, NameTheTextThatIsNotUtf8) {
  EXPECT_NE(refusal("a\xFF").find("reports.csv: text 1: byte 1: not valid UTF-8"),
            std::string::npos)
      << refusal("a\xFF");
}

TEST_F(BertEncoders, LeaveNoFileBehindWhenTheWorkerCannotStart) {
  EXPECT_NE(refusal("a"), "");
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    EXPECT_NE(entry.path().extension(), ".part") << entry.path();
}

}  // namespace
}  // namespace ratbench::embed
