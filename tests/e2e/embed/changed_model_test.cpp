// A model folder that changes while the real worker embeds with it.
#include <gtest/gtest.h>

#include <fstream>

#include "harness/embed/bert_encoder.hpp"
#include "src/base/error.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/src/models/tiny_bert.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::embed {
namespace {

TEST(ChangedModel, LeavesNoFeaturesUnderItsOldName) {
  tests::TinyBert tiny;
  const std::filesystem::path folder = tiny.write();
  std::ofstream(folder / "vocab.txt") << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n";
  const TemporaryFolder parts;
  EncodingChoice choice;
  choice.max_length = 4;
  bool changed = false;
  BertEncoderOptions options;
  options.worker = cli::build_folder() / "ratbench-worker";
  options.parts = parts.path();
  options.device = "cpu";
  // Told of the text that was truncated, before the worker starts.
  options.say = [&](const std::string&) {
    std::ofstream(folder / "config.json", std::ios::app) << "\n";
    changed = true;
  };
  BertEncoder encoder(open_text_model(folder.string(), choice), options);
  try {
    encoder.encode({{"a b a b a b"}, {"a"}}, "reports.csv");
    FAIL() << "features of another model than their name says";
  } catch (const DataError& error) {
    EXPECT_EQ(error.file(), folder.string());
    EXPECT_NE(std::string(error.what()).find("was changed while texts were embedded"),
              std::string::npos)
        << error.what();
  }
  EXPECT_TRUE(changed);
  EXPECT_TRUE(std::filesystem::is_empty(parts.path()));
}

}  // namespace
}  // namespace ratbench::embed
