#include "harness/corpus/token_splits.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "harness/corpus/cached_file.hpp"
#include "harness/corpus/folder_releases.hpp"
#include "harness/corpus/prepare.hpp"
#include "harness/corpus/relation_texts.hpp"
#include "harness/corpus/text_file.hpp"
#include "harness/corpus/tokens.hpp"
#include "src/base/error.hpp"
#include "src/data/content.hpp"
#include "src/data/features.hpp"
#include "tests/needs.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::corpus {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\n##a\n##b\n<\n>\n[\n]\n";

// A file of weights without a weight, told from others by what it says of itself.
std::string weights(const std::string& name) {
  const std::string header = R"({"__metadata__": {"name": ")" + name + "\"}}";
  std::string size(8, '\0');
  size[0] = static_cast<char>(header.size());
  return size + header;
}

class TokenSplitsTest : public testing::Test {
 protected:
  TokenSplitsTest() {
    fs::create_directory(folder_ / "model");
    put("model/vocab.txt", kVocabulary);
    put("model/config.json", R"({"max_position_embeddings": 16})");
    put("model/model.safetensors", weights("some"));
    put("model/tokenizer_config.json", R"({"do_lower_case": true})");
    set("model.name", "bert");
    set("model.path", (folder_ / "model").string());
  }

  fs::path put(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  void set(const std::string& path, const std::string& value) { config_.set(path, value); }
  void number(const std::string& path, const char* value) {
    config_.set(path, Decimal::parse(value).value());
  }
  void files(const std::string& ending, const std::string& train, const std::string& val,
             const std::string& test) {
    set("data.train", put("train" + ending, train).string());
    set("data.val", put("val" + ending, val).string());
    set("data.test", put("test" + ending, test).string());
  }
  void sentences() {
    set("task", "ner");
    set("data.format", "iob");
    files(".tsv", "a\tB-X\nbab\tI-X\nc\tO\n\nd\tB-A\n", "a\tO\n", "a\tB-X\nd\tI-X\n");
  }
  PreparedData run() { return prepare(config_, folder_ / "cache"); }
  data::TokenSet tokens(const PreparedData& data, const std::string& split) {
    return data::TokenSet::open(data.files.paths.at(split));
  }
  std::string refusal() {
    try {
      run();
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }

  TemporaryFolder folder_;
  specs::Config config_;
};

std::vector<std::int32_t> ids(const data::TokenSet& set) {
  return {set.ids().begin(), set.ids().end()};
}

TEST_F(TokenSplitsTest, WordsOfSentencesAreUnits) {
  sentences();
  const PreparedData data = run();
  EXPECT_EQ(data.task, "ner");
  EXPECT_EQ(data.class_names, (std::vector<std::string>{"O", "B-A", "I-A", "B-X", "I-X"}));
  EXPECT_EQ(data.labels.at("train"), (std::vector<std::int32_t>{3, 4, 0, 1}));
  EXPECT_EQ(data.row_starts.at("train"), (std::vector<std::int64_t>{0, 3, 4}));
  EXPECT_EQ(data.rows("train"), 2);
  EXPECT_EQ(data.files.paths.at("model"), (folder_ / "model").string());
  EXPECT_EQ(data.files.sha256.at("model").size(), 64U);
  const data::TokenSet train = tokens(data, "train");
  EXPECT_EQ(ids(train), (std::vector<std::int32_t>{2, 5, 6, 9, 10, 7, 3, 2, 8, 3}));
  EXPECT_EQ(std::vector(train.free().begin(), train.free().end()),
            (std::vector<std::uint8_t>{0, 1, 1, 1, 1, 1, 0, 0, 1, 0}));
  EXPECT_EQ(train.tags()[3], data::kNoTag);
  EXPECT_NE(describe_counts(data, {{"", 0}}).find("train: 2 sentences, 4 words"), std::string::npos)
      << describe_counts(data, {{"", 0}});
}

TEST_F(TokenSplitsTest, LongSentencesHaveSeveralWindows) {
  sentences();
  number("model.max_length", "4");
  const data::TokenSet train = tokens(run(), "train");
  EXPECT_EQ(train.rows(), 2);
  EXPECT_EQ(train.windows(), 4);
  EXPECT_EQ(train.units(), 4);
  EXPECT_EQ(train.longest(), 4);
}

TEST_F(TokenSplitsTest, TagsUnknownToTrainingAreRefused) {
  sentences();
  set("data.test", put("test.tsv", "a\tO\n\nb\tB-NEW\n").string());
  EXPECT_NE(
      refusal().find("test.tsv: line 3: entity type \"NEW\" has no original in the training split"),
      std::string::npos)
      << refusal();
}

TEST_F(TokenSplitsTest, TheWeightsTheLimitAndTheTextsNameTheFiles) {
  sentences();
  const PreparedData first = run();
  EXPECT_EQ(run().files, first.files);
  number("model.max_length", "8");
  const PreparedData shorter = run();
  EXPECT_NE(shorter.files.sha256.at("test"), first.files.sha256.at("test"));
  EXPECT_EQ(shorter.files.sha256.at("model"), first.files.sha256.at("model"));
  put("model/model.safetensors", weights("other"));
  EXPECT_NE(run().files.sha256.at("model"), first.files.sha256.at("model"));
  number("model.max_length", "17");
  EXPECT_NE(refusal().find("found 17, allowed is at most 16"), std::string::npos) << refusal();
}

TEST_F(TokenSplitsTest, ADamagedFileIsMadeAgain) {
  sentences();
  const PreparedData first = run();
  const std::string path = first.files.paths.at("train");
  std::fstream(path, std::ios::binary | std::ios::in | std::ios::out).seekp(-1, std::ios::end)
      << 'x';
  run();
  EXPECT_EQ(ids(tokens(first, "train")).back(), 3);
}

TEST_F(TokenSplitsTest, RelationsKnowWhereTheirArgumentsOpen) {
  set("task", "relation");
  set("data.format", "jsonl");
  set("model.head", "entity_pair");
  const std::string good = R"({"text": "a << b >> [[ c ]]", "label": "UP", "metadata": []})";
  const std::string other = R"({"text": "[[ a ]] d << b >>", "label": "DOWN"})";
  files(".txt", good + "\n" + other + "\n", good, other);
  const PreparedData data = run();
  const data::TokenSet train = tokens(data, "train");
  EXPECT_EQ(data.class_names, (std::vector<std::string>{"DOWN", "UP"}));
  // [CLS] a < < b > > [ [ c ] ] [SEP]: 13 tokens.
  EXPECT_EQ(std::vector(train.markers().begin(), train.markers().end()),
            (std::vector<std::int64_t>{2, 7, 13 + 7, 13 + 1}));
  set("data.test", put("test.txt", R"({"text": "<< a >> [[ b ]]", "label": "NEW"})").string());
  EXPECT_NE(refusal().find("test.txt: line 1: class \"NEW\" has no original"), std::string::npos)
      << refusal();
}

// One record of the task relation.
std::string related(const std::string& text, const std::string& label) {
  return R"({"text": ")" + text + R"(", "label": ")" + label + "\"}\n";
}

TEST_F(TokenSplitsTest, RelationsAreCheckedForMarksWhateverReadsThem) {
  set("task", "relation");
  set("data.format", "jsonl");
  const std::string good = related("<< a >> b [[ c ]]", "UP") + "\n" + related("<<b>> [[a]]", "NO");
  files(".jsonl", good, good, good);
  EXPECT_EQ(run().remarks, std::vector<std::string>());
  const auto refused = [&](const std::string& bad) {
    set("data.test", put("test.jsonl", good + related(bad, "UP")).string());
    std::string said = refusal();
    EXPECT_NE(said.find("test.jsonl: line 4: found "), std::string::npos) << said;
    return said;
  };
  for (const char* head : {"cls", "entity_pair", "mean"}) {
    set("model.head", head);
    EXPECT_NE(refused("a b c").find("found no << and no [[, allowed is one << argument >> and one "
                                    "[[ argument ]], neither within the other"),
              std::string::npos);
    EXPECT_NE(refused("<< a b [[ c ]]").find("no >> behind <<"), std::string::npos);
    refused("<< a [[ c ]] b >>");
    refused("<< >> a [[ c ]]");
    refused("<< a >> << b >> [[ c ]]");
  }
  set("model.name", "mlp");
  set("encoder.name", "hashed");
  refused("a b c");
}

TEST_F(TokenSplitsTest, RelationsThatNameTheirArgumentsOtherwiseAreRemarkedOn) {
  set("task", "relation");
  set("data.format", "jsonl");
  const std::string rows = related("a @ b 94 >> c", "UP") + related("b @ a", "NO");
  files(".jsonl", rows, rows, rows);
  const std::string remark = "no text marks its two arguments as << first >> and [[ second ]]";
  ASSERT_EQ(run().remarks.size(), 1U);
  EXPECT_TRUE(run().remarks.front().starts_with(remark)) << run().remarks.front();
  EXPECT_EQ(count_notes(run(), {{"", 0}}).back(), run().remarks.front());
  set("model.head", "entity_pair");
  EXPECT_NE(refusal().find(", line 1: found no << and no [["), std::string::npos) << refusal();
  set("model.name", "mlp");
  set("encoder.name", "hashed");
  ASSERT_EQ(run().remarks.size(), 1U);
}

TEST_F(TokenSplitsTest, TruncatedRelationsSayHowManyLostAnArgument) {
  set("task", "relation");
  set("data.format", "jsonl");
  number("model.max_length", "14");
  // [CLS] < < a > > b [ [ c ] ] [SEP] and what stands behind, before or between.
  const std::string rows = related("<< a >> b [[ c ]] d d d", "UP") +
                           related("d d d << a >> b [[ c ]]", "NO") +
                           related("<< a >> d d d d d [[ c ]]", "NO");
  files(".jsonl", rows, rows, related("<< a >> b [[ c ]] d d d", "UP"));
  const PreparedData first = run();
  ASSERT_EQ(first.remarks.size(), 3U);
  EXPECT_EQ(first.remarks[0], "test: 1 of 1 texts are longer than 14 tokens and were truncated");
  EXPECT_EQ(first.remarks[1],
            "train: 3 of 3 texts are longer than 14 tokens and were truncated, of which 2 lost a "
            "marked argument or a part of one");
  EXPECT_EQ(run().remarks, first.remarks) << "from the cache";
  // A file that an earlier program left in the cache does not say it.
  const std::string path = first.files.paths.at("train");
  const auto key = first.files.sha256.at("train");
  TokenCounts counts;
  const text::Tokenizer tokenizer = text::Tokenizer::load(folder_ / "model");
  const std::vector<Report> reports =
      read_texts(folder_ / "train.jsonl", TextFormat::kJsonLines, {});
  data::write_tokens(path,
                     tokenized(reports, data::Task::kRelation, first.class_names,
                               {.max_length = 14}, tokenizer, "t", counts),
                     {{data::kCacheKey, key}, {"split", "train"}, {"truncated", "3"}});
  EXPECT_EQ(run().remarks, first.remarks);
}

TEST_F(TokenSplitsTest, ChemProtIsReadToTheLastText) {
  RATBENCH_NEEDS_DATA();
  const fs::path root = std::getenv("RATBENCH_DATA");
  set("task", "relation");
  set("data.format", "jsonl");
  TextSplits splits;
  for (const char* split : {"train", "dev", "test"})
    splits[split] = {split, "",
                     read_texts(root / "re/chemprot" / (std::string(split) + ".txt"),
                                TextFormat::kJsonLines, {})};
  EXPECT_EQ(check_arguments(splits), std::vector<std::string>());
  EXPECT_EQ(splits.at("train").reports.size(), 4169U);
  EXPECT_EQ(splits.at("dev").reports.size(), 2427U);
  EXPECT_EQ(splits.at("test").reports.size(), 3469U);
}

TEST_F(TokenSplitsTest, PairsKeepBothEndsOfTheAnswerWhereAsked) {
  set("data.format", "pairs");
  number("model.max_length", "8");
  const std::string rows = "question,answer,label\na b,a b c d a,x\nc,d,y\n";
  files(".csv", rows, rows, rows);
  const PreparedData head = run();
  EXPECT_EQ(ids(tokens(head, "train")),
            (std::vector<std::int32_t>{2, 5, 6, 3, 5, 6, 7, 3, 2, 7, 3, 8, 3}));
  ASSERT_EQ(head.remarks.size(), 3U);
  EXPECT_NE(head.remarks[1].find("1 of 2 texts are longer than 8 tokens"), std::string::npos);
  set("data.truncation", "head_tail");
  const PreparedData tail = run();
  EXPECT_EQ(ids(tokens(tail, "train")),
            (std::vector<std::int32_t>{2, 5, 6, 3, 5, 8, 5, 3, 2, 7, 3, 8, 3}));
  EXPECT_EQ(tokens(tail, "train").types()[4], 1);
  EXPECT_EQ(tail.labels.at("train"), (std::vector<std::int32_t>{0, 1}));
}

TEST_F(TokenSplitsTest, TokensAndFeaturesHoldTheSameRowsInTheSameOrder) {
  set("data.format", "text");
  std::string rows = "text,label\n";
  for (int i = 0; i < 12; ++i) rows += std::string(1 + i % 3, 'a') + (i % 2 == 0 ? ",x\n" : ",y\n");
  set("data.train", put("train.csv", rows).string());
  set("data.test", put("test.csv", rows).string());
  set("data.split.name", "val_from_train");
  number("data.split.fraction", "0.3");
  config_.set("data.profile", specs::Counts{{"x", Decimal::parse("3").value()}});
  const PreparedData bert = run();
  set("model.name", "mlp");
  set("encoder.name", "hashed");
  const PreparedData mlp = run();
  EXPECT_EQ(bert.labels, mlp.labels);
  EXPECT_EQ(bert.rows("val"), 4);
  EXPECT_EQ(bert.rows("train"), 3 + 4);
  EXPECT_EQ(bert.drawn, mlp.drawn);
  EXPECT_FALSE(mlp.files.paths.contains("model"));
}

TEST_F(TokenSplitsTest, SeveralLabelsAreFlagsForBothModels) {
  set("task", "multilabel");
  set("data.format", "text");
  files(".tsv", "text\tlabel\na\t['x', 'y']\nb\t\nc\ty\n", "text\tlabel\na\ty\n",
        "text\tlabel\na\tx, y\n");
  const PreparedData bert = run();
  EXPECT_EQ(bert.labels.at("train"), (std::vector<std::int32_t>{1, 1, 0, 0, 0, 1}));
  EXPECT_EQ(bert.row_starts.at("train"), (std::vector<std::int64_t>{0, 2, 4, 6}));
  EXPECT_EQ(bert.realised_counts(0), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(count_notes(bert, {{"", 0}}).front(), "x has no row in the validation split");
  set("model.name", "mlp");
  set("encoder.name", "hashed");
  const PreparedData mlp = run();
  EXPECT_EQ(bert.labels, mlp.labels);
  EXPECT_EQ(bert.row_starts, mlp.row_starts);
  const auto train = data::FeatureSet::open(mlp.files.paths.at("train"));
  EXPECT_EQ(train.task(), data::Task::kMultilabel);
  EXPECT_EQ(train.class_counts(0), (std::vector<std::int64_t>{1, 2}));
}

TEST_F(TokenSplitsTest, FirstRowsAlone) {
  sentences();
  number("data.train_rows", "2");
  EXPECT_EQ(run().rows("train"), 2);
  number("data.train_rows", "3");
  EXPECT_NE(refusal().find("/data/train_rows: found 3, allowed is at most 2"), std::string::npos)
      << refusal();
}

TEST_F(TokenSplitsTest, TheTreeAndTheNegativeClassMustFit) {
  set("data.format", "text");
  const std::string rows = "text,label\na,x\nb,y\n";
  files(".csv", rows, rows, rows);
  set("data.hierarchy", put("tree.json", R"({"x": "top", "y": "top"})").string());
  EXPECT_EQ(run().hierarchy.at("y"), "top");
  EXPECT_EQ(run().remarks, std::vector<std::string>());
  const auto hashes = run().files.sha256;
  put("tree.json", R"({"y": "top",  "x": "top"})");
  EXPECT_EQ(run().files.sha256, hashes) << "the same tree";
  put("tree.json", R"({"x": "top"})");
  EXPECT_NE(run().files.sha256, hashes) << "scores of other trees are not those of this one";
  ASSERT_EQ(run().remarks.size(), 1U);
  EXPECT_NE(run().remarks.front().find("stands alone: y"), std::string::npos);
  put("tree.json", R"({"x": "y", "y": "top", "zebra": "top", "top": "all"})");
  EXPECT_EQ(run().remarks.size(), 2U);
  EXPECT_TRUE(run().remarks.front().ends_with("no classes of the data and change nothing: zebra"));
  EXPECT_TRUE(run().remarks.back().ends_with("where one below it is meant: y"));
  put("tree.json", R"({"x": "y"})");
  ASSERT_EQ(run().remarks.size(), 1U) << "at the top, but not alone";
  set("data.negative_class", "none of them");
  EXPECT_NE(refusal().find("no class of the data; there are: x; y"), std::string::npos);
}

TEST(LabelList, ReadsWhatTablesHold) {
  using List = std::vector<std::string>;
  EXPECT_EQ(label_list("B, A", "f", 1), (List{"A", "B"}));
  EXPECT_EQ(label_list("['A', 'D']", "f", 1), (List{"A", "D"}));
  EXPECT_EQ(label_list("[\"A\"]", "f", 1), (List{"A"}));
  EXPECT_EQ(label_list(" [] ", "f", 1), List{});
  EXPECT_EQ(label_list("", "f", 1), List{});
  EXPECT_THROW(label_list("A, A", "f", 1), DataError);
  EXPECT_THROW(label_list("A,", "f", 1), DataError);
  EXPECT_THROW(label_list("A,,B", "f", 1), DataError);
}

TEST(FolderReleases, HaveTheirDocumentedCounts) {
  RATBENCH_NEEDS_DATA();
  const char* data = std::getenv("RATBENCH_DATA");
  const fs::path root = data;
  const auto intents = [&](const char* domain) {
    const auto reports = read_nlupp(root / "nlupp" / domain);
    std::set<std::string> labels;
    for (const Report& report : reports) labels.insert(report.labels.begin(), report.labels.end());
    return std::pair(reports.size(), labels.size());
  };
  EXPECT_EQ(intents("banking"), (std::pair<std::size_t, std::size_t>(2071, 48)));
  EXPECT_EQ(intents("hotels"), (std::pair<std::size_t, std::size_t>(1009, 40)));
  const auto questions = read_mentalqa(root / "mentalqa", "final_QT");
  EXPECT_EQ(questions.at("train").size(), 350U);
  EXPECT_EQ(questions.at("test").size(), 150U);
  EXPECT_EQ(questions.at("test")[0].labels, (std::vector<std::string>{"A", "B", "D"}));
  EXPECT_EQ(read_mentalqa(root / "mentalqa", "final_AS").at("test")[0].labels,
            (std::vector<std::string>{"2", "3"}));
  EXPECT_THROW(read_mentalqa(root / "mentalqa", "label"), SpecError);
}

}  // namespace
}  // namespace ratbench::corpus
