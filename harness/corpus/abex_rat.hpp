// Reader of the published ABEX-RAT release: JSON lists of accident reports, in which the id
// `N-aug-K` marks the K-th synthetic report made from report N.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/corpus/report.hpp"

namespace ratbench::corpus {

// Reports in file order; text = title + ' ' + summary without surrounding white space. Throws
// DataError with file and record (counted from 0) for a syntax error, a missing or mistyped field,
// an empty text, an id that occurs twice or a synthetic report whose source is missing or has
// another label.
std::vector<Report> read_abex_rat(const std::filesystem::path& path);
// The same for text in memory; `file` names it in errors.
std::vector<Report> parse_abex_rat(const std::string& json, const std::string& file);

}  // namespace ratbench::corpus
