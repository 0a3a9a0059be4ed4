// Reader of tagged sentences: a token and its IOB2 tag per line, a tab between them, an empty line
// after every sentence.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/corpus/report.hpp"

namespace ratbench::corpus {

// Sentences in file order, `words` and `tags` of a Report. The first column is the token, the last
// one the tag; columns between are left out. Throws DataError with the line for a token without
// tag, an empty token, a tag other than O, B-TYPE and I-TYPE, an I- that no B- or I- of the same
// type stands before (evaluation under strict IOB2 would not see it, so it is not repaired), two
// empty lines in a row (a sentence without tokens), bytes that are not UTF-8, or no sentence.
std::vector<Report> read_iob(const std::filesystem::path& path);
// The same for text in memory; `file` names it in errors.
std::vector<Report> parse_iob(std::string_view text, const std::string& file);

}  // namespace ratbench::corpus
