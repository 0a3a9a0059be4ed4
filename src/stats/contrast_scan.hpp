// One contrast evaluated many times on one table, with rows dropped, relabelled or drawn again.
// Runs mostly agree on a row, so only the runs that depart from its commonest answer are visited.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "src/stats/influence.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::stats {

// One row of `pattern` whose true class is `label` instead of the pattern's.
struct Relabelled {
  std::size_t pattern = 0;
  std::int32_t label = 0;
};

// Rows of each pattern that keep their label, [patterns], and those that have another one.
struct ChangedRows {
  std::span<const double> weights;
  std::span<const Relabelled> relabelled = {};
};

// Not safe for use from several threads: evaluations share scratch memory.
class ContrastScan {
 public:
  // Borrows the table. Cells with coefficient 0 are left out.
  ContrastScan(const PredictionTable& table, const MetricFunction& metric,
               const Contrast& contrast);

  // As stats::two_way. Whole weights.
  std::optional<TwoWay> two_way(const ChangedRows& rows);

  // The contrast with seed s counted seed_weights[s] times, [seeds]; their sum > 0 (CHECKed). Whole
  // row weights.
  double estimate(std::span<const double> weights, std::span<const double> seed_weights);

  // The contrast without one row of each pattern, [patterns]; all rows otherwise, at least two.
  std::vector<double> estimates_without_row();

  // Of the latest two_way: what one row of `pattern` with the true class `label` adds to the
  // contrast, times the number of rows, to first order. That of all rows together is 0.
  double influence(std::size_t pattern, std::int32_t label);

 private:
  // A run whose answer to a row of the pattern is not the commonest one.
  struct Departure {
    std::uint32_t run = 0;
    std::uint32_t seed = 0;
    std::uint32_t predicted = 0;
  };
  struct Pattern {
    std::int32_t label = 0;
    std::int32_t commonest = 0;
    std::size_t begin = 0, end = 0;  // in departures_
  };
  struct Row {
    const Pattern* pattern = nullptr;
    std::size_t label = 0;
    double weight = 0;
  };

  void add_pattern(std::size_t pattern);
  std::int32_t commonest_answer(std::size_t pattern);
  // `Rows` says what a row and an answer add: one class each, or entries of the book.
  template <typename Rows>
  void count_rows(const Rows& kind);
  template <typename Rows>
  void fill_deviations_of(const Rows& kind, const Row& row);
  template <typename Rows>
  std::vector<double> estimates_without(const Rows& kind);
  double gather(const ChangedRows& rows);
  void count(std::span<const double> seed_weights);
  void differentiate(double rows);
  void fill_deviations(const Row& row);
  void fill_variances(TwoWay& out, double rows);

  const PredictionTable& table_;
  MetricFunction metric_;
  Contrast contrast_;
  std::vector<std::size_t> cells_;  // with a coefficient; run = place in cells_ * seeds + seed
  std::vector<Pattern> patterns_;
  std::vector<Departure> departures_;

  // Scratch.
  std::vector<Row> rows_;
  ClassCounts common_;                  // as if every run gave the commonest answers
  std::vector<ClassCounts> counts_;     // [runs]
  std::vector<MetricPartials> slopes_;  // [runs]
  // By count of right answers and of answers, times coefficient and number of rows.
  std::vector<double> tp_slopes_, predicted_slopes_;  // [runs][classes]
  // Sums over cells, for the commonest answers: by label, by answer, extra when both agree; and of
  // the number of rows.
  std::vector<double> by_label_, by_answer_, by_hit_;  // [seeds][classes]
  std::vector<double> by_row_;                         // [seeds]; of rows with counts
  std::vector<std::int32_t> answers_;                  // of all runs to one pattern
  std::vector<double> deviations_;                     // [seeds]
};

}  // namespace ratbench::stats
