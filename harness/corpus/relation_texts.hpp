// What relation extraction asks of texts beyond others: that they mark their two arguments.
#pragma once

#include <string>
#include <vector>

#include "harness/corpus/text_splits.hpp"

namespace ratbench::corpus {

// Throws DataError naming file and place of the first text that does not mark its two arguments as
// the others do. Data in which no text marks them (they may name them otherwise, as "@GENE$") are
// let pass, and a remark for people says so.
std::vector<std::string> check_arguments(const TextSplits& splits);

}  // namespace ratbench::corpus
