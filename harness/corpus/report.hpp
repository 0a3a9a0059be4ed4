// Labelled texts of one split, as any corpus reader or generator hands them on.
// Rows keep the order of their source; synthetic rows point at the original they were made from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ratbench::corpus {

struct Report {
  std::string text;                   // UTF-8; the question of a pair
  std::string label{};                // class name; tasks classification and relation
  std::int64_t source = -1;           // row of the original in the same split; -1 for originals
  std::int64_t aug_index = 0;         // K of the K-th synthetic row of its source; 0 for originals
  std::string answer{};               // second text of a pair
  std::vector<std::string> labels{};  // task multilabel: sorted, each once; may be empty
  std::vector<std::string> words{};   // task ner; `text` is empty then
  std::vector<std::string> tags{};    // IOB2, one per word
  std::size_t line = 0;               // of its file, from 1; 0 where records are not on lines
};

// "line 7" or, for row 6 of a file whose records are not on lines, "record 6 (from 0)".
std::string place_of(const Report& report, std::size_t row);

}  // namespace ratbench::corpus
