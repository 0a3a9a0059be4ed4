#include "src/stats/metric_name.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ratbench::stats {
namespace {

constexpr std::array<std::pair<std::string_view, MetricKind>, 6> kWhole = {{
    {"macro_f1", MetricKind::kMacroF1},
    {"macro_f1_of_means", MetricKind::kMacroF1OfMeans},
    {"weighted_f1", MetricKind::kWeightedF1},
    {"micro_f1", MetricKind::kMicroF1},
    {"accuracy", MetricKind::kAccuracy},
    {"minority_recall", MetricKind::kRecall},
}};
// Followed by "/CLASS".
constexpr std::array<std::pair<std::string_view, MetricKind>, 3> kOfClass = {{
    {"precision", MetricKind::kPrecision},
    {"recall", MetricKind::kRecall},
    {"f1", MetricKind::kF1},
}};

// Appends the class's index; false when there is no such class.
bool add_class(std::string_view name, std::span<const std::string> names, MetricFunction& metric) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return false;
  metric.classes.push_back(static_cast<std::size_t>(found - names.begin()));
  return true;
}

}  // namespace

std::optional<MetricFunction> metric_by_name(std::string_view metric,
                                             std::span<const std::string> class_names,
                                             std::span<const std::string> minority_classes) {
  const std::size_t slash = metric.find('/');
  MetricFunction out;
  if (slash != std::string_view::npos) {
    for (const auto& [name, kind] : kOfClass) {
      if (metric.substr(0, slash) != name) continue;
      out.kind = kind;
      if (add_class(metric.substr(slash + 1), class_names, out)) return out;
    }
    return std::nullopt;
  }
  for (const auto& [name, kind] : kWhole) {
    if (metric != name) continue;
    out.kind = kind;
    if (metric == "minority_recall")
      for (const std::string& minority : minority_classes)
        if (!add_class(minority, class_names, out)) return std::nullopt;
    return out;
  }
  return std::nullopt;
}

}  // namespace ratbench::stats
