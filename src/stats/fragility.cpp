#include "src/stats/fragility.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"

namespace ratbench::stats {
namespace {

// After the first step only the changes that brought the verdict nearest to another are tried.
constexpr std::size_t kCandidates = 40;

struct Change {
  std::size_t pattern = 0;
  std::optional<std::int32_t> label;  // of the row from now on; nothing when it is dropped
};

struct Step {
  Change change;
  Judgement judgement;
};

// The rows as they are, and what becomes of them.
class Rows {
 public:
  explicit Rows(const PredictionTable& table) : table_(table), weights_(table.weights) {}

  bool can(const Change& change) const { return weights_[change.pattern] >= 1; }
  void apply(const Change& change) {
    weights_[change.pattern] -= 1;
    if (change.label) relabelled_.push_back({change.pattern, *change.label});
  }
  void undo(const Change& change) {
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

std::vector<Change> all_changes(const PredictionTable& table, RowChange change) {
  std::vector<Change> out;
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
std::vector<Step> try_each(const Judge& judge, Rows& rows, std::span<const Change> candidates,
                           int unchanged) {
  std::vector<Step> steps;
  for (const Change& change : candidates) {
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
  std::vector<double> weights = table.weights;
  RB_CHECK_GT(std::accumulate(weights.begin(), weights.end(), 0.0), 1.0);
  ContrastScan scan(table, metric, contrast);
  const std::vector<double> seeds(table.seeds, 1);
  const double all = scan.estimate(weights, seeds);
  InfluentialRow out;
  double largest = -1;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] -= 1;
    const double without = scan.estimate(weights, seeds);
    weights[i] += 1;
    if (std::abs(without - all) <= largest) continue;
    largest = std::abs(without - all);
    out = {table.rows[i].front(), table.labels[i], without};
  }
  return out;
}

Fragility fragility(const PredictionTable& table, const Judge& judge, RowChange change,
                    std::size_t most_rows) {
  Fragility out;
  Rows rows(table);
  const int unchanged = judge(rows.view()).outcome;
  std::vector<Change> candidates = all_changes(table, change);
  for (out.searched = 1;; ++out.searched) {
    const auto steps = try_each(judge, rows, candidates, unchanged);
    if (steps.empty()) break;
    const Change& best = steps.front().change;
    out.row_indices.push_back(rows.next_row(best.pattern));
    rows.apply(best);
    if (steps.front().judgement.outcome != unchanged) {
      out.rows = out.searched;
      out.exhaustive = out.searched == 1;
      return out;
    }
    if (out.searched >= most_rows) break;
    if (out.searched == 1) {
      candidates.clear();
      for (std::size_t i = 0; i < std::min(kCandidates, steps.size()); ++i)
        candidates.push_back(steps[i].change);
    }
  }
  out.row_indices.clear();
  return out;
}

}  // namespace ratbench::stats
