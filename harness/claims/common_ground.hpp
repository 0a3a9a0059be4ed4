// Whether the settings of a question's cells let their predictions be compared: the same selection
// of the epoch, the same negative class, the same splits of the data. Internal to this folder.
#pragma once

#include <string>
#include <vector>

#include "harness/claims/question.hpp"

namespace ratbench::claims {

// Fills `splits`, `selection` and `negative_class`; `blocked` where cells disagree. The cells, arms
// and steps are filled already.
void find_common_ground(const std::vector<grid::Cell>& cells, Question& question);

// "fold 3", "split seed 1": how a split is told from the others.
std::string split_name(const specs::Config& config);

}  // namespace ratbench::claims
