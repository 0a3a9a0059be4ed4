#include "src/stats/fragility.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"

namespace ratbench::stats {
namespace {

struct Step {
  RowEdit change;
  Judgement judgement;
};

// The rows as they are, and what becomes of them.
class Rows {
 public:
  explicit Rows(const PredictionTable& table) : table_(table), weights_(table.weights) {}

  bool can(const RowEdit& change) const { return weights_[change.pattern] >= 1; }
  void apply(const RowEdit& change) {
    weights_[change.pattern] -= 1;
    if (change.label) relabelled_.push_back({change.pattern, *change.label});
  }
  void undo(const RowEdit& change) {
    weights_[change.pattern] += 1;
    if (change.label) relabelled_.pop_back();
  }
  ChangedRows view() const { return {weights_, relabelled_}; }
  // Row index of the row of `pattern` that is changed next.
  std::size_t next_row(std::size_t pattern) const {
    return table_
        .rows[pattern][table_.rows[pattern].size() - static_cast<std::size_t>(weights_[pattern])];
  }

 private:
  const PredictionTable& table_;
  std::vector<double> weights_;
  std::vector<Relabelled> relabelled_;
};

std::vector<RowEdit> all_edits(const PredictionTable& table, RowChange change) {
  std::vector<RowEdit> out;
  if (table.book && change == RowChange::kRelabel) return out;
  for (std::size_t i = 0; i < table.labels.size(); ++i) {
    if (change == RowChange::kDrop) {
      out.push_back({i, std::nullopt});
      continue;
    }
    for (std::size_t c = 0; c < table.classes; ++c)
      if (const auto label = static_cast<std::int32_t>(c); label != table.labels[i])
        out.push_back({i, label});
  }
  return out;
}

// Every candidate, nearest to another verdict first, changed ones before all.
std::vector<Step> try_each(const Judge& judge, Rows& rows, std::span<const RowEdit> candidates,
                           int unchanged) {
  std::vector<Step> steps;
  for (const RowEdit& change : candidates) {
    if (!rows.can(change)) continue;
    rows.apply(change);
    steps.push_back({change, judge(rows.view())});
    rows.undo(change);
  }
  std::stable_sort(steps.begin(), steps.end(), [&](const Step& a, const Step& b) {
    const bool a_keeps = a.judgement.outcome == unchanged;
    const bool b_keeps = b.judgement.outcome == unchanged;
    return a_keeps != b_keeps ? b_keeps : a.judgement.slack < b.judgement.slack;
  });
  return steps;
}

}  // namespace

InfluentialRow most_influential_row(const PredictionTable& table, const MetricFunction& metric,
                                    const Contrast& contrast) {
  RB_CHECK_GT(std::accumulate(table.weights.begin(), table.weights.end(), 0.0), 1.0);
  ContrastScan scan(table, metric, contrast);
  const double all = scan.estimate(table.weights, std::vector<double>(table.seeds, 1));
  const std::vector<double> without = scan.estimates_without_row();
  InfluentialRow out;
  double largest = -1;
  for (std::size_t i = 0; i < without.size(); ++i) {
    if (std::abs(without[i] - all) <= largest) continue;
    largest = std::abs(without[i] - all);
    out = {table.rows[i].front(), i, without[i]};
  }
  return out;
}

Fragility fragility(const PredictionTable& table, const Judge& judge,
                    const FragilitySearch& search) {
  Fragility out;
  Rows rows(table);
  const int unchanged = judge(rows.view()).outcome;
  std::vector<RowEdit> candidates =
      search.shortlist.empty() ? all_edits(table, search.change) : search.shortlist;
  for (out.searched = 1;; ++out.searched) {
    const auto steps = try_each(judge, rows, candidates, unchanged);
    if (steps.empty()) break;
    const RowEdit& best = steps.front().change;
    out.row_indices.push_back(rows.next_row(best.pattern));
    out.patterns.push_back(best.pattern);
    rows.apply(best);
    if (steps.front().judgement.outcome != unchanged) {
      out.rows = out.searched;
      out.exhaustive = out.searched == 1;
      return out;
    }
    if (out.searched >= search.most_rows) break;
    if (out.searched == 1) {
      candidates.clear();
      for (std::size_t i = 0; i < std::min(search.candidates, steps.size()); ++i)
        candidates.push_back(steps[i].change);
    }
  }
  out.row_indices.clear();
  out.patterns.clear();
  return out;
}

std::vector<RowEdit> likeliest_edits(const PredictionTable& table, const MetricFunction& metric,
                                     const Contrast& contrast, RowChange change,
                                     std::size_t count) {
  ContrastScan scan(table, metric, contrast);
  RB_CHECK(scan.two_way({table.weights, {}}).has_value());
  std::vector<std::pair<double, RowEdit>> effects;
  for (const RowEdit& edit : all_edits(table, change)) {
    const double now = scan.influence(edit.pattern, table.labels[edit.pattern]);
    effects.emplace_back((edit.label ? scan.influence(edit.pattern, *edit.label) : 0) - now, edit);
  }
  std::stable_sort(effects.begin(), effects.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<RowEdit> out;
  for (std::size_t i = 0; i < effects.size(); ++i)
    if (i < count / 2 || i + count / 2 >= effects.size()) out.push_back(effects[i].second);
  return out;
}

}  // namespace ratbench::stats
