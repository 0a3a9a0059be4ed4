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
  std::string text = "text";
  std::string label = "label";
};

// The texts of a file. A label may be a string or, in JSON lines, an integer, which becomes its
// decimal text. Throws DataError for a file that is missing or malformed, a field that is missing,
// an empty text or label, or text that is not UTF-8.
std::vector<Report> read_texts(const std::filesystem::path& path, TextFormat format,
                               const TextFields& fields);
// The same for text in memory; `file` names it in errors.
std::vector<Report> parse_texts(std::string_view text, TextFormat format, const TextFields& fields,
                                const std::string& file);

}  // namespace ratbench::corpus
