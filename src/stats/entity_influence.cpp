#include "src/stats/entity_influence.hpp"

#include <numeric>

#include "src/base/check.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::stats {
namespace {

SpanCounts sum_of(std::span<const SpanCounts> sentences) {
  SpanCounts all;
  for (const SpanCounts& one : sentences) {
    all.right += one.right;
    all.predicted += one.predicted;
    all.gold += one.gold;
  }
  return all;
}

}  // namespace

double span_f1(std::span<const SpanCounts> sentences) {
  const SpanCounts all = sum_of(sentences);
  const double below = all.predicted + all.gold;
  return below > 0 ? 2 * all.right / below : 0;
}

std::vector<double> span_f1_influence(std::span<const SpanCounts> sentences) {
  const SpanCounts all = sum_of(sentences);
  const double below = all.predicted + all.gold;
  std::vector<double> out(sentences.size(), 0);
  if (below <= 0) return out;
  const double f1 = 2 * all.right / below;
  const double scale = static_cast<double>(sentences.size()) / below;
  for (std::size_t i = 0; i < sentences.size(); ++i)
    out[i] = scale * (2 * sentences[i].right - f1 * (sentences[i].predicted + sentences[i].gold));
  return out;
}

std::optional<TwoWay> two_way_spans(const std::vector<std::vector<std::vector<SpanCounts>>>& counts,
                                    const Contrast& contrast) {
  RB_CHECK_EQ(counts.size(), contrast.coefficients.size());
  RB_CHECK(!counts.empty());
  const std::size_t seeds = counts.front().size();
  if (seeds < 2 || counts.front().front().size() < 2) return std::nullopt;
  const std::size_t sentences = counts.front().front().size();
  std::vector<double> values(seeds, contrast.constant);
  std::vector<std::vector<double>> deviations(seeds, std::vector<double>(sentences, 0));
  for (std::size_t cell = 0; cell < counts.size(); ++cell) {
    RB_CHECK_EQ(counts[cell].size(), seeds);
    for (std::size_t seed = 0; seed < seeds; ++seed) {
      RB_CHECK_EQ(counts[cell][seed].size(), sentences);
      values[seed] += contrast.coefficients[cell] * span_f1(counts[cell][seed]);
      const auto influence = span_f1_influence(counts[cell][seed]);
      for (std::size_t i = 0; i < sentences; ++i)
        deviations[seed][i] += contrast.coefficients[cell] * influence[i];
    }
  }
  return two_way_of(std::move(values), deviations);
}

}  // namespace ratbench::stats
