// Labelled texts of one split, as any corpus reader or generator hands them on.
// Rows keep the order of their source; synthetic rows point at the original they were made from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ratbench::corpus {

struct Report {
  std::string text;            // UTF-8
  std::string label;           // class name
  std::int64_t source = -1;    // row of the original in the same split; -1 for originals
  std::int64_t aug_index = 0;  // K of the K-th synthetic row of its source; 0 for originals
};

}  // namespace ratbench::corpus
