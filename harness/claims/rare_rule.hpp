// The rule of rare classes: a verdict must survive the loss of each class with few test rows, of
// any single row, and the uncertainty of that class's recall. Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/claims/judge.hpp"
#include "src/stats/fragility.hpp"

namespace ratbench::claims {

// Every class with few test rows, of several splits in one of them; `lost` says what `outcome` does
// not survive, nothing when it is undecided.
std::vector<RareClass> rare_class_findings(const Assessment& assessment, Outcome outcome,
                                           double alpha);

// Why `outcome` must be withheld; nothing when it holds for every rare class.
std::optional<std::string> resting_on_rare_class(const Assessment& assessment, Outcome outcome,
                                                 const std::vector<RareClass>& rare,
                                                 const stats::Fragility& dropped);

// "408 (FALLS)", "12 of fold 3 (FALLS)"; the pattern as `all_rows` numbers it.
std::string named_row(const Evidence& evidence, std::size_t row, std::size_t pattern);

}  // namespace ratbench::claims
