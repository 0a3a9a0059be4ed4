// Which rows train, validate and test when splits are drawn anew (`data.split`) and classes are
// thinned out (`data.profile`), from labels alone: the same for features and for tokens of a text.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "src/specs/config.hpp"

namespace ratbench::corpus {

// The rows of one set ("train", "val", "test") before anything is drawn.
struct SetRows {
  std::string file;                  // named in errors
  std::vector<std::int32_t> labels;  // class per row; all 0 where rows have no single class
  std::vector<std::int64_t> source;  // as in feature files; both empty without synthetic rows
  std::vector<std::int64_t> aug_index;
};

// A row of one of the sets that are divided.
struct Place {
  std::string set;
  std::int64_t row = 0;
  auto operator<=>(const Place&) const = default;
};
using Places = std::vector<Place>;

// True when training, validation or test are divided anew.
bool draws_splits(const specs::Config& config);
// True when the rows of training, validation and test all come from one heap.
bool draws_from_all(const specs::Config& config);
// True when splits are drawn, or when the classes of the training split are thinned out.
bool redraws(const specs::Config& config);
// "fold 2 of 5, seed 0; profile {FIRE: 10}, seed 0"; "" when nothing is drawn.
std::string describe_redraw(const specs::Config& config);

// The rows of every part that `config` draws; parts that stay as given are absent. Of the training
// part originals come first, ascending, then the synthetic rows made from them. Without
// `class_names` rows have no single class, and are drawn by a random key per row alone. Throws
// DataError naming a class of which a part would hold no row, SpecError for a profile that the data
// cannot give.
std::map<std::string, Places> draw_rows(const specs::Config& config,
                                        const std::map<std::string, SetRows>& sets,
                                        const std::vector<std::string>& class_names);

// Names what a part holds: `heads` are hashes of what the sets are made from. Originals are counted
// without what was made from them, so that an augmentation leaves the names of validation and test
// alone.
std::string drawn_key(const std::string& part, const Places& places,
                      const std::map<std::string, SetRows>& sets,
                      const std::map<std::string, std::string>& heads,
                      const std::vector<std::string>& class_names);

}  // namespace ratbench::corpus
