// Labelled texts in files that users have: the ABEX-RAT release, JSON lines, CSV and TSV.
// Rows keep the order of the file; every error names the file and the line or record.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/corpus/report.hpp"

namespace ratbench::corpus {

enum class TextFormat { kAbexRat, kJsonLines, kCsv, kTsv };

// "abex_rat", "jsonl", "csv", "tsv". Throws UsageError that lists them.
TextFormat text_format(std::string_view name);

// Columns, or keys of a JSON line, that hold the text and its label. The ABEX-RAT release has names
// of its own and ignores them.
struct TextFields {
  std::string text = "text";  // of pairs: the question
  std::string label = "label";
  std::string answer{};  // second text of pairs; "": there is none
  // Places of a relation's arguments, of JSON lines only; "": the text marks them.
  std::string arguments{};
  bool several_labels = false;  // the label is a list: a JSON list, or text as of label_list
};

// The labels of a column, sorted: `A, B`, or as a Python list prints, `['A', 'B']`. Empty text and
// `[]` are no label. Throws DataError at `line` for a label that stands there twice or is empty.
std::vector<std::string> label_list(std::string_view text, const std::string& file,
                                    std::size_t line);

// The texts of a file. A label may be a string or, in JSON lines, an integer, which becomes its
// decimal text. Throws DataError for a file that is missing or malformed, a field that is missing,
// an empty text or label, or text that is not UTF-8.
std::vector<Report> read_texts(const std::filesystem::path& path, TextFormat format,
                               const TextFields& fields);
// The same for text in memory; `file` names it in errors.
std::vector<Report> parse_texts(std::string_view text, TextFormat format, const TextFields& fields,
                                const std::string& file);

}  // namespace ratbench::corpus
