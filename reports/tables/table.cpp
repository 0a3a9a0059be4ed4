#include "reports/tables/table.hpp"

#include <fmt/format.h>

namespace ratbench::reports {
namespace {

// Points of a fraction with their sign; what rounds to nothing has none of its own: "+0.00".
std::string signed_points(double fraction) {
  const std::string text = fmt::format("{:+.2f}", 100 * fraction);
  return text == "-0.00" ? "+0.00" : text;
}

}  // namespace

TableCell text_cell(std::string text) {
  return {.text = std::move(text), .number = {}, .interval = {}};
}

TableCell dash_cell() { return text_cell(kDash); }

TableCell percent_cell(std::optional<double> fraction, int digits) {
  if (!fraction) return dash_cell();
  return {
      .text = fmt::format("{:.{}f}", 100 * *fraction, digits), .number = fraction, .interval = {}};
}

std::string beside_score(const stats::Interval& interval) {
  const auto [low, high] = interval;
  return low > 0 && high < 1 ? fmt::format(" ± {:.1f}", 50 * (high - low))
                             : fmt::format(" [{:.1f}, {:.1f}]", 100 * low, 100 * high);
}

TableCell percent_interval_cell(const std::optional<stats::Interval>& interval) {
  if (!interval) return dash_cell();
  const stats::Interval shown = stats::clipped(*interval, {0, 1});
  return {.text = fmt::format("[{:.2f}, {:.2f}]", 100 * shown.low, 100 * shown.high),
          .number = {},
          .interval = shown};
}

TableCell points_cell(std::optional<double> fraction) {
  if (!fraction) return dash_cell();
  return {.text = signed_points(*fraction), .number = fraction, .interval = {}};
}

TableCell points_interval_cell(const std::optional<stats::Interval>& interval) {
  if (!interval) return dash_cell();
  return {
      .text = fmt::format("[{}, {}]", signed_points(interval->low), signed_points(interval->high)),
      .number = {},
      .interval = interval};
}

TableCell p_cell(std::optional<double> p) {
  if (!p) return dash_cell();
  return {.text = *p < 0.001 ? "< 0.001" : fmt::format("{:.3f}", *p), .number = p, .interval = {}};
}

TableCell count_cell(std::size_t count) {
  return {.text = std::to_string(count), .number = static_cast<double>(count), .interval = {}};
}

std::vector<std::size_t> shown_columns(const Table& table) {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].shown != Shown::kCsvOnly) shown.push_back(i);
  return shown;
}

std::vector<ColumnGroup> column_groups(const Table& table) {
  std::vector<ColumnGroup> groups;
  bool any = false;
  for (const std::size_t i : shown_columns(table)) {
    const std::string& title = table.columns[i].group;
    if (groups.empty() || groups.back().title != title) groups.push_back({title, 0});
    ++groups.back().columns;
    any = any || !title.empty();
  }
  return any ? groups : std::vector<ColumnGroup>{};
}

std::string column_heading(const Column& column) {
  return column.unit.empty() ? column.title : column.title + " (" + column.unit + ")";
}

}  // namespace ratbench::reports
