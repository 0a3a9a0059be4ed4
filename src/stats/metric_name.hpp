// Names of classification metrics, as experiment files and databases write them, turned into
// functions of counts. "macro_f1", "recall/FALLS", "minority_recall".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "src/stats/influence.hpp"

namespace ratbench::stats {

// Nothing for a metric that is no function of a confusion matrix and for an unknown class.
// `classes` of minority_recall are empty when `minority_classes` names none.
std::optional<MetricFunction> metric_by_name(std::string_view metric,
                                             std::span<const std::string> class_names,
                                             std::span<const std::string> minority_classes);

}  // namespace ratbench::stats
