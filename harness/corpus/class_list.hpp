// The classes of a data set: which there are, in which order, and the number of each.
// Texts of the training split define them; what other splits add is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/corpus/text_splits.hpp"
#include "src/data/task.hpp"

namespace ratbench::corpus {

// Alphabetical; for ner "O", then B-TYPE and I-TYPE by type. Classes are those of the originals in
// `train`, of all splits when `from_all`. Throws DataError naming split and row for a class that
// they lack, and for too few classes.
std::vector<std::string> class_list(data::Task task, const TextSplits& splits, bool from_all);

// Position of a name that is in the list.
std::size_t index_of(const std::string& name, const std::vector<std::string>& class_names);
// Appends 0 or 1 for every class.
void add_flags(const std::vector<std::string>& labels, const std::vector<std::string>& class_names,
               std::vector<std::uint8_t>& flags);

}  // namespace ratbench::corpus
