// Loading a BERT from its folder in every form there is, and what is refused.
#include "src/models/bert.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <fstream>

#include "src/base/error.hpp"
#include "tests/src/models/tiny_bert.hpp"

namespace ratbench::models {
namespace {

namespace fs = std::filesystem;
using tests::Stored;
using tests::TinyBert;

// Two texts of five and three tokens.
TokenBatch two_texts() {
  const at::Tensor ids = at::tensor({2, 5, 6, 7, 3, 2, 9, 3, 0, 0}, at::kLong).view({2, 5});
  return {ids, ids != 0, {}};
}

at::Tensor states_of(const fs::path& folder, Pooler pooler = Pooler::kLeave) {
  const auto bert = Bert::load(folder, {.type = at::kDouble, .pooler = pooler});
  const TokenBatch batch = two_texts();
  return bert.encode(bert.embed_words(batch.ids), batch);
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  return at::abs(a - b).max().item<double>();
}

// The words of the DataError that loading throws, or "".
std::string refusal(const fs::path& folder, Pooler pooler = Pooler::kLeave) {
  try {
    Bert::load(folder, {.pooler = pooler});
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

void expect_words(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    EXPECT_NE(text.find(word), std::string::npos) << "\"" << word << "\" is not in: " << text;
}

TEST(BertFolder, ShardsGiveTheBitsOfOneFile) {
  TinyBert tiny;
  const at::Tensor whole = states_of(tiny.write());
  EXPECT_EQ(distance(whole, states_of(tiny.write_shards(3))), 0);
  EXPECT_GT(at::abs(whole).max().item<double>(), 0.1);
}

TEST(BertFolder, OldNamesAndPrefixGiveTheSameModel) {
  TinyBert tiny;
  const at::Tensor today = states_of(tiny.write());
  TinyBert old;
  old.tensors.clear();
  for (const auto& [name, tensor] : tiny.tensors) {
    std::string other = "bert." + name;
    if (other.ends_with("LayerNorm.weight")) other.replace(other.size() - 6, 6, "gamma");
    if (other.ends_with("LayerNorm.bias")) other.replace(other.size() - 4, 4, "beta");
    old.tensors.emplace(other, tensor);
  }
  old.tensors["cls.predictions.bias"] = {{20}, std::vector<float>(20)};
  old.tensors["classifier.weight"] = {{4, 8}, std::vector<float>(32)};
  EXPECT_EQ(distance(today, states_of(old.write())), 0);
}

// Half precision keeps 11 significant bits, bfloat16 8; a few layers add up a few such errors.
TEST(BertFolder, HalfPrecisionFilesAreRead) {
  TinyBert tiny;
  const at::Tensor exact = states_of(tiny.write());
  tiny.stored = Stored::kF16;
  const double half = distance(exact, states_of(tiny.write()));
  tiny.stored = Stored::kBf16;
  const double brain = distance(exact, states_of(tiny.write()));
  EXPECT_GT(half, 0);
  EXPECT_LT(half, 0.01);
  EXPECT_GT(brain, half);
  EXPECT_LT(brain, 0.1);
}

TEST(BertFolder, EveryWrongWeightIsNamed) {
  TinyBert tiny;
  tiny.tensors.erase("embeddings.LayerNorm.weight");
  tiny.tensors["encoder.layer.1.output.dense.bias"].shape = {2, 4};
  tiny.tensors["encoder.layer.2.output.dense.bias"] = {{8}, std::vector<float>(8)};
  expect_words(refusal(tiny.write()), {"missing: embeddings.LayerNorm.weight [8]",
                                       "wrong: encoder.layer.1.output.dense.bias is [2,4], not [8]",
                                       "extra: encoder.layer.2.output.dense.bias [8]"});
}

TEST(BertFolder, ManyWrongWeightsAreCounted) {
  TinyBert tiny;
  std::size_t erased = 0;
  for (const char* layer : {"0", "1"})
    for (const char* part : {"query", "key", "value"})
      erased += tiny.tensors.erase(std::string("encoder.layer.") + layer + ".attention.self." +
                                   part + ".weight");
  ASSERT_EQ(erased, 6U);
  const std::string said = refusal(tiny.write());
  expect_words(said,
               {"missing: encoder.layer.0.attention.self.query.weight [8,8], ", " and 2 more"});
  EXPECT_EQ(said.find('\n'), std::string::npos);
}

TEST(BertFolder, PoolerIsNeededOnlyWhenAskedFor) {
  TinyBert tiny;
  tiny.tensors.erase("pooler.dense.bias");
  const fs::path folder = tiny.write();
  EXPECT_EQ(refusal(folder), "");
  expect_words(refusal(folder, Pooler::kLoad), {"missing: pooler.dense.bias [8]"});
}

TEST(BertFolder, IntegersAreNoWeights) {
  TinyBert tiny;
  tiny.stored = Stored::kI32;
  expect_words(refusal(tiny.write()), {"is I32", "F64, F32, F16 and BF16"});
}

TEST(BertFolder, TheSameParameterTwiceIsRefused) {
  TinyBert tiny;
  tiny.tensors["bert.pooler.dense.bias"] = tiny.tensors["pooler.dense.bias"];
  expect_words(refusal(tiny.write()), {"pooler.dense.bias", "is the same parameter as"});
}

TEST(BertFolder, VocabularyAndTableMustAgree) {
  TinyBert tiny;
  tiny.config["vocab_size"] = 21;
  expect_words(refusal(tiny.write()),
               {"wrong: embeddings.word_embeddings.weight is [20,8], not [21,8]"});
  tiny.config["vocab_size"] = 20;
  const fs::path folder = tiny.write();
  const auto write_vocabulary = [&](int tokens) {
    std::ofstream out(folder / "vocab.txt");
    for (int i = 0; i < tokens; ++i) out << "t" << i << "\n";
  };
  write_vocabulary(20);
  EXPECT_EQ(refusal(folder), "");
  write_vocabulary(21);
  expect_words(refusal(folder), {"vocab.txt", "21 tokens", "20 rows"});
}

TEST(BertFolder, PickledWeightsAreRefusedWithTheWayOut) {
  TinyBert tiny;
  const fs::path folder = tiny.write();
  fs::rename(folder / "model.safetensors", folder / "pytorch_model.bin");
  expect_words(refusal(folder), {"pytorch_model.bin", "convert it", "safe_serialization=True"});
  fs::remove(folder / "pytorch_model.bin");
  expect_words(refusal(folder), {"holds neither model.safetensors nor"});
  fs::remove(folder / "config.json");
  expect_words(refusal(folder), {"config.json"});
}

TEST(BertFolder, IndexAndShardsMustAgree) {
  TinyBert tiny;
  const fs::path folder = tiny.write_shards(2);
  nlohmann::json index =
      nlohmann::json::parse(std::ifstream(folder / "model.safetensors.index.json"));
  const auto rewrite = [&](const std::string& name, const nlohmann::json& file) {
    nlohmann::json changed = index;
    changed["weight_map"][name] = file;
    std::ofstream(folder / "model.safetensors.index.json") << changed.dump();
  };
  rewrite("no.such.weight", "shard_0.safetensors");
  expect_words(refusal(folder), {"shard_0.safetensors", "no.such.weight", "missing"});
  rewrite("pooler.dense.bias", "../shard_0.safetensors");
  expect_words(refusal(folder), {"pooler.dense.bias", "no file name in this folder"});
  rewrite("pooler.dense.bias", "gone.safetensors");
  expect_words(refusal(folder), {"gone.safetensors"});
  rewrite("pooler.dense.bias", 3);
  expect_words(refusal(folder), {"pooler.dense.bias", "no file name"});
}

struct BadConfig {
  const char* key;
  nlohmann::json value;  // null: the key is taken away
  std::vector<std::string> words;
};

TEST(BertConfig, WhatCannotBeComputedIsRefusedWithWhatCan) {
  const std::vector<BadConfig> cases = {
      {"model_type", "roberta", {"\"roberta\"", "only \"bert\""}},
      {"architectures", {"RobertaModel"}, {"[\"RobertaModel\"]", "such as BertModel"}},
      {"hidden_act", "gelu_new", {"\"gelu_new\"", "only \"gelu\"", "erf"}},
      {"hidden_act", 3, {"is 3", "only \"gelu\""}},
      {"position_embedding_type", "relative_key", {"relative_key", "only \"absolute\""}},
      {"is_decoder", true, {"is_decoder", "encoder"}},
      {"num_attention_heads", 3, {"is 3", "does not divide hidden_size 8"}},
      {"num_hidden_layers", 0, {"num_hidden_layers", "from 1"}},
      {"hidden_size", nullptr, {"hidden_size", "missing"}},
      {"hidden_size", "8", {"hidden_size", "whole number"}},
      {"vocab_size", 1e30, {"vocab_size", "whole number"}},
      {"pad_token_id", 20, {"pad_token_id", "ends at 19"}},
      {"layer_norm_eps", -1, {"layer_norm_eps", "from 0"}},
      {"hidden_dropout_prob", 1.0, {"hidden_dropout_prob", "not including 1"}},
  };
  TinyBert tiny;
  const nlohmann::json good = tiny.config;
  for (const BadConfig& bad : cases) {
    SCOPED_TRACE(bad.key);
    tiny.config = good;
    tiny.config[bad.key] = bad.value;
    expect_words(refusal(tiny.write()), bad.words);
  }
}

TEST(BertConfig, OldFilesAreKnownByTheirArchitecture) {
  TinyBert tiny;
  tiny.config.erase("model_type");
  tiny.config["architectures"] = {"BertForMaskedLM"};
  EXPECT_EQ(refusal(tiny.write()), "");
  tiny.config["architectures"] = {"XLNetModel"};
  expect_words(refusal(tiny.write()), {"XLNetModel", "only BERT"});
}

TEST(BertConfig, WhatIsNoJsonObjectIsRefused) {
  TinyBert tiny;
  const fs::path folder = tiny.write();
  for (const char* text : {"", "{", "[1]"}) {
    std::ofstream(folder / "config.json") << text;
    expect_words(refusal(folder), {"config.json", "is not"});
  }
}

}  // namespace
}  // namespace ratbench::models
