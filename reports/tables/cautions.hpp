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

// Cells are compared within the same test rows; with several sets of them there is no one baseline.
bool several_baselines(const ReportData& data);
// "the baseline (lambda 0, p_rat 0)", or which of several.
std::string baseline_text(const ReportData& data);

// Which class micro-F1 leaves out because it means that there is no relation; nothing where none
// is.
std::optional<std::string> negative_class_note(const ReportData& data);

// The one definition of indicative times, with the name of the cell that they are relative to.
std::string train_time_note(const ReportData& data);

// Rare classes of which every run of a cell has all rows right, or all wrong: they add no variance,
// so that the interval of the cell is too narrow. Nothing when there is no such class.
std::optional<std::string> too_narrow_note(const ReportData& data);

}  // namespace ratbench::reports
