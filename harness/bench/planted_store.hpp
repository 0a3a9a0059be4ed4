// A database that a large experiment might have left, with made-up predictions: what verdicts and
// reports are timed on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <vector>

#include "harness/spec/experiment.hpp"

namespace ratbench::bench {

inline constexpr std::size_t kClasses = 7;
inline constexpr std::size_t kRows = 447;

// Predictions of rows with difficulties of their own: about 85 % right for skill 1.
class Reports {
 public:
  Reports();
  std::vector<std::int32_t> run(double skill);
  std::vector<std::int32_t> labels;

 private:
  std::mt19937_64 engine_{1};
  std::normal_distribution<double> normal_;
  std::vector<double> difficulty_;
};

// 500 cells of 20 seeds with six claims.
spec::Experiment planted_experiment();

// All runs of the experiment, finished.
void fill_store(const std::filesystem::path& db, const spec::Experiment& experiment);

}  // namespace ratbench::bench
