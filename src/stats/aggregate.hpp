// Scores of several runs on several tasks in one number, with percentile intervals from bootstrap
// indices that the caller draws (Agarwal et al., "Deep RL at the edge of the statistical
// precipice", 2021).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "src/stats/summary.hpp"

namespace ratbench::stats {

// values [runs, tasks], row-major.
struct ScoreMatrix {
  std::size_t runs = 0;
  std::size_t tasks = 0;
  std::vector<double> values;

  double at(std::size_t run, std::size_t task) const { return values[run * tasks + task]; }
  std::vector<double> task(std::size_t task) const;
};

// Mean over tasks of the per-task mean.
double mean_score(const ScoreMatrix& scores);
// Median over tasks of the per-task mean.
double median_score(const ScoreMatrix& scores);
// Interquartile mean of all scores together.
double iqm_score(const ScoreMatrix& scores);
// gamma - mean(min(score, gamma)).
double optimality_gap(const ScoreMatrix& scores, double gamma = 1);
// Mean over tasks of the share of runs above tau (strictly).
double share_above(const ScoreMatrix& scores, double tau);
// Mean over tasks of P(x > y) for a run of x and a run of y, ties one half; equal tasks (CHECKed).
double probability_of_improvement(const ScoreMatrix& x, const ScoreMatrix& y);

// One replicate: `index` [runs, tasks] names for every place the run whose score of the same task
// stands there.
ScoreMatrix resampled(const ScoreMatrix& scores, std::span<const std::int64_t> index);

// The statistic of every replicate; `index` [replicates, runs, tasks].
std::vector<double> bootstrap(const ScoreMatrix& scores, std::span<const std::int64_t> index,
                              const std::function<double(const ScoreMatrix&)>& statistic);

// Percentiles 2.5 and 97.5 of the replicates.
Interval percentile_interval(std::span<const double> replicates);

}  // namespace ratbench::stats
