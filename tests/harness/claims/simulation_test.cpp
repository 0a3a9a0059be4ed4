// Coverage, width and error rate of the interval on simulated reports whose truth is known.
// The simulator shares no code with the estimator: it draws right and wrong answers, nothing else.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "harness/claims/decision.hpp"
#include "src/stats/clopper_pearson.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::claims {
namespace {

// Deviations of the latent score of cell, seed and row; an answer is right when it is positive.
struct Noise {
  double seed = 0;      // of each cell and seed
  double row = 0;       // of each cell and row
  double residual = 0;  // of each cell, seed and row
  double shared = 0.5;  // of each row, the same in both cells
  double total() const {
    return std::sqrt(seed * seed + row * row + residual * residual + shared * shared);
  }
};

constexpr std::size_t kRowsPerClass = 60;

class Simulator {
 public:
  explicit Simulator(std::uint64_t seed) : engine_(seed) {}

  // Two cells with latent means 0.8 + lift and 0.8; two classes.
  stats::PredictionTable draw(const Noise& noise, std::size_t seeds, double lift) {
    std::vector<std::int32_t> labels;
    std::vector<double> shared;
    for (std::size_t i = 0; i < 2 * kRowsPerClass; ++i) {
      labels.push_back(i < kRowsPerClass ? 0 : 1);
      shared.push_back(noise.shared * normal_(engine_));
    }
    std::vector<std::vector<std::vector<std::int32_t>>> predictions(2);
    for (std::size_t cell = 0; cell < 2; ++cell) {
      std::vector<double> row = shared;
      for (double& value : row)
        value += noise.row * normal_(engine_) + 0.8 + (cell == 0 ? lift : 0);
      for (std::size_t seed = 0; seed < seeds; ++seed) {
        const double of_seed = noise.seed * normal_(engine_);
        std::vector<std::int32_t> run;
        for (std::size_t i = 0; i < labels.size(); ++i) {
          const bool right = row[i] + of_seed + noise.residual * normal_(engine_) > 0;
          run.push_back(right ? labels[i] : 1 - labels[i]);
        }
        predictions[cell].push_back(std::move(run));
      }
    }
    return stats::prediction_table(labels, predictions, 2);
  }

 private:
  std::mt19937_64 engine_;
  std::normal_distribution<double> normal_;
};

double normal_cdf(double z) { return std::erfc(-z / std::sqrt(2)) / 2; }

struct Rates {
  double coverage = 0;
  double supported = 0;
  double width_ratio = 0;  // mean width over 2 * 1.96 * sd of the estimates
};

Rates rates_of(const Noise& noise, std::size_t seeds, stats::MetricKind metric, double lift,
               std::size_t data_sets) {
  // Of accuracy; for macro-F1 only the truth 0 of equal arms is used.
  const double truth = normal_cdf((0.8 + lift) / noise.total()) - normal_cdf(0.8 / noise.total());
  Simulator simulator(20260 + seeds);
  const stats::Contrast contrast{{1, -1}, 0};
  Rates out;
  double sum = 0;
  double squares = 0;
  double widths = 0;
  for (std::size_t k = 0; k < data_sets; ++k) {
    const auto table = simulator.draw(noise, seeds, lift);
    const auto found = stats::two_way(table, table.weights, {metric, {}}, contrast);
    const Measured measured{found->estimate, found->se, found->df};
    const stats::Interval ci = interval(measured, 0.05);
    const double share = 1 / static_cast<double>(data_sets);
    if (ci.low <= truth && truth <= ci.high) out.coverage += share;
    if (ci.low > 0) out.supported += share;
    sum += found->estimate * share;
    squares += found->estimate * found->estimate * share;
    widths += (ci.high - ci.low) * share;
  }
  out.width_ratio = widths / (2 * 1.96 * std::sqrt(squares - sum * sum));
  return out;
}

constexpr Noise kSeedDominated = {0.4, 0.1, 0.2};
constexpr Noise kRowDominated = {0.05, 0.8, 0.2};
constexpr Noise kResidualDominated = {0.05, 0.1, 1.2};
constexpr std::size_t kDataSets = 4000;

class Interval : public ::testing::TestWithParam<std::tuple<Noise, std::size_t>> {};

// 4000 data sets: coverage is known to 0.4 points (one standard error), widths to 1 %.
TEST_P(Interval, CoversTheTruthWithoutBeingWide) {
  const auto [noise, seeds] = GetParam();
  const Rates rates = rates_of(noise, seeds, stats::MetricKind::kAccuracy, 0.3, kDataSets);
  EXPECT_GE(rates.coverage, 0.93);
  EXPECT_LE(rates.width_ratio, 1.25);
}

TEST_P(Interval, SupportsNothingThatIsNotThere) {
  const auto [noise, seeds] = GetParam();
  const Rates rates = rates_of(noise, seeds, stats::MetricKind::kMacroF1, 0, kDataSets);
  const auto count =
      static_cast<std::size_t>(std::lround(rates.supported * static_cast<double>(kDataSets)));
  // "At most alpha", as far as so many data sets can tell.
  EXPECT_LE(stats::clopper_pearson(count, kDataSets, 0.9).low, 0.025);
  EXPECT_GE(rates.coverage, 0.93);
  EXPECT_LE(rates.width_ratio, 1.25);
}

INSTANTIATE_TEST_SUITE_P(Simulated, Interval,
                         ::testing::Combine(::testing::Values(kSeedDominated, kRowDominated,
                                                              kResidualDominated),
                                            ::testing::Values(std::size_t{10}, std::size_t{20})));

}  // namespace
}  // namespace ratbench::claims
