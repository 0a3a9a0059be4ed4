// Relation extraction scores: micro-F1 over the positive classes, as the biomedical relation
// benchmarks report it. A positive predicted as another positive is a false positive and a false
// negative.
#pragma once

#include <cstddef>
#include <cstdint>

#include "src/metrics/classification.hpp"

namespace ratbench::metrics {

struct RelationScores {
  std::int64_t tp = 0;
  std::int64_t predicted_positive = 0;
  std::int64_t true_positive_total = 0;  // rows whose true class is positive
  Scores micro;                          // over the positive classes
  Scores macro;                          // means over the positive classes, absent ones included
};

// `negative` is the index of the class that means "no relation" (CHECKed). Undefined values are 0.
RelationScores relation_scores(const Confusion& confusion, std::size_t negative);

}  // namespace ratbench::metrics
