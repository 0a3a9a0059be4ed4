// Coverage, width and error rate of the interval on simulated reports whose truth is known.
// The simulator shares no code with the estimator: it draws right and wrong answers, nothing else.
// Quick by default; RATBENCH_SIMULATED=4000 draws as many data sets as the promise is made for.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>
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

// Rows of the two classes; the promise is for at least 50 each.
struct Supports {
  std::size_t first = 60;
  std::size_t second = 60;
};

class Simulator {
 public:
  explicit Simulator(std::uint64_t seed, Supports supports = {})
      : supports_(supports), engine_(seed) {}

  // Two cells with latent means 0.8 + lift and 0.8; two classes.
  stats::PredictionTable draw(const Noise& noise, std::size_t seeds, double lift) {
    std::vector<std::int32_t> labels;
    std::vector<double> shared;
    for (std::size_t i = 0; i < supports_.first + supports_.second; ++i) {
      labels.push_back(i < supports_.first ? 0 : 1);
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

  // Macro-F1 and accuracy of a million answers, each of a seed and a row of its own, in the shares
  // of the classes.
  std::pair<double, double> population(const Noise& noise, double lift) {
    constexpr std::size_t kDraws = 1'000'000;
    const double rows = static_cast<double>(supports_.first + supports_.second);
    std::array<std::array<double, 2>, 2> counts{};
    for (std::size_t k = 0; k < kDraws; ++k) {
      const std::size_t label =
          static_cast<double>(k) < kDraws * static_cast<double>(supports_.first) / rows ? 0 : 1;
      const bool right = noise.total() * normal_(engine_) + 0.8 + lift > 0;
      counts[label][right ? label : 1 - label] += 1;
    }
    const auto f1 = [&](std::size_t c) {
      return 2 * counts[c][c] / (2 * counts[c][c] + counts[c][1 - c] + counts[1 - c][c]);
    };
    return {(f1(0) + f1(1)) / 2, (counts[0][0] + counts[1][1]) / kDraws};
  }

 private:
  Supports supports_;
  std::mt19937_64 engine_;
  std::normal_distribution<double> normal_;
};

struct Rates {
  std::size_t data_sets = 0;
  std::size_t covered = 0;
  std::size_t supported = 0;
  double width_ratio = 0;  // mean width over 2 * 1.96 * sd of the estimates
};

std::size_t data_sets() {
  const char* wanted = std::getenv("RATBENCH_SIMULATED");
  return wanted == nullptr ? 300 : std::stoul(wanted);
}

Rates rates_of(const Noise& noise, std::size_t seeds, stats::MetricKind metric, double lift,
               Supports supports = {}) {
  Simulator simulator(20260 + seeds, supports);
  const auto [f1_above, accuracy_above] = simulator.population(noise, lift);
  const auto [f1, accuracy] = simulator.population(noise, 0);
  const bool macro = metric == stats::MetricKind::kMacroF1;
  const double difference = macro ? f1_above - f1 : accuracy_above - accuracy;
  const double truth = lift == 0 ? 0 : difference;
  const stats::Contrast contrast{{1, -1}, 0};
  Rates out;
  out.data_sets = data_sets();
  const double share = 1 / static_cast<double>(out.data_sets);
  double sum = 0;
  double squares = 0;
  double widths = 0;
  for (std::size_t k = 0; k < out.data_sets; ++k) {
    const auto table = simulator.draw(noise, seeds, lift);
    const auto found = stats::two_way(table, table.weights, {metric, {}}, contrast);
    sum += found->estimate * share;
    squares += found->estimate * found->estimate * share;
    // Arms that answer alike have no interval: nothing is covered, nothing supported.
    if (found->se <= 0) continue;
    const Measured measured{found->estimate, found->se, found->df};
    const stats::Interval ci = interval(measured, 0.05);
    if (ci.low <= truth && truth <= ci.high) ++out.covered;
    if (ci.low > 0) ++out.supported;
    widths += (ci.high - ci.low) * share;
  }
  out.width_ratio = widths / (2 * 1.96 * std::sqrt(squares - sum * sum));
  return out;
}

// At least 93 %, as far as so many data sets can tell: at 4000 one standard error is 0.4 points.
void expect_coverage(const Rates& rates) {
  const double coverage = static_cast<double>(rates.covered) / static_cast<double>(rates.data_sets);
  if (rates.data_sets >= 4000) {
    EXPECT_GE(coverage, 0.93);
  } else {
    EXPECT_GE(stats::clopper_pearson(rates.covered, rates.data_sets, 0.99).high, 0.93);
  }
  // The deviation of 300 estimates is known to 4 %.
  EXPECT_LE(rates.width_ratio, rates.data_sets >= 4000 ? 1.25 : 1.4);
}

constexpr Noise kSeedDominated = {0.4, 0.1, 0.2};
constexpr Noise kRowDominated = {0.05, 0.8, 0.2};
constexpr Noise kResidualDominated = {0.05, 0.1, 1.2};

class Interval : public ::testing::TestWithParam<std::tuple<Noise, std::size_t>> {};

TEST_P(Interval, CoversTheTruthOfAccuracyWithoutBeingWide) {
  const auto [noise, seeds] = GetParam();
  expect_coverage(rates_of(noise, seeds, stats::MetricKind::kAccuracy, 0.3));
}

TEST_P(Interval, CoversTheTruthOfMacroF1WithoutBeingWide) {
  const auto [noise, seeds] = GetParam();
  expect_coverage(rates_of(noise, seeds, stats::MetricKind::kMacroF1, 0.3));
}

TEST_P(Interval, SupportsNothingThatIsNotThere) {
  const auto [noise, seeds] = GetParam();
  const Rates rates = rates_of(noise, seeds, stats::MetricKind::kMacroF1, 0);
  // "At most alpha", as far as so many data sets can tell; half of it on either side.
  EXPECT_LE(stats::clopper_pearson(rates.supported, rates.data_sets, 0.9).low, 0.025);
  expect_coverage(rates);
}

// Few seeds and rare classes are reported, not promised.
TEST(IntervalBeyondThePromise, IsReported) {
  const auto report = [](const char* what, const Rates& rates) {
    const auto share = [&](std::size_t count) {
      return 100 * static_cast<double>(count) / static_cast<double>(rates.data_sets);
    };
    std::printf("%-24s coverage %5.1f %%, supported %4.1f %%, width ratio %.2f\n", what,
                share(rates.covered), share(rates.supported), rates.width_ratio);
  };
  constexpr auto kMetric = stats::MetricKind::kMacroF1;
  report("5 seeds, seeds dominate", rates_of(kSeedDominated, 5, kMetric, 0.3));
  report("5 seeds, rows dominate", rates_of(kRowDominated, 5, kMetric, 0.3));
  report("5 seeds, residual", rates_of(kResidualDominated, 5, kMetric, 0.3));
  for (const std::size_t rows : {1, 2, 5, 10})
    report(("a class of " + std::to_string(rows) + " rows").c_str(),
           rates_of(kRowDominated, 10, kMetric, 0.3, {200, rows}));
}

INSTANTIATE_TEST_SUITE_P(Simulated, Interval,
                         ::testing::Combine(::testing::Values(kSeedDominated, kRowDominated,
                                                              kResidualDominated),
                                            ::testing::Values(std::size_t{10}, std::size_t{20})));

}  // namespace
}  // namespace ratbench::claims
