#include <fmt/format.h>

#include <algorithm>

#include "reports/tables/tables.hpp"

namespace ratbench::reports {
namespace {

Column column(std::string title, std::string unit, std::string key, CsvForm csv) {
  return {.title = std::move(title), .unit = std::move(unit), .key = std::move(key), .csv = csv};
}

Column text_column(std::string title, std::string key, Shown shown = Shown::kEverywhere) {
  Column made{.title = std::move(title), .unit = "", .key = std::move(key)};
  made.align = Align::kLeft;
  made.shown = shown;
  return made;
}

std::vector<Column> claim_columns() {
  std::vector<Column> made = {
      text_column("claim", "claim"),
      text_column("verdict", "verdict"),
      text_column("asks for", "asks_for"),
      column("estimate", "points", "estimate", CsvForm::kNumber),
      column("95 % interval", "points", "ci95", CsvForm::kInterval),
      column("adjusted interval", "points", "ci_adjusted", CsvForm::kInterval),
      column("adjusted p", "Holm", "p_adjusted", CsvForm::kNumber),
      column("seeds", "", "seeds", CsvForm::kNumber),
      column("detectable", "points", "minimum_detectable_effect", CsvForm::kNumber),
      column("fragile rows", "", "fragility_rows", CsvForm::kText),
      column("bootstrap interval", "95 %", "bootstrap95", CsvForm::kInterval)};
  Column p = column("p", "", "p", CsvForm::kNumber);
  Column alpha = column("alpha", "", "alpha", CsvForm::kNumber);
  for (Column* only : {&p, &alpha}) {
    only->shown = Shown::kCsvOnly;
    made.push_back(*only);
  }
  for (const char* key : {"kind", "metric", "primary", "interval_method", "scope", "reason",
                          "sentence", "notes", "runs"})
    made.push_back(text_column(key, key, Shown::kCsvOnly));
  return made;
}

// Ratios are shown as they are, differences in points; CSV has fractions and ratios alike.
TableCell amount(const ClaimData& claim, const std::optional<double>& value, bool is_signed) {
  if (!value) return dash_cell();
  TableCell cell = points_cell(value);
  if (claim.is_ratio()) {
    cell.text = fmt::format("{:.3f}×", *value);
  } else if (!is_signed) {
    // No difference of two scores is as large.
    cell.text = *value > 1 ? "> 100" : fmt::format("{:.2f}", 100 * *value);
  }
  return cell;
}

TableCell interval_of(const ClaimData& claim, const std::optional<stats::Interval>& interval) {
  TableCell cell = points_interval_cell(interval);
  if (interval && claim.is_ratio())
    cell.text = fmt::format("[{:.3f}×, {:.3f}×]", interval->low, interval->high);
  return cell;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : " ") + text;
  return out;
}

std::string arms_text(const std::vector<ArmData>& arms) {
  std::string text;
  for (const ArmData& arm : arms)
    text += (text.empty() ? "Arms: " : "; ") + arm.name + ": " + arm.where;
  return text +
         ". A factor that an arm does not name has the value of the file's base; where the "
         "grid varies it, the arm is the mean over its levels.";
}

TableRow claim_row(const ClaimData& claim) {
  TableRow row;
  row.cells.push_back(text_cell(claim.name));
  if (claim.primary) row.cells.back().mark = "*";
  row.cells.push_back(text_cell(verdict_text(claim)));
  const std::string asked = asked_for(claim);
  row.cells.push_back(asked.empty() ? dash_cell() : text_cell(asked));
  row.cells.push_back(amount(claim, claim.estimate, true));
  row.cells.push_back(interval_of(claim, claim.ci95));
  row.cells.push_back(interval_of(claim, claim.ci_adjusted));
  if (claim.two_one_sided()) row.cells.back().mark = kDagger;
  row.cells.push_back(p_cell(claim.p_adjusted));
  row.cells.push_back(claim.is_ratio() ? dash_cell() : count_cell(claim.seeds));
  row.cells.push_back(amount(claim, claim.minimum_detectable_effect, false));
  row.cells.push_back(claim.fragility_dropped.empty() ? dash_cell()
                                                      : text_cell(claim.fragility_dropped));
  row.cells.push_back(interval_of(claim, claim.bootstrap));
  row.cells.push_back(p_cell(claim.p));
  row.cells.push_back(p_cell(claim.alpha));
  for (const std::string& text :
       {claim.kind, claim.metric, std::string(claim.primary ? "yes" : "no"), claim.interval_method,
        claim.scope, claim.reason, claim.sentence, joined(claim.notes),
        std::to_string(claim.run_keys.size())})
    row.cells.push_back(text_cell(text));
  return row;
}

}  // namespace

std::optional<Table> claims_table(const ReportData& data) {
  if (data.claims.empty()) return std::nullopt;
  Table table;
  table.name = "claims";
  table.title = "Claims and their verdicts";
  table.columns = claim_columns();
  for (const ClaimData& claim : data.claims) table.rows.push_back(claim_row(claim));
  if (!data.arms.empty()) table.notes.push_back({"", arms_text(data.arms)});
  for (const std::string& sentence : claim_methods(data.claims))
    table.notes.push_back({"", sentence});
  if (std::any_of(data.claims.begin(), data.claims.end(),
                  [](const ClaimData& claim) { return claim.two_one_sided(); }))
    table.notes.push_back(
        {kDagger,
         "At 1 - 2 alpha: two one-sided tests, each at error alpha, show the claim where "
         "this interval lies within the margin."});
  table.notes.push_back(
      {"",
       "Points: hundredths of the metric, signed towards the first arm. A claim of several "
       "comparisons shows the weakest one."});
  table.notes.push_back(
      {"",
       "Detectable: the smallest true distance from what is asked for that these seeds and "
       "test rows would show in 8 of 10 such experiments (power 0.8 at alpha); of claims that "
       "arms are equal the smallest margin that they would show where nothing differs."});
  table.notes.push_back({"", "Fragile rows (dropped): " + fragility_meaning(data.claims)});
  if (std::any_of(data.claims.begin(), data.claims.end(),
                  [](const ClaimData& claim) { return claim.bootstrap.has_value(); }))
    table.notes.push_back(
        {"",
         "Bootstrap interval: percentiles over seeds and test rows drawn anew together, 95 %, "
         "not corrected; it decides nothing." +
             std::string(rare_classes(data).empty()
                             ? ""
                             : " Where it is far wider than the 95 % interval, draws without any "
                               "row of a class with few test rows make it so: the class counts 0 "
                               "in them.")});
  return table;
}

Table claim_runs_table(const ReportData& data) {
  Table table;
  table.name = "claim_runs";
  table.title = "Runs behind every verdict";
  for (const char* key : {"claim", "run_key"})
    table.columns.push_back({.title = key, .unit = "", .key = key});
  for (const ClaimData& claim : data.claims)
    for (const std::string& key : claim.run_keys)
      table.rows.push_back({{text_cell(claim.name), text_cell(key)}});
  return table;
}

}  // namespace ratbench::reports
