#include "reports/leading_metric.hpp"

#include <algorithm>
#include <vector>

namespace ratbench::reports {
namespace {

bool several_metrics(const ReportData& data) {
  return std::any_of(data.cells.begin(), data.cells.end(), [&](const CellData& cell) {
    return data.leading_metric(cell) != data.primary_metric();
  });
}

}  // namespace

ScoreName score_name(const ReportData& data) {
  if (several_metrics(data)) return {"F1", "f1"};
  return {metric_title(data.primary_metric()), data.primary_metric()};
}

std::string metrics_by_task(const ReportData& data) {
  if (!several_metrics(data)) return "";
  std::string text;
  std::vector<std::string> tasks;
  for (const CellData& cell : data.cells) {
    if (std::find(tasks.begin(), tasks.end(), cell.task) != tasks.end()) continue;
    tasks.push_back(cell.task);
    text +=
        (text.empty() ? "" : ", ") + metric_title(data.leading_metric(cell)) + " for " + cell.task;
  }
  return text;
}

std::string leading_metrics_text(const ReportData& data) {
  const std::string metrics = metrics_by_task(data);
  return metrics.empty() ? "" : " F1: " + metrics + ".";
}

}  // namespace ratbench::reports
