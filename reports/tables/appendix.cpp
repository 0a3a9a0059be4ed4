#include <fmt/format.h>

#include <algorithm>

#include "reports/leading_metric.hpp"
#include "reports/tables/cautions.hpp"
#include "reports/tables/tables.hpp"
#include "src/base/random.hpp"
#include "src/stats/aggregate.hpp"
#include "src/stats/paired.hpp"
#include "src/stats/stochastic_order.hpp"

namespace ratbench::reports {
namespace {

constexpr std::size_t kReplicates = 1000;
// Beyond this many pairs the exact distribution takes long and the normal one is as good.
constexpr std::size_t kMostExact = 50;

std::vector<Column> columns() {
  std::vector<Column> made = {
      {.title = "cell", .unit = "", .key = "cell"},
      {.title = "n", .unit = "", .key = "n"},
      {.title = "median", .unit = "%", .key = "median"},
      {.title = "interquartile mean", .unit = "%", .key = "interquartile_mean"},
      {.title = "difference", .unit = "points", .key = "difference"},
      {.title = "95 % interval", .unit = "seeds and rows", .key = "difference_two_way95"},
      {.title = "p", .unit = "Holm", .key = "p_holm"},
      {.title = "P(higher)", .unit = "", .key = "probability_of_improvement"},
      {.title = "stochastic order", .unit = "eps", .key = "stochastic_order_eps"},
      {.title = "Wilcoxon", .unit = "p", .key = "wilcoxon_p"},
      {.title = "McNemar", .unit = "seeds", .key = "mcnemar_seeds"},
      {.title = "seed share", .unit = "%", .key = "variance_share_seed"},
      {.title = "row share", .unit = "%", .key = "variance_share_row"},
      {.title = "residual share", .unit = "%", .key = "variance_share_residual"}};
  for (Column& column : made) column.csv = CsvForm::kNumber;
  made[0].align = Align::kLeft;
  for (const std::size_t text : {0U, 10U}) made[text].csv = CsvForm::kText;
  made[5].csv = CsvForm::kInterval;
  return made;
}

// Scores of the seeds that both cells finished, in seed order.
struct Paired {
  std::vector<double> cell, baseline;
};

Paired common(const CellData& cell, const CellData& baseline, const std::string& metric) {
  Paired out;
  const auto own = cell.scores.find(metric);
  const auto theirs = baseline.scores.find(metric);
  if (own == cell.scores.end() || theirs == baseline.scores.end()) return out;
  auto at = theirs->second.begin();
  for (const SeedScore& score : own->second) {
    while (at != theirs->second.end() && at->seed < score.seed) ++at;
    if (at == theirs->second.end() || at->seed != score.seed) continue;
    out.cell.push_back(score.value);
    out.baseline.push_back(at->value);
  }
  return out;
}

std::optional<double> wilcoxon_p(const Paired& paired) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < paired.cell.size(); ++i)
    differences.push_back(paired.cell[i] - paired.baseline[i]);
  if (differences.empty()) return std::nullopt;
  using stats::Alternative, stats::WilcoxonMethod, stats::Zeros;
  std::optional<stats::SignedRank> test;
  if (differences.size() <= kMostExact)
    test =
        stats::wilcoxon(differences, Zeros::kPratt, Alternative::kTwoSided, WilcoxonMethod::kExact);
  if (!test)
    test = stats::wilcoxon(differences, Zeros::kPratt, Alternative::kTwoSided,
                           WilcoxonMethod::kNormalCorrected);
  return test ? std::optional(test->p) : std::nullopt;
}

std::vector<double> draws(std::size_t size, std::uint32_t lane) {
  const RandomStream stream(0, Purpose::kBootstrap);
  std::vector<double> values(kReplicates * size);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = stream.uniform(lane, i);
  return values;
}

TableCell ratio_cell(std::optional<double> value) {
  if (!value) return dash_cell();
  return {.text = fmt::format("{:.2f}", *value), .number = value, .interval = {}};
}

TableCell mcnemar_cell(const PairedDifference& difference) {
  const auto below = std::count_if(difference.mcnemar_p.begin(), difference.mcnemar_p.end(),
                                   [](double p) { return p < 0.05; });
  return text_cell(fmt::format("{} of {}", below, difference.mcnemar_p.size()));
}

void add_comparison(const CellData& cell, const CellData& baseline, const std::string& metric,
                    TableRow& row) {
  const auto& difference = cell.against_baseline;
  row.cells.push_back(points_cell(difference ? std::optional(difference->estimate) : std::nullopt));
  row.cells.push_back(
      points_interval_cell(difference ? std::optional(difference->t95) : std::nullopt));
  row.cells.push_back(p_cell(difference ? std::optional(difference->p_holm) : std::nullopt));
  const std::vector<double> a = cell.values(metric), b = baseline.values(metric);
  if (a.empty() || b.empty()) {
    row.cells.push_back(dash_cell());
    row.cells.push_back(dash_cell());
  } else {
    row.cells.push_back(
        ratio_cell(stats::probability_of_improvement({a.size(), 1, a}, {b.size(), 1, b})));
    row.cells.push_back(a.size() < 2 || b.size() < 2
                            ? dash_cell()
                            : ratio_cell(stats::almost_stochastic_order(a, b, draws(a.size(), 0),
                                                                        draws(b.size(), 1))
                                             .eps_min(0.95)));
  }
  row.cells.push_back(p_cell(wilcoxon_p(common(cell, baseline, metric))));
  row.cells.push_back(difference ? mcnemar_cell(*difference) : dash_cell());
}

TableRow appendix_row(const ReportData& data, const CellData& cell) {
  const std::string& metric = data.leading_metric(cell);
  const CellData& baseline = data.cells[cell.baseline];
  const stats::Summary summary = stats::summarise(cell.values(metric));
  TableRow row;
  row.cells.push_back(text_cell(cell.label));
  row.cells.push_back(count_cell(cell.done()));
  row.cells.push_back(percent_cell(summary.median));
  row.cells.push_back(percent_cell(summary.iqm));
  if (&cell == &baseline) {
    row.cells.front().mark = kDagger;
    for (int i = 0; i < 7; ++i) row.cells.push_back(dash_cell());
  } else {
    add_comparison(cell, baseline, metric, row);
  }
  const TwoWayMetric* found = cell.two_way_of(metric);
  for (const double TwoWayMetric::*share :
       {&TwoWayMetric::seed_share, &TwoWayMetric::row_share, &TwoWayMetric::residual_share})
    row.cells.push_back(percent_cell(found ? std::optional(found->*share) : std::nullopt, 0));
  return row;
}

std::vector<TableNote> notes(const ReportData& data) {
  const std::size_t compared = static_cast<std::size_t>(
      std::count_if(data.cells.begin(), data.cells.end(),
                    [](const CellData& cell) { return cell.against_baseline.has_value(); }));
  return {
      {"", "Nothing here decides anything: the verdicts on the claims do." +
               leading_metrics_text(data)},
      {kDagger, several_baselines(data)
                    ? "Baseline: cells are compared with the one of the same test rows."
                    : fmt::format("Baseline ({}): every comparison is with this cell.",
                                  data.cells[data.baseline].label)},
      {"", fmt::format("Difference: paired by seed and test row; 95 % two-way t interval that "
                       "counts seeds and test rows; p two-sided, Holm-corrected over {} cell{}. "
                       "Rare classes are not looked after here.",
                       compared, compared == 1 ? "" : "s")},
      {"",
       "P(higher): chance that a run of this cell scores above a run of the baseline, ties "
       "one half. Stochastic order: upper 95 % bound of the violation ratio (almost "
       "stochastic order, 1,000 bootstrap replicates, not corrected for the number of cells); "
       "below 0.5 this cell is better than the baseline, 0 is dominance. Both compare runs on "
       "these same test rows."},
      {"",
       "Wilcoxon: signed ranks over seeds, two-sided, not corrected; exact up to 50 seeds whose "
       "differences are neither tied nor zero, else normal approximation. McNemar: seeds whose two "
       "runs differ in "
       "right rows at mid-p < 0.05, not corrected."},
      {"",
       "Shares: of the variance of the cell's mean, what comes from seeds, from test rows, and "
       "from both together (residual). More seeds make the mean surer in the first and the last "
       "only; what test rows contribute stays."},
      {"", "Interquartile mean: a quarter of the seeds, rounded down, dropped at either end."}};
}

}  // namespace

std::optional<Table> appendix_table(const ReportData& data) {
  Table table;
  table.name = "appendix";
  table.title = "Appendix: further statistics of " + score_name(data).title;
  table.columns = columns();
  for (const CellData* cell : data.listed()) table.rows.push_back(appendix_row(data, *cell));
  table.notes = notes(data);
  return table;
}

}  // namespace ratbench::reports
