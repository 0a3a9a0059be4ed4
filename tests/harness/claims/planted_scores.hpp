// Predictions of several cells with planted means: a latent score per cell, seed and row, right
// where it is positive. Shares no code with the estimators.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "src/stats/two_way.hpp"

namespace ratbench::claims {

// Deviations of the latent score.
struct ScoreNoise {
  double seed = 0;      // of each cell and seed
  double row = 0;       // of each cell and row
  double residual = 0;  // of each cell, seed and row
  double shared = 0.5;  // of each row, the same in all cells
  double total() const {
    return std::sqrt(seed * seed + row * row + residual * residual + shared * shared);
  }
};

inline constexpr ScoreNoise kManySeedsNeeded = {0.4, 0.1, 0.2};
inline constexpr ScoreNoise kManyRowsNeeded = {0.05, 0.8, 0.2};
inline constexpr ScoreNoise kBothNeeded = {0.2, 0.4, 0.6};

class PlantedScores {
 public:
  PlantedScores(ScoreNoise noise, std::uint64_t seed) : noise_(noise), engine_(seed) {}

  // Expected accuracy of a cell with latent mean `mean`.
  double accuracy(double mean) const {
    return std::erfc(-mean / noise_.total() / std::sqrt(2)) / 2;
  }

  // One cell per entry of `means`; two classes of `rows` / 2 rows each.
  stats::PredictionTable draw(const std::vector<double>& means, std::size_t seeds,
                              std::size_t rows) {
    std::vector<std::int32_t> labels(rows);
    std::vector<double> shared(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      labels[i] = i % 2 == 0 ? 0 : 1;
      shared[i] = noise_.shared * normal_(engine_);
    }
    std::vector<std::vector<std::vector<std::int32_t>>> predictions;
    for (const double mean : means) {
      std::vector<double> row = shared;
      for (double& value : row) value += noise_.row * normal_(engine_) + mean;
      predictions.emplace_back();
      for (std::size_t s = 0; s < seeds; ++s) {
        const double of_seed = noise_.seed * normal_(engine_);
        std::vector<std::int32_t> run(rows);
        for (std::size_t i = 0; i < rows; ++i) {
          const bool right = row[i] + of_seed + noise_.residual * normal_(engine_) > 0;
          run[i] = right ? labels[i] : 1 - labels[i];
        }
        predictions.back().push_back(std::move(run));
      }
    }
    return stats::prediction_table(labels, predictions, 2);
  }

 private:
  ScoreNoise noise_;
  std::mt19937_64 engine_;
  std::normal_distribution<double> normal_;
};

}  // namespace ratbench::claims
