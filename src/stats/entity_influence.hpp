// Entity F1 (and relation micro-F1) by sentence: the unit that is drawn anew is the sentence, which
// carries counts of right, predicted and true spans instead of one label.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "src/stats/two_way.hpp"

namespace ratbench::stats {

// Spans of one sentence in one run.
struct SpanCounts {
  double right = 0;
  double predicted = 0;
  double gold = 0;
};

// F1 = 2 right / (predicted + gold) over all sentences; 0 when there is neither.
double span_f1(std::span<const SpanCounts> sentences);

// What each sentence adds to F1 to first order, times the number of sentences: N dF1/dw_i =
// N (2 right_i - F1 (predicted_i + gold_i)) / (predicted + gold). The sum is 0.
std::vector<double> span_f1_influence(std::span<const SpanCounts> sentences);

// The contrast of span_f1 as stats::two_way has it, paired by seed and sentence. counts
// [cells][seeds][sentences], of equal shape (CHECKed). Absent for fewer than two seeds or
// sentences.
std::optional<TwoWay> two_way_spans(const std::vector<std::vector<std::vector<SpanCounts>>>& counts,
                                    const Contrast& contrast);

}  // namespace ratbench::stats
