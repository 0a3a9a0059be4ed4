#include "src/stats/contrast_scan.hpp"

#include <algorithm>
#include <numeric>

#include "src/base/check.hpp"
#include "src/stats/row_kinds.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::stats {

ContrastScan::ContrastScan(const PredictionTable& table, const MetricFunction& metric,
                           const Contrast& contrast)
    : table_(table), metric_(metric), contrast_(contrast) {
  RB_CHECK_EQ(contrast.coefficients.size(), table.cells);
  for (std::size_t cell = 0; cell < table.cells; ++cell)
    if (contrast.coefficients[cell] != 0) cells_.push_back(cell);
  for (std::size_t i = 0; i < table.labels.size(); ++i) add_pattern(i);
  const std::size_t classes = table.classes;
  common_ = {std::vector<double>(classes), std::vector<double>(classes),
             std::vector<double>(classes), 0};
  counts_.assign(cells_.size() * table.seeds, common_);
  slopes_.resize(counts_.size());
  tp_slopes_.resize(counts_.size() * classes);
  predicted_slopes_.resize(counts_.size() * classes);
  for (auto* sums : {&by_label_, &by_answer_, &by_hit_}) sums->resize(table.seeds * classes);
  by_row_.resize(table.seeds);
  deviations_.resize(table.seeds);
}

// The smallest of several equally common ones.
std::int32_t ContrastScan::commonest_answer(std::size_t pattern) {
  answers_.clear();
  for (const std::size_t cell : cells_)
    for (std::size_t seed = 0; seed < table_.seeds; ++seed)
      answers_.push_back(table_.run(cell, seed)[pattern]);
  std::sort(answers_.begin(), answers_.end());
  std::int32_t commonest = 0;
  std::ptrdiff_t most = 0;
  for (auto at = answers_.begin(); at != answers_.end();) {
    const auto next = std::upper_bound(at, answers_.end(), *at);
    if (next - at > most) {
      most = next - at;
      commonest = *at;
    }
    at = next;
  }
  return commonest;
}

void ContrastScan::add_pattern(std::size_t pattern) {
  Pattern made;
  made.label = table_.labels[pattern];
  made.commonest = commonest_answer(pattern);
  made.begin = departures_.size();
  std::uint32_t run = 0;
  for (const std::size_t cell : cells_)
    for (std::size_t seed = 0; seed < table_.seeds; ++seed, ++run) {
      const std::int32_t predicted = table_.run(cell, seed)[pattern];
      if (predicted != made.commonest)
        departures_.push_back(
            {run, static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(predicted)});
    }
  made.end = departures_.size();
  patterns_.push_back(made);
}

// Lists the rows that count and returns their number.
double ContrastScan::gather(const ChangedRows& changed) {
  RB_CHECK_EQ(changed.weights.size(), patterns_.size());
  // Counts have no other class to be given.
  RB_CHECK(table_.book == nullptr || changed.relabelled.empty());
  rows_.clear();
  double rows = 0;
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    if (changed.weights[i] <= 0) continue;
    const Pattern& pattern = patterns_[i];
    rows_.push_back({&pattern, static_cast<std::size_t>(pattern.label), changed.weights[i]});
    rows += changed.weights[i];
  }
  for (const Relabelled& one : changed.relabelled) {
    rows_.push_back({&patterns_[one.pattern], static_cast<std::size_t>(one.label), 1});
    rows += 1;
  }
  return rows;
}

template <typename Rows>
void ContrastScan::count_rows(const Rows& kind) {
  for (const Row& row : rows_) {
    const auto commonest = static_cast<std::size_t>(row.pattern->commonest);
    for (std::size_t d = row.pattern->begin; d < row.pattern->end; ++d) {
      ClassCounts& counts = counts_[departures_[d].run];
      kind.add_answer(counts, row.label, commonest, -row.weight);
      kind.add_answer(counts, row.label, departures_[d].predicted, row.weight);
    }
  }
}

// Counts of every run whose seed has a weight.
void ContrastScan::count(std::span<const double> seed_weights) {
  for (auto* part : {&common_.tp, &common_.support, &common_.predicted})
    std::fill(part->begin(), part->end(), 0);
  common_.rows = 0;
  const auto add_common = [&](const auto& kind) {
    for (const Row& row : rows_) {
      kind.add_truth(common_, row.label, row.weight);
      kind.add_answer(common_, row.label, static_cast<std::size_t>(row.pattern->commonest),
                      row.weight);
    }
  };
  table_.book ? add_common(Entries{*table_.book}) : add_common(OneClass{});
  for (std::size_t run = 0; run < counts_.size(); ++run)
    if (seed_weights[run % table_.seeds] > 0) counts_[run] = common_;
  table_.book ? count_rows(Entries{*table_.book}) : count_rows(OneClass{});
}

double ContrastScan::estimate(std::span<const double> weights,
                              std::span<const double> seed_weights) {
  RB_CHECK_EQ(seed_weights.size(), table_.seeds);
  gather({weights, {}});
  count(seed_weights);
  double sum = 0;
  for (std::size_t run = 0; run < counts_.size(); ++run) {
    const double times = seed_weights[run % table_.seeds];
    if (times <= 0) continue;
    metric_partials(metric_, counts_[run], slopes_[run]);
    sum += times * contrast_.coefficients[cells_[run / table_.seeds]] * slopes_[run].value;
  }
  const double seeds = std::accumulate(seed_weights.begin(), seed_weights.end(), 0.0);
  RB_CHECK_GT(seeds, 0.0);
  return contrast_.constant + sum / seeds;
}

// Slopes of every run, times coefficient and number of rows, and their sums over cells.
void ContrastScan::differentiate(double rows) {
  const std::size_t classes = table_.classes;
  for (auto* sums : {&by_label_, &by_answer_, &by_hit_, &by_row_})
    std::fill(sums->begin(), sums->end(), 0);
  for (std::size_t run = 0; run < counts_.size(); ++run) {
    const double scale = rows * contrast_.coefficients[cells_[run / table_.seeds]];
    MetricPartials& slope = slopes_[run];
    metric_partials(metric_, counts_[run], slope);
    const std::size_t at = run % table_.seeds * classes;
    by_row_[run % table_.seeds] += scale * slope.rows;
    // Of one class a row, that of the number of rows belongs to its label.
    const double rows_slope = table_.book ? 0 : scale * slope.rows;
    for (std::size_t k = 0; k < classes; ++k) {
      tp_slopes_[run * classes + k] = scale * slope.tp[k];
      predicted_slopes_[run * classes + k] = scale * slope.predicted[k];
      by_label_[at + k] += scale * slope.support[k] + rows_slope;
      by_answer_[at + k] += scale * slope.predicted[k];
      by_hit_[at + k] += scale * slope.tp[k];
    }
  }
}

template <typename Rows>
void ContrastScan::fill_deviations_of(const Rows& kind, const Row& row) {
  const std::size_t classes = table_.classes;
  const auto commonest = static_cast<std::size_t>(row.pattern->commonest);
  for (std::size_t s = 0; s < table_.seeds; ++s)
    deviations_[s] =
        kind.truth_slope(&by_label_[s * classes], by_row_[s], row.label) +
        kind.answer_slope(&by_answer_[s * classes], &by_hit_[s * classes], row.label, commonest);
  for (std::size_t d = row.pattern->begin; d < row.pattern->end; ++d) {
    const Departure& departure = departures_[d];
    const double* predicted = &predicted_slopes_[departure.run * classes];
    const double* tp = &tp_slopes_[departure.run * classes];
    deviations_[departure.seed] +=
        kind.answer_slope(predicted, tp, row.label, departure.predicted) -
        kind.answer_slope(predicted, tp, row.label, commonest);
  }
}

// Pseudo-value of the row less T_s, for every seed.
void ContrastScan::fill_deviations(const Row& row) {
  table_.book ? fill_deviations_of(Entries{*table_.book}, row)
              : fill_deviations_of(OneClass{}, row);
}

// The mean over rows of the deviations is 0 for every seed, so T_s is the mean over rows of the
// pseudo-values.
void ContrastScan::fill_variances(TwoWay& out, double rows) {
  const auto seeds = static_cast<double>(table_.seeds);
  double between_rows = 0;
  double residual = 0;
  for (const Row& row : rows_) {
    fill_deviations(row);
    const double row_mean = std::accumulate(deviations_.begin(), deviations_.end(), 0.0) / seeds;
    double squares = 0;
    for (const double deviation : deviations_)
      squares += (deviation - row_mean) * (deviation - row_mean);
    between_rows += row.weight * row_mean * row_mean;
    residual += row.weight * squares;
  }
  out.variance_seed = variance(out.per_seed) / seeds;
  out.variance_row = between_rows / ((rows - 1) * rows);
  out.variance_residual = residual / ((seeds - 1) * (rows - 1) * seeds * rows);
}

double ContrastScan::influence(std::size_t pattern, std::int32_t label) {
  fill_deviations({&patterns_[pattern], static_cast<std::size_t>(label), 1});
  return std::accumulate(deviations_.begin(), deviations_.end(), 0.0) /
         static_cast<double>(table_.seeds);
}

template <typename Rows>
std::vector<double> ContrastScan::estimates_without(const Rows& kind) {
  std::vector<double> out;
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    const auto label = static_cast<std::size_t>(patterns_[i].label);
    double sum = 0;
    for (std::size_t run = 0; run < counts_.size(); ++run) {
      const std::size_t cell = cells_[run / table_.seeds];
      const auto predicted = static_cast<std::size_t>(table_.run(cell, run % table_.seeds)[i]);
      ClassCounts& counts = counts_[run];
      kind.add_truth(counts, label, -1);
      kind.add_answer(counts, label, predicted, -1);
      metric_partials(metric_, counts, slopes_[run]);
      kind.add_truth(counts, label, 1);
      kind.add_answer(counts, label, predicted, 1);
      sum += contrast_.coefficients[cell] * slopes_[run].value;
    }
    out.push_back(contrast_.constant + sum / static_cast<double>(table_.seeds));
  }
  return out;
}

std::vector<double> ContrastScan::estimates_without_row() {
  gather({table_.weights, {}});
  count(std::vector<double>(table_.seeds, 1));
  return table_.book ? estimates_without(Entries{*table_.book}) : estimates_without(OneClass{});
}

std::optional<TwoWay> ContrastScan::two_way(const ChangedRows& changed) {
  const double rows = gather(changed);
  if (table_.seeds < 2 || rows < 2) return std::nullopt;
  const std::vector<double> once(table_.seeds, 1);
  count(once);
  differentiate(rows);
  TwoWay out;
  out.per_seed.assign(table_.seeds, contrast_.constant);
  for (std::size_t run = 0; run < counts_.size(); ++run)
    out.per_seed[run % table_.seeds] +=
        contrast_.coefficients[cells_[run / table_.seeds]] * slopes_[run].value;
  out.estimate = mean(out.per_seed);
  fill_variances(out, rows);
  fill_error(out, static_cast<double>(table_.seeds), rows);
  return out;
}

}  // namespace ratbench::stats
