#include "src/metrics/relations.hpp"

#include "src/base/check.hpp"

namespace ratbench::metrics {

RelationScores relation_scores(const Confusion& confusion, std::size_t negative) {
  RB_CHECK_LT(negative, confusion.classes);
  const Classification all = classify(confusion);
  RelationScores s;
  const auto positives = static_cast<double>(confusion.classes - 1);
  for (std::size_t c = 0; c < confusion.classes; ++c) {
    if (c == negative) continue;
    s.tp += confusion.at(c, c);
    s.predicted_positive += all.predicted[c];
    s.true_positive_total += all.support[c];
    s.macro.precision += all.per_class[c].precision / positives;
    s.macro.recall += all.per_class[c].recall / positives;
    s.macro.f1 += all.per_class[c].f1 / positives;
  }
  const auto tp = static_cast<double>(s.tp);
  if (s.predicted_positive > 0) s.micro.precision = tp / static_cast<double>(s.predicted_positive);
  if (s.true_positive_total > 0) s.micro.recall = tp / static_cast<double>(s.true_positive_total);
  if (s.tp > 0) {
    s.micro.f1 = 2 * s.micro.precision * s.micro.recall / (s.micro.precision + s.micro.recall);
  }
  return s;
}

}  // namespace ratbench::metrics
