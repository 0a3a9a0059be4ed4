// Metric names that claims, reported numbers and reports may use: those of the view v_metric.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace ratbench::spec {

inline constexpr std::array<std::string_view, 18> kMetricNames = {"accuracy",
                                                                  "entity_f1",
                                                                  "entity_f1_conlleval",
                                                                  "entity_precision",
                                                                  "entity_precision_conlleval",
                                                                  "entity_recall",
                                                                  "entity_recall_conlleval",
                                                                  "exact_match",
                                                                  "hierarchical_f1",
                                                                  "hierarchical_precision",
                                                                  "hierarchical_recall",
                                                                  "macro_f1",
                                                                  "macro_f1_of_means",
                                                                  "micro_f1",
                                                                  "micro_precision",
                                                                  "micro_recall",
                                                                  "minority_recall",
                                                                  "weighted_f1"};
// Followed by a class name: "recall/FALLS".
inline constexpr std::array<std::string_view, 3> kClassMetrics = {"f1/", "precision/", "recall/"};

constexpr bool is_metric(std::string_view name) {
  return std::find(kMetricNames.begin(), kMetricNames.end(), name) != kMetricNames.end() ||
         std::any_of(kClassMetrics.begin(), kClassMetrics.end(), [&](std::string_view prefix) {
           return name.size() > prefix.size() && name.starts_with(prefix);
         });
}

}  // namespace ratbench::spec
