#include "src/metrics/classification.hpp"

#include <cmath>

#include "src/base/check.hpp"

namespace ratbench::metrics {
namespace {

double ratio(double numerator, double denominator, double undefined) {
  return denominator > 0 ? numerator / denominator : undefined;
}

// Harmonic mean; 0 when both are 0.
double f1_of(double precision, double recall) {
  return ratio(2 * precision * recall, precision + recall, 0);
}

// True positives, support and predicted rows of one class.
struct Marginals {
  std::int64_t tp = 0;
  std::int64_t support = 0;
  std::int64_t predicted = 0;
};

Marginals marginals(std::span<const std::int64_t> counts, std::size_t classes, std::size_t c) {
  Marginals m{counts[c * classes + c], 0, 0};
  for (std::size_t other = 0; other < classes; ++other) {
    m.support += counts[c * classes + other];
    m.predicted += counts[other * classes + c];
  }
  return m;
}

Scores scores_of(const Marginals& m, double undefined) {
  const auto tp = static_cast<double>(m.tp);
  return {ratio(tp, static_cast<double>(m.predicted), undefined),
          ratio(tp, static_cast<double>(m.support), undefined),
          ratio(2 * tp, static_cast<double>(m.support + m.predicted), undefined)};
}

double matthews(const Classification& s, double correct, double rows) {
  double cross = 0;
  double truth_squares = 0;
  double predicted_squares = 0;
  for (std::size_t c = 0; c < s.support.size(); ++c) {
    const auto t = static_cast<double>(s.support[c]);
    const auto p = static_cast<double>(s.predicted[c]);
    cross += t * p;
    truth_squares += t * t;
    predicted_squares += p * p;
  }
  const double spread = (rows * rows - predicted_squares) * (rows * rows - truth_squares);
  return ratio(correct * rows - cross, std::sqrt(spread), 0);
}

// Means over classes: macro, weighted, present-only and balanced accuracy.
void average(Classification& s, double rows, double undefined) {
  const auto classes = static_cast<double>(s.per_class.size());
  double present_sum = 0;
  double present = 0;
  double recall_sum = 0;
  double with_support = 0;
  for (std::size_t c = 0; c < s.per_class.size(); ++c) {
    const Scores& one = s.per_class[c];
    const auto support = static_cast<double>(s.support[c]);
    s.macro.precision += one.precision / classes;
    s.macro.recall += one.recall / classes;
    s.macro.f1 += one.f1 / classes;
    s.weighted.precision += support * one.precision;
    s.weighted.recall += support * one.recall;
    s.weighted.f1 += support * one.f1;
    if (s.support[c] + s.predicted[c] > 0) {
      present_sum += one.f1;
      present += 1;
    }
    if (s.support[c] > 0) {
      recall_sum += one.recall;
      with_support += 1;
    }
  }
  s.weighted = {ratio(s.weighted.precision, rows, undefined),
                ratio(s.weighted.recall, rows, undefined), ratio(s.weighted.f1, rows, undefined)};
  s.macro_f1_of_means = f1_of(s.macro.precision, s.macro.recall);
  s.macro_f1_present = ratio(present_sum, present, undefined);
  s.balanced_accuracy = ratio(recall_sum, with_support, undefined);
}

}  // namespace

Confusion confusion_matrix(std::span<const std::int32_t> labels,
                           std::span<const std::int32_t> predictions, std::size_t classes) {
  RB_CHECK_EQ(labels.size(), predictions.size());
  Confusion confusion{classes, std::vector<std::int64_t>(classes * classes, 0)};
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto truth = static_cast<std::size_t>(labels[row]);
    const auto predicted = static_cast<std::size_t>(predictions[row]);
    // A negative index becomes huge and fails here too.
    RB_CHECK_LT(truth, classes);
    RB_CHECK_LT(predicted, classes);
    ++confusion.counts[truth * classes + predicted];
  }
  return confusion;
}

Classification classify(const Confusion& confusion, double undefined) {
  RB_CHECK_EQ(confusion.counts.size(), confusion.classes * confusion.classes);
  Classification s;
  s.per_class.reserve(confusion.classes);
  double correct = 0;
  double rows = 0;
  for (std::size_t c = 0; c < confusion.classes; ++c) {
    const Marginals m = marginals(confusion.counts, confusion.classes, c);
    s.per_class.push_back(scores_of(m, undefined));
    s.support.push_back(m.support);
    s.predicted.push_back(m.predicted);
    correct += static_cast<double>(m.tp);
    rows += static_cast<double>(m.support);
  }
  s.accuracy = ratio(correct, rows, undefined);
  s.micro = {s.accuracy, s.accuracy, s.accuracy};
  average(s, rows, undefined);
  s.mcc = matthews(s, correct, rows);
  return s;
}

double macro_f1(std::span<const std::int64_t> counts, std::size_t classes) {
  RB_CHECK_EQ(counts.size(), classes * classes);
  double sum = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    sum += scores_of(marginals(counts, classes, c), 0).f1 / static_cast<double>(classes);
  }
  return sum;
}

double minority_recall(const Classification& scores, std::span<const std::size_t> classes) {
  double sum = 0;
  for (const std::size_t c : classes) {
    RB_CHECK_LT(c, scores.per_class.size());
    sum += scores.per_class[c].recall;
  }
  return ratio(sum, static_cast<double>(classes.size()), 0);
}

std::vector<std::pair<std::string, double>> named_metrics(
    const Classification& s, std::span<const std::string> class_names) {
  RB_CHECK_EQ(class_names.size(), s.per_class.size());
  std::vector<std::pair<std::string, double>> named = {
      {"macro_f1", s.macro.f1}, {"macro_f1_of_means", s.macro_f1_of_means},
      {"micro_f1", s.micro.f1}, {"weighted_f1", s.weighted.f1},
      {"accuracy", s.accuracy}, {"balanced_accuracy", s.balanced_accuracy}};
  named.reserve(named.size() + 3 * class_names.size());
  for (std::size_t c = 0; c < class_names.size(); ++c) {
    named.emplace_back("precision/" + class_names[c], s.per_class[c].precision);
    named.emplace_back("recall/" + class_names[c], s.per_class[c].recall);
    named.emplace_back("f1/" + class_names[c], s.per_class[c].f1);
  }
  return named;
}

}  // namespace ratbench::metrics
