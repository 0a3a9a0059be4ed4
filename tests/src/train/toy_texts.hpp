// Token files for tests of fine-tuning: short sequences over the 20 tokens of TinyBert whose labels
// follow from single tokens, so that a small model learns them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "src/base/random.hpp"
#include "src/data/token_file.hpp"
#include "src/specs/config.hpp"
#include "tests/src/models/tiny_bert.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::train::testing {

inline constexpr std::int32_t kCls = 1, kSep = 2, kFirstWord = 3, kWords = 15;

// Between 2 and 6 words of a row, from a fixed stream.
inline std::vector<std::int32_t> toy_words(std::uint64_t row) {
  const RandomStream stream(78, Purpose::kCorpus);
  std::vector<std::int32_t> words(2 + stream.below(5, 0, row));
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = kFirstWord + static_cast<std::int32_t>(stream.below(kWords, 1, row * 16 + i));
  return words;
}

inline void add_special(data::TokenColumns& columns, std::int32_t id) {
  columns.ids.push_back(id);
  columns.types.push_back(0);
  columns.free.push_back(0);
  if (columns.task != data::Task::kNer) return;
  columns.tags.push_back(data::kNoTag);
  columns.unit.push_back(data::kNoUnit);
}

// Words below 8 decide the class, the label or the tag.
inline void add_word(data::TokenColumns& columns, std::int32_t id, std::int64_t& unit) {
  columns.ids.push_back(id);
  columns.types.push_back(0);
  columns.free.push_back(1);
  if (columns.task != data::Task::kNer) return;
  columns.tags.push_back(id < 8 ? 1 : 0);
  columns.unit.push_back(unit++);
}

inline void add_answer(data::TokenColumns& columns, const std::vector<std::int32_t>& words) {
  const auto has = [&](std::int32_t low, std::int32_t high) {
    for (const std::int32_t word : words)
      if (low <= word && word < high) return true;
    return false;
  };
  if (columns.task == data::Task::kMultilabel) {
    columns.flags.push_back(has(3, 8) ? 1 : 0);
    columns.flags.push_back(has(8, 12) ? 1 : 0);
  } else if (columns.task != data::Task::kNer) {
    columns.labels.push_back(words.front() < 8 ? 1 : 0);
  }
}

inline data::TokenColumns toy_columns(data::Task task, std::uint64_t first, std::size_t rows) {
  data::TokenColumns columns;
  columns.task = task;
  columns.class_names = task == data::Task::kNer ? std::vector<std::string>{"O", "B-low", "I-low"}
                                                 : std::vector<std::string>{"high", "low"};
  std::int64_t unit = 0;
  columns.starts.push_back(0);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::vector<std::int32_t> words = toy_words(first + row);
    const auto begin = static_cast<std::int64_t>(columns.ids.size());
    add_special(columns, kCls);
    for (const std::int32_t word : words) add_word(columns, word, unit);
    add_special(columns, kSep);
    columns.starts.push_back(static_cast<std::int64_t>(columns.ids.size()));
    columns.row.push_back(static_cast<std::int64_t>(row));
    add_answer(columns, words);
    if (task == data::Task::kRelation) {
      columns.markers.push_back(begin + 1);
      columns.markers.push_back(begin + 2);
    }
  }
  return columns;
}

inline Decimal decimal(const char* text) { return *Decimal::parse(text); }

// A recipe by which the small model learns a task of these texts.
inline specs::Config text_config(data::Task task) {
  specs::Config c;
  c.set("task", std::string(data::task_name(task)));
  c.set("model.name", std::string("bert"));
  c.set("loss.name", std::string(task == data::Task::kMultilabel ? "bce" : "ce"));
  c.set("train.epochs", decimal("3"));
  c.set("train.batch_size", decimal("16"));
  c.set("train.lr", decimal("0.01"));
  c.set("model.dropout", decimal("0.1"));
  return c;
}

inline specs::Config with_attack(specs::Config c, const char* name, const char* p_rat) {
  c.set("attack.name", std::string(name));
  c.set("attack.p_rat", decimal(p_rat));
  c.set("attack.epsilon", decimal("0.3"));
  return c;
}

class ToyTexts {
 public:
  explicit ToyTexts(data::Task task, std::size_t training_rows = 80) {
    write("train", toy_columns(task, 0, training_rows));
    write("val", toy_columns(task, 1000, 30));
    write("test", toy_columns(task, 2000, 40));
    paths_["model"] = bert_.write().string();
  }
  const std::map<std::string, std::string>& paths() const { return paths_; }

 private:
  void write(const std::string& split, const data::TokenColumns& columns) {
    paths_[split] = (folder_ / (split + ".safetensors")).string();
    data::write_tokens(paths_[split], columns, {});
  }

  TemporaryFolder folder_;
  ratbench::tests::TinyBert bert_;
  std::map<std::string, std::string> paths_;
};

}  // namespace ratbench::train::testing
