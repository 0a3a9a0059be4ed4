// Which scores a report puts first where its cells belong to several tasks: entity F1 beside
// micro-F1 of relations, each for its own rows.
#pragma once

#include <string>

#include "reports/data.hpp"

namespace ratbench::reports {

// Heading and CSV key: those of the primary metric, or "F1" where cells lead with different ones.
struct ScoreName {
  std::string title, key;
};
ScoreName score_name(const ReportData& data);

// "entity F1 for ner, micro-F1 for relation"; "" where all cells lead with one metric.
std::string metrics_by_task(const ReportData& data);
// " F1: entity F1 for ner, micro-F1 for relation."; "" as above.
std::string leading_metrics_text(const ReportData& data);

}  // namespace ratbench::reports
