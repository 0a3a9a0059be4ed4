#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "reports/tables/tables.hpp"

namespace ratbench::reports {
namespace {

constexpr std::array<const char*, 6> kStepPhases = {"data",     "forward",   "attack",
                                                    "backward", "optimiser", "other"};

Column cost_column(std::string title, std::string unit, std::string key,
                   CsvForm csv = CsvForm::kNumber) {
  return {.title = std::move(title), .unit = std::move(unit), .key = std::move(key), .csv = csv};
}

Column cost_text_column(std::string title, std::string key, Shown shown = Shown::kEverywhere) {
  Column made{.title = std::move(title), .unit = "", .key = std::move(key)};
  made.align = Align::kLeft;
  made.shown = shown;
  return made;
}

TableCell number_cell(const std::optional<double>& value, const char* pattern, double scale = 1) {
  if (!value) return dash_cell();
  TableCell cell = text_cell(fmt::format(fmt::runtime(pattern), scale * *value));
  cell.number = value;
  return cell;
}

TableCell ratio_interval_cell(const std::optional<stats::Interval>& interval) {
  if (!interval) return dash_cell();
  TableCell cell = text_cell(fmt::format("[{:.3f}, {:.3f}]", interval->low, interval->high));
  cell.interval = interval;
  return cell;
}

// Of identical arms, else "".
std::string aa_word(const CostLine& line) {
  const auto agreement = line.agreement();
  return agreement ? stats::text_of(*agreement) : "";
}

// The interval that judges identical arms, with what it says; CSV has it of all lines.
TableCell aa_cell(const CostLine& line) {
  TableCell cell = ratio_interval_cell(line.ci999);
  cell.text = line.agreement() ? fmt::format("{} {}", cell.text, aa_word(line)) : kDash;
  return cell;
}

std::vector<std::string> parts_of(const std::string& device) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= device.size();) {
    const std::size_t end = std::min(device.find(", ", begin), device.size());
    parts.push_back(device.substr(begin, end - begin));
    begin = end + 2;
  }
  return parts;
}

// What tells each measurement's device from the others, "product routine mkl": without the parts
// with which all begin and end. "" of a single one.
std::vector<std::string> distinct_devices(const std::vector<CostMeasurement>& costs) {
  std::vector<std::vector<std::string>> all;
  for (const CostMeasurement& m : costs) all.push_back(parts_of(m.device));
  const auto drop_common = [&] {
    while (std::ranges::all_of(all, [&](const auto& parts) {
      return !parts.empty() && parts.front() == all.front().front();
    }))
      for (auto& parts : all) parts.erase(parts.begin());
  };
  for (int end = 0; end < 2 && all.size() > 1; ++end) {
    drop_common();
    for (auto& parts : all) std::ranges::reverse(parts);
  }
  std::vector<std::string> texts;
  for (const auto& parts : all)
    texts.push_back(all.size() > 1 ? fmt::format("{}", fmt::join(parts, ", ")) : "");
  return texts;
}

// Where rows of several measurements stand in one table, each says which it is of; CSV names the
// whole device. `measurements`: of every row.
void add_distinct_devices(const ReportData& data, const std::vector<std::size_t>& measurements,
                          Table& table) {
  if (data.costs.size() < 2) return;
  const std::vector<std::string> devices = distinct_devices(data.costs);
  table.columns.insert(table.columns.begin() + 1,
                       cost_text_column("measured on", "measured_on", Shown::kNotInCsv));
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    std::vector<TableCell>& cells = table.rows[i].cells;
    cells.insert(cells.begin() + 1, text_cell(devices[measurements[i]]));
  }
}

std::string statement(const CostLine& line) {
  std::string text = fmt::format("{} / {}", line.arm, line.baseline);
  if (!line.above.empty())
    text = fmt::format("({0} - {2}) / ({1} - {2})", line.arm, line.baseline, line.above);
  return line.is_aa ? text + " (A/A)" : text;
}

// Conditions of every measurement, below the table.
void add_conditions(const ReportData& data, Table& table) {
  for (const CostMeasurement& m : data.costs) {
    std::string text = fmt::format("Measured {} on {}", m.measured_at, m.device);
    if (!m.pinning.empty()) text += ", " + m.pinning;
    text += m.stopped_by == "half_width" ? "; ended when every interval was narrow enough"
                                         : "; ended when its time was up";
    if (m.largest_load)
      text +=
          fmt::format("; load of the machine at most {:.1f} (its own task is 1)", *m.largest_load);
    if (!m.energy_source.empty()) text += "; energy: " + m.energy_source;
    text += ".";
    if (!m.problem.empty()) text += " Unusable: " + m.problem + ".";
    table.notes.push_back({"", text});
  }
}

// Each arm once per measurement, a baseline and its second copy too.
std::vector<const CostLine*> arms_of(const CostMeasurement& measurement) {
  std::vector<const CostLine*> arms;
  for (const CostLine& line : measurement.lines)
    if (std::none_of(arms.begin(), arms.end(), [&](const CostLine* other) {
          return other->arm == line.arm && other->is_aa == line.is_aa;
        }))
      arms.push_back(&line);
  return arms;
}

// One sentence per cost model.
void add_models(const ReportData& data, Table& table) {
  for (const CostMeasurement& m : data.costs) {
    std::set<std::string> told;
    for (const CostLine& line : m.lines)
      if ((line.is_baseline() || line.is_aa) && !line.model.empty() &&
          told.insert(line.baseline).second)
        table.notes.push_back(
            {"", fmt::format("Model of the arms over {}{}: step = {}.", line.baseline,
                             data.costs.size() > 1 ? " on " + m.device : "", line.model)});
  }
}

TableRow step_row(const CostMeasurement& measurement, const CostLine& line) {
  TableRow row;
  row.cells.push_back(text_cell(line.is_aa ? line.arm + " (A/A)" : line.arm));
  row.cells.push_back(number_cell(line.step_s, "{:.4f}", 1e3));
  row.cells.push_back(number_cell(line.samples_per_s, "{:.0f}"));
  for (const char* phase : kStepPhases) {
    const auto found = line.phase_s.find(phase);
    row.cells.push_back(found == line.phase_s.end() ? dash_cell()
                                                    : number_cell(found->second, "{:.4f}", 1e3));
  }
  row.cells.push_back(number_cell(line.mean_step_s, "{:.4f}", 1e3));
  row.cells.push_back(number_cell(line.model_step_s, "{:.4f}", 1e3));
  std::optional<double> residual;
  if (line.model_step_s && line.mean_step_s) residual = *line.model_step_s / *line.mean_step_s - 1;
  row.cells.push_back(number_cell(residual, "{:+.1f}", 100));
  row.cells.push_back(number_cell(line.padding_share, "{:.1f}", 100));
  row.cells.push_back(number_cell(line.peak_memory_bytes, "{:.0f}", 1.0 / 1048576));
  row.cells.push_back(number_cell(line.energy_j, "{:.3f}", 1e3));
  row.cells.push_back(number_cell(line.forward_passes, "{}"));
  row.cells.push_back(number_cell(line.backward_passes, "{}"));
  row.cells.push_back(text_cell(measurement.device));
  return row;
}

std::vector<Column> step_columns() {
  std::vector<Column> columns = {cost_text_column("arm", "arm"),
                                 cost_column("step", "ms", "step_s"),
                                 cost_column("samples", "1/s", "samples_per_s")};
  for (const char* phase : kStepPhases)
    columns.push_back(cost_column(phase, "ms", std::string(phase) + "_s"));
  columns.push_back(cost_column("mean step", "ms", "mean_step_s"));
  columns.push_back(cost_column("model", "ms", "model_step_s"));
  columns.push_back(cost_column("residual", "%", "model_residual"));
  columns.push_back(cost_column("padding", "%", "padding_share"));
  columns.push_back(cost_column("memory", "MiB", "peak_memory_bytes"));
  columns.push_back(cost_column("energy", "mJ", "energy_j"));
  for (const char* key : {"forward_passes", "backward_passes"}) {
    columns.push_back(cost_column(key, "", key));
    columns.back().shown = Shown::kCsvOnly;
  }
  columns.push_back(cost_text_column("device", "device", Shown::kCsvOnly));
  return columns;
}

}  // namespace

std::optional<Table> cost_table(const ReportData& data) {
  if (data.costs.empty()) return std::nullopt;
  Table table;
  table.name = "cost";
  table.title = "Measured time of a training step";
  table.columns = {cost_text_column("time", "time"),
                   cost_column("ratio", "", "ratio"),
                   cost_column("95 % interval", "", "ratio_ci95", CsvForm::kInterval),
                   cost_column("A/A by the 99.9 % interval", "", "ratio_ci999", CsvForm::kInterval),
                   cost_text_column("A/A", "aa", Shown::kCsvOnly),
                   cost_column("of counted passes", "", "theoretical_ratio"),
                   cost_column("of attacks", "", "attacks_ratio"),
                   cost_column("rounds", "", "rounds"),
                   cost_column("disturbed", "blocks", "disturbed_blocks"),
                   cost_text_column("device", "device", Shown::kCsvOnly),
                   cost_text_column("problem", "problem", Shown::kCsvOnly)};
  std::vector<std::size_t> measurements;
  for (std::size_t i = 0; i < data.costs.size(); ++i) {
    const CostMeasurement& m = data.costs[i];
    for (const CostLine& line : m.lines) {
      if (line.is_baseline()) continue;
      TableRow row;
      row.cells = {text_cell(statement(line)),
                   number_cell(line.ratio, "{:.3f}"),
                   ratio_interval_cell(line.ci95),
                   aa_cell(line),
                   text_cell(aa_word(line)),
                   number_cell(line.theoretical_ratio, "{:.3f}"),
                   number_cell(line.attacks_ratio, "{:.3f}"),
                   count_cell(line.rounds),
                   count_cell(line.disturbed_blocks),
                   text_cell(m.device),
                   text_cell(m.problem)};
      row.rule_before = !measurements.empty() && measurements.back() != i;
      measurements.push_back(i);
      table.rows.push_back(std::move(row));
    }
  }
  add_distinct_devices(data, measurements, table);
  table.notes.push_back(
      {"",
       "Ratios of wall-clock times of interleaved blocks, 95 % t interval over rounds, beside what "
       "counted passes and counted attacks alone would give. A/A: the baseline against its own "
       "second copy, the same computation; agrees where its 99.9 % interval holds 1, too noisy "
       "where the 95 % one is wider than 20 % to either side. That the latter misses 1, as in one "
       "of 20 such comparisons by chance, does not judge it."});
  add_conditions(data, table);
  return table;
}

std::optional<Table> cost_steps_table(const ReportData& data) {
  if (data.costs.empty()) return std::nullopt;
  Table table;
  table.name = "cost_steps";
  table.title = "Where the time of a step goes";
  table.columns = step_columns();
  std::vector<std::size_t> measurements;
  for (std::size_t i = 0; i < data.costs.size(); ++i)
    for (const CostLine* line : arms_of(data.costs[i])) {
      table.rows.push_back(step_row(data.costs[i], *line));
      table.rows.back().rule_before = !measurements.empty() && measurements.back() != i;
      measurements.push_back(i);
    }
  add_distinct_devices(data, measurements, table);
  table.notes.push_back(
      {"",
       "Step: median of undisturbed blocks; its parts from separate profiled blocks. Mean step: "
       "of undisturbed blocks. Model: time by a constant and a price per counted pass, fitted to "
       "the mean steps of all arms with the same baseline; residual: model over mean, less 1. "
       "Memory: largest sum of the arm's own tensors (of builds before 2026-11-23: resident size "
       "of "
       "the worker with all arms loaded). Energy: of the whole package or GPU, not of the step "
       "alone. A dash: "
       "not available."});
  add_models(data, table);
  return table;
}

}  // namespace ratbench::reports
