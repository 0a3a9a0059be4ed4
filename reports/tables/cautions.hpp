// Sentences below a table that keep a reader from a wrong comparison of cells: training of unequal
// length, what a time is relative to, intervals that are narrower than they should be.
#pragma once

#include <optional>
#include <string>

#include "reports/data.hpp"

namespace ratbench::reports {

// Cells trained on numbers of batches that differ by more than a twentieth, with the extremes;
// nothing when they do not.
std::optional<std::string> unequal_training_note(const ReportData& data);
bool training_is_unequal(const ReportData& data);

// The one definition of indicative times, with the name of the cell that they are relative to.
std::string train_time_note(const ReportData& data);

// Rare classes of which every run of a cell has all rows right, or all wrong: they add no variance,
// so that the interval of the cell is too narrow. Nothing when there is no such class.
std::optional<std::string> too_narrow_note(const ReportData& data);

}  // namespace ratbench::reports
