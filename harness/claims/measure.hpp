// The contrasts of a question with their standard errors, measured again and again with rows
// changed. Internal to this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "harness/claims/decision.hpp"
#include "harness/claims/evidence.hpp"
#include "harness/claims/question.hpp"
#include "src/stats/contrast_scan.hpp"

namespace ratbench::claims {

// Tables of more runs than this are searched and resampled less: time grows with the runs.
inline constexpr std::size_t kManyRuns = 1000;
// And with more patterns times runs: every pattern is tried on all of them.
inline constexpr std::size_t kManyPredictions = 1'000'000;

// kNone: the intervals that endless seeds would leave, with the estimates where they are.
enum class SeedNoise { kCounted, kNone };

class StepScans {
 public:
  // Borrows both; `evidence.nothing` is empty. `metric` replaces the evidence's.
  StepScans(const Question& question, const Evidence& evidence, const stats::MetricFunction& metric,
            SeedNoise seed_noise);

  // Every step; empty when one of them has no spread. Row weights of the splits one after another,
  // patterns numbered likewise.
  std::vector<Measured> at(const stats::ChangedRows& rows);
  // The first step that has no spread.
  std::optional<std::size_t> without_spread(const stats::ChangedRows& rows);

 private:
  std::optional<Measured> measured(std::size_t step, const stats::ChangedRows& rows);
  std::optional<Measured> over_rows(stats::ContrastScan& scan,
                                    const stats::ChangedRows& rows) const;
  std::optional<Measured> over_splits(std::vector<stats::ContrastScan>& scans,
                                      const stats::ChangedRows& rows) const;

  const Evidence& evidence_;
  SeedNoise seed_noise_;
  std::vector<std::vector<stats::ContrastScan>> scans_;  // [steps][splits]
};

// Labels, row weights and row indices of all splits one after another, without predictions.
stats::PredictionTable all_rows(const Evidence& evidence);

// The contrast over all rows, of several splits their mean.
double estimate_of(const Evidence& evidence, const stats::Contrast& contrast);

// The contrast within one split, whose cells are a share of the question's.
stats::Contrast contrast_of_split(const stats::Contrast& contrast, const Split& split,
                                  std::size_t splits);

}  // namespace ratbench::claims
