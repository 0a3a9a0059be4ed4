// Classes as a report shows them, read from the store: names, test rows, training rows, and how
// named groups of them are taken for each other.
#pragma once

#include <string>
#include <vector>

#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"
#include "reports/data.hpp"

namespace ratbench::reports {

// Fills `classes`: entity types for ner, labels for multilabel, else classes. Empty where the data
// sets of the cells have different ones; with folds the test rows of the fewest and of the most.
// `task` is filled already.
void add_classes(const store::Reader& reader, const std::vector<store::CellRow>& rows,
                 ReportData& data);

// Fills every cell's `test_to_train`, and `validation_is_test`.
void add_split_sizes(const store::Reader& reader, const std::vector<store::CellRow>& rows,
                     ReportData& data);

// Fills `bands` and `groups` from report.bands and report.groups. Throws SpecError for a class that
// the data do not have; `classes` is filled already.
void add_class_settings(const spec::Experiment& experiment, ReportData& data);

// Fills every cell's `group_shares`; `groups`, `classes` and `cells` are filled already. Nothing
// where a text may have several classes.
void add_group_shares(const store::Reader& reader, ReportData& data);

}  // namespace ratbench::reports
