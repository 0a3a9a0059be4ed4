#include "harness/claims/measure.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/stats/paired.hpp"

namespace ratbench::claims {
namespace {

// A point that rows or splits agree on to the last digit must still have a width.
constexpr double kLeastVariance = 1e-24;

double total(std::span<const double> weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

}  // namespace

stats::Contrast contrast_of_split(const stats::Contrast& contrast, const Split& split,
                                  std::size_t splits) {
  stats::Contrast own{{}, contrast.constant};
  for (const std::size_t place : split.cells)
    own.coefficients.push_back(contrast.coefficients[place] * static_cast<double>(splits));
  return own;
}

stats::PredictionTable all_rows(const Evidence& evidence) {
  stats::PredictionTable out;
  out.classes = evidence.class_names.size();
  out.book = evidence.splits.empty() ? evidence.table.book : evidence.splits.front().table.book;
  if (out.book) out.classes = out.book->columns();
  const auto append = [&](const stats::PredictionTable& table) {
    out.labels.insert(out.labels.end(), table.labels.begin(), table.labels.end());
    out.weights.insert(out.weights.end(), table.weights.begin(), table.weights.end());
    out.rows.insert(out.rows.end(), table.rows.begin(), table.rows.end());
  };
  if (evidence.splits.empty()) append(evidence.table);
  for (const Split& split : evidence.splits) append(split.table);
  return out;
}

double estimate_of(const Evidence& evidence, const stats::Contrast& contrast) {
  const auto of = [&](const stats::PredictionTable& table, const stats::Contrast& own) {
    return stats::contrast_estimate(table, table.weights, evidence.metric, own);
  };
  if (evidence.splits.empty()) return of(evidence.table, contrast);
  const std::size_t splits = evidence.splits.size();
  double sum = 0;
  for (const Split& split : evidence.splits)
    sum += of(split.table, contrast_of_split(contrast, split, splits));
  return sum / static_cast<double>(splits);
}

StepScans::StepScans(const Question& question, const Evidence& evidence,
                     const stats::MetricFunction& metric, SeedNoise seed_noise)
    : evidence_(evidence), seed_noise_(seed_noise) {
  for (const Step& step : question.steps) {
    scans_.emplace_back();
    if (evidence.splits.empty()) scans_.back().emplace_back(evidence.table, metric, step.contrast);
    for (const Split& split : evidence.splits)
      scans_.back().emplace_back(split.table, metric,
                                 contrast_of_split(step.contrast, split, evidence.splits.size()));
  }
}

std::optional<Measured> StepScans::over_rows(stats::ContrastScan& scan,
                                             const stats::ChangedRows& rows) const {
  const auto found = scan.two_way(rows);
  if (!found || found->se <= 0) return std::nullopt;
  if (seed_noise_ == SeedNoise::kCounted) return Measured{found->estimate, found->se, found->df};
  // What the test rows alone contribute: the row component less what seeds add to it.
  const double own = std::max(found->variance_row - found->variance_residual, kLeastVariance);
  return Measured{found->estimate, std::sqrt(own),
                  total(rows.weights) + static_cast<double>(rows.relabelled.size()) - 1};
}

// One value a split, the mean over its seeds, with the variance of Nadeau and Bengio.
std::optional<Measured> StepScans::over_splits(std::vector<stats::ContrastScan>& scans,
                                               const stats::ChangedRows& rows) const {
  std::vector<double> values;
  double test_rows = 0;
  double train_rows = 0;
  double of_seeds = 0;
  std::size_t begin = 0;
  for (std::size_t k = 0; k < scans.size(); ++k) {
    const Split& split = evidence_.splits[k];
    const auto weights = rows.weights.subspan(begin, split.table.weights.size());
    std::vector<stats::Relabelled> relabelled;
    for (const stats::Relabelled& one : rows.relabelled)
      if (one.pattern >= begin && one.pattern < begin + weights.size())
        relabelled.push_back({one.pattern - begin, one.label});
    const auto found = scans[k].two_way({weights, relabelled});
    if (!found) return std::nullopt;
    values.push_back(found->estimate);
    const auto splits = static_cast<double>(scans.size());
    test_rows += (total(weights) + static_cast<double>(relabelled.size())) / splits;
    train_rows += split.train_rows / splits;
    of_seeds += found->variance_seed / splits;
    begin += weights.size();
  }
  const auto found = stats::nadeau_bengio_t(values, train_rows, test_rows);
  if (!found) return std::nullopt;
  Measured out{found->estimate, found->se, found->df};
  if (seed_noise_ == SeedNoise::kNone) {
    const double share = 1 - of_seeds / stats::variance(values);
    out.se = std::sqrt(std::max(out.se * out.se * share, kLeastVariance));
  }
  return out;
}

std::optional<Measured> StepScans::measured(std::size_t step, const stats::ChangedRows& rows) {
  return evidence_.splits.empty() ? over_rows(scans_[step].front(), rows)
                                  : over_splits(scans_[step], rows);
}

std::vector<Measured> StepScans::at(const stats::ChangedRows& rows) {
  std::vector<Measured> steps;
  for (std::size_t k = 0; k < scans_.size(); ++k) {
    const auto found = measured(k, rows);
    if (!found) return {};
    steps.push_back(*found);
  }
  return steps;
}

std::optional<std::size_t> StepScans::without_spread(const stats::ChangedRows& rows) {
  for (std::size_t k = 0; k < scans_.size(); ++k)
    if (!measured(k, rows)) return k;
  return std::nullopt;
}

}  // namespace ratbench::claims
