#include <fmt/format.h>

#include <algorithm>

#include "reports/tables/cautions.hpp"
#include "reports/tables/tables.hpp"
#include "reports/task_words.hpp"

namespace ratbench::reports {
namespace {

bool is_loss(const std::string& path) { return path == "loss" || path.starts_with("loss."); }

bool varies(const ReportData& data, const std::string& path) {
  return std::any_of(data.cells.begin(), data.cells.end(), [&](const CellData& cell) {
    return cell.shown(path) != data.cells.front().shown(path);
  });
}

std::vector<std::string> varying(const ReportData& data, bool (*wanted)(const std::string&)) {
  std::vector<std::string> paths;
  for (const std::string& path : layout_factors(data))
    if (wanted(path) && varies(data, path)) paths.push_back(path);
  return paths;
}

// "ldam, defer_epochs 5": the values that matter of the factors of the loss.
std::string loss_text(const ReportData& data, const CellData& cell,
                      const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) {
    if (cell.shown(path) == kDash) continue;
    const std::string title = factor_title(data.factors, path);
    if (!text.empty()) text += ", ";
    if (path != "loss" && path != "loss.name") text += title + " ";
    text += cell.shown(path);
  }
  return text.empty() ? kDash : text;
}

std::vector<std::string> values_of(const CellData& cell, const std::vector<std::string>& paths) {
  std::vector<std::string> values;
  for (const std::string& path : paths) values.push_back(cell.shown(path));
  return values;
}

// Cells with the same other factors together, so that losses stand below each other.
std::vector<const CellData*> ordered_cells(const ReportData& data,
                                           const std::vector<std::string>& others) {
  std::vector<std::vector<std::string>> blocks;
  const std::vector<const CellData*> listed = data.listed();
  for (const CellData* cell : listed)
    if (std::find(blocks.begin(), blocks.end(), values_of(*cell, others)) == blocks.end())
      blocks.push_back(values_of(*cell, others));
  std::vector<const CellData*> cells;
  for (const auto& block : blocks)
    for (const CellData* cell : listed)
      if (values_of(*cell, others) == block) cells.push_back(cell);
  return cells;
}

Column number(std::string title, std::string unit, std::string key) {
  return {.title = std::move(title),
          .unit = std::move(unit),
          .key = std::move(key),
          .csv = CsvForm::kNumber};
}

bool has_minority_recall(const ReportData& data) {
  return std::any_of(data.cells.begin(), data.cells.end(),
                     [](const CellData& cell) { return !cell.values("minority_recall").empty(); });
}

constexpr std::size_t kMostClasses = 12;

// Of many classes only those that the losses are made for, as far as there is room; CSV has all.
bool is_shown(const ReportData& data, const ClassData& klass) {
  const auto& minority = data.minority_classes;
  const bool few_rare = rare_classes(data).size() <= kMostClasses;
  return data.classes.size() <= kMostClasses || (klass.rare() && few_rare) ||
         std::find(minority.begin(), minority.end(), klass.name) != minority.end();
}

bool any_shown(const ReportData& data) {
  return std::any_of(data.classes.begin(), data.classes.end(),
                     [&](const ClassData& klass) { return is_shown(data, klass); });
}

void add_columns(const ReportData& data, const std::vector<std::string>& others, Table& table) {
  const auto left = [&](const std::string& title, const std::string& key) {
    table.columns.push_back({.title = title, .unit = "", .key = key, .align = Align::kLeft});
  };
  for (const std::string& path : others) left(factor_title(data.factors, path), path);
  left("loss", "loss");
  table.columns.push_back(number("n", "", "n"));
  const std::string& metric = data.primary_metric();
  table.columns.push_back(number(metric_title(metric), "%", metric));
  table.columns.push_back(number("sd", "points", metric + "_sd"));
  Column interval{
      .title = "95 % t interval", .unit = "seeds and rows", .key = metric + "_two_way95"};
  interval.csv = CsvForm::kInterval;
  table.columns.push_back(interval);
  if (has_minority_recall(data)) {
    table.columns.push_back(number("minority recall", "%", "minority_recall"));
    table.columns.back().csv = CsvForm::kNumberAndInterval;
  }
  const ClassScore score = class_score(data.task);
  for (const ClassData& klass : data.classes) {
    table.columns.push_back(number(klass.rare() ? klass.name + " " + kDagger : klass.name, "",
                                   std::string(score.title) + ": " + klass.name));
    table.columns.back().group = fmt::format("test {} (%)", score.title);
    table.columns.back().heading = Heading::kUpward;
    table.columns.back().csv = CsvForm::kNumberAndInterval;
    if (!is_shown(data, klass)) table.columns.back().shown = Shown::kCsvOnly;
  }
}

// The first row: how many test rows stand behind each recall.
TableRow support_row(const ReportData& data, const Table& table, std::size_t others) {
  TableRow row;
  while (row.cells.size() + data.classes.size() < table.columns.size())
    row.cells.push_back(text_cell(""));
  row.cells[others] = text_cell("support (test rows)");
  for (const ClassData& klass : data.classes)
    row.cells.push_back(count_cell(static_cast<std::size_t>(klass.support)));
  return row;
}

TableRow cell_row(const ReportData& data, const CellData& cell,
                  const std::vector<std::string>& others, const std::vector<std::string>& losses) {
  TableRow row;
  for (const std::string& value : values_of(cell, others)) row.cells.push_back(text_cell(value));
  row.cells.push_back(text_cell(loss_text(data, cell, losses)));
  TableCell n = count_cell(cell.done());
  if (!cell.complete()) n.text += "/" + std::to_string(cell.runs.size());
  row.cells.push_back(n);
  const stats::Summary summary = stats::summarise(cell.values(data.primary_metric()));
  row.cells.push_back(percent_cell(summary.mean));
  row.cells.push_back(percent_cell(summary.sd));
  const TwoWayMetric* both = cell.two_way_of(data.primary_metric());
  row.cells.push_back(percent_interval_cell(both ? std::optional(both->t95) : std::nullopt));
  if (has_minority_recall(data)) {
    row.cells.push_back(percent_cell(stats::summarise(cell.values("minority_recall")).mean));
    if (const TwoWayMetric* minority = cell.two_way_of("minority_recall")) {
      row.cells.back().interval = minority->t95;
      row.cells.back().text += beside_score(minority->t95);
    }
  }
  const std::string score_prefix(class_score(data.task).prefix);
  for (const ClassData& klass : data.classes) {
    const std::string metric = score_prefix + klass.name;
    row.cells.push_back(percent_cell(stats::summarise(cell.values(metric)).mean, 1));
    // A rare class's interval would not be symmetric: it has a table of its own.
    if (const TwoWayMetric* own = cell.two_way_of(metric); own && !klass.rare())
      row.cells.back().interval = own->t95;
  }
  return row;
}

// "ldam: defer_epochs 5, defer_to drw": what the losses of the table take, once for each.
std::vector<std::string> loss_settings(const ReportData& data) {
  std::vector<std::string> texts;
  for (const CellData& cell : data.cells)
    if (!cell.loss.empty() && std::find(texts.begin(), texts.end(), cell.loss) == texts.end())
      texts.push_back(cell.loss);
  return texts;
}

void add_loss_notes(const ReportData& data, Table& table) {
  table.notes.push_back(
      {"",
       "Means over seeds that finished, of the selected epoch; sd over seeds only. Intervals and "
       "±: "
       "95 %, two-way variance of influence values over seeds and test rows; those of single "
       "classes are in the CSV file and in the table of classes."});
  if (const auto narrow = too_narrow_note(data)) table.notes.push_back({"", *narrow});
  if (const auto unequal = unequal_training_note(data)) table.notes.push_back({"", *unequal});
  if (!rare_classes(data).empty())
    table.notes.push_back(
        {kDagger, fmt::format("Fewer than {} test rows: one row more or less moves this recall by "
                              "more than {} points.",
                              kRareSupport, 100 / kRareSupport)});
  if (std::any_of(data.classes.begin(), data.classes.end(),
                  [&](const ClassData& klass) { return !is_shown(data, klass); }))
    table.notes.push_back(
        {"", any_shown(data) ? "Shown are minority and rare classes; the CSV file has all of them."
                             : "The CSV file has every class."});
  for (const std::string& settings : loss_settings(data)) table.notes.push_back({"", settings});
  if (!has_minority_recall(data) || data.minority_classes.empty()) return;
  std::string classes;
  for (const std::string& name : data.minority_classes)
    classes += (classes.empty() ? "" : "; ") + name;
  table.notes.push_back({"", "Minority recall: mean recall over " + classes + "."});
}

}  // namespace

std::optional<Table> losses_table(const ReportData& data) {
  const std::vector<std::string> losses = varying(data, is_loss);
  if (losses.empty() || data.classes.empty()) return std::nullopt;
  const std::vector<std::string> others =
      varying(data, [](const std::string& path) { return !is_loss(path); });
  Table table;
  table.name = "losses";
  table.title = "Losses: " + metric_title(data.primary_metric());
  if (any_shown(data))
    table.title += fmt::format(" and {} of {}", class_score(data.task).title,
                               plural(class_score(data.task).what));
  add_columns(data, others, table);
  if (any_shown(data)) table.rows.push_back(support_row(data, table, others.size()));
  const std::vector<const CellData*> cells = ordered_cells(data, others);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    table.rows.push_back(cell_row(data, *cells[i], others, losses));
    table.rows.back().rule_before =
        i == 0 || values_of(*cells[i], others) != values_of(*cells[i - 1], others);
  }
  add_loss_notes(data, table);
  return table;
}

}  // namespace ratbench::reports
