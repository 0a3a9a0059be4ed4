#include "src/stats/aggregate.hpp"

#include <algorithm>

#include "src/base/check.hpp"

namespace ratbench::stats {
namespace {

std::vector<double> task_means(const ScoreMatrix& scores) {
  std::vector<double> means;
  for (std::size_t task = 0; task < scores.tasks; ++task) means.push_back(mean(scores.task(task)));
  return means;
}

}  // namespace

std::vector<double> ScoreMatrix::task(std::size_t task) const {
  std::vector<double> column;
  for (std::size_t run = 0; run < runs; ++run) column.push_back(at(run, task));
  return column;
}

double mean_score(const ScoreMatrix& scores) { return mean(task_means(scores)); }

double median_score(const ScoreMatrix& scores) { return median(task_means(scores)); }

double iqm_score(const ScoreMatrix& scores) { return interquartile_mean(scores.values); }

double optimality_gap(const ScoreMatrix& scores, double gamma) {
  std::vector<double> capped;
  for (const double score : scores.values) capped.push_back(std::min(score, gamma));
  return gamma - mean(capped);
}

double share_above(const ScoreMatrix& scores, double tau) {
  const auto above = std::count_if(scores.values.begin(), scores.values.end(),
                                   [&](double score) { return score > tau; });
  return static_cast<double>(above) / static_cast<double>(scores.values.size());
}

double probability_of_improvement(const ScoreMatrix& x, const ScoreMatrix& y) {
  RB_CHECK_EQ(x.tasks, y.tasks);
  double sum = 0;
  for (std::size_t task = 0; task < x.tasks; ++task)
    for (std::size_t i = 0; i < x.runs; ++i)
      for (std::size_t j = 0; j < y.runs; ++j)
        sum += x.at(i, task) > y.at(j, task) ? 1 : (x.at(i, task) == y.at(j, task) ? 0.5 : 0);
  return sum / static_cast<double>(x.tasks * x.runs * y.runs);
}

ScoreMatrix resampled(const ScoreMatrix& scores, std::span<const std::int64_t> index) {
  RB_CHECK_EQ(index.size(), scores.values.size());
  ScoreMatrix replicate{scores.runs, scores.tasks, std::vector<double>(index.size())};
  for (std::size_t i = 0; i < index.size(); ++i) {
    RB_CHECK(index[i] >= 0 && static_cast<std::size_t>(index[i]) < scores.runs);
    replicate.values[i] = scores.at(static_cast<std::size_t>(index[i]), i % scores.tasks);
  }
  return replicate;
}

std::vector<double> bootstrap(const ScoreMatrix& scores, std::span<const std::int64_t> index,
                              const std::function<double(const ScoreMatrix&)>& statistic) {
  const std::size_t size = scores.values.size();
  RB_CHECK_EQ(index.size() % size, 0u);
  std::vector<double> replicates;
  for (std::size_t begin = 0; begin < index.size(); begin += size)
    replicates.push_back(statistic(resampled(scores, index.subspan(begin, size))));
  return replicates;
}

Interval percentile_interval(std::span<const double> replicates) {
  return {percentile(replicates, 0.025), percentile(replicates, 0.975)};
}

}  // namespace ratbench::stats
