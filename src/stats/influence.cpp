#include "src/stats/influence.hpp"

#include <algorithm>
#include <numeric>

#include "src/base/check.hpp"

namespace ratbench::stats {
namespace {

ClassCounts margins_of(std::span<const double> counts, std::size_t classes) {
  RB_CHECK_EQ(counts.size(), classes * classes);
  ClassCounts m{std::vector<double>(classes), std::vector<double>(classes),
                std::vector<double>(classes), 0};
  for (std::size_t t = 0; t < classes; ++t) {
    m.tp[t] = counts[t * classes + t];
    for (std::size_t p = 0; p < classes; ++p) {
      const double count = counts[t * classes + p];
      m.support[t] += count;
      m.predicted[p] += count;
      m.rows += count;
    }
  }
  return m;
}

bool averages_classes(MetricKind kind) {
  return kind != MetricKind::kMacroF1 && kind != MetricKind::kMacroF1OfMeans &&
         kind != MetricKind::kWeightedF1 && kind != MetricKind::kMicroF1 &&
         kind != MetricKind::kAccuracy;
}

// Adds scale * (a tp / (b support + c predicted)) of class k.
void add_ratio(MetricPartials& out, const ClassCounts& m, std::size_t k, double scale, double a,
               double b, double c) {
  const double below = b * m.support[k] + c * m.predicted[k];
  if (below <= 0) return;
  const double ratio = a * m.tp[k] / below;
  out.value += scale * ratio;
  out.tp[k] += scale * a / below;
  out.support[k] -= scale * ratio * b / below;
  out.predicted[k] -= scale * ratio * c / below;
}

void add_precision(MetricPartials& out, const ClassCounts& m, std::size_t k, double scale) {
  add_ratio(out, m, k, scale, 1, 0, 1);
}
void add_recall(MetricPartials& out, const ClassCounts& m, std::size_t k, double scale) {
  add_ratio(out, m, k, scale, 1, 1, 0);
}
void add_f1(MetricPartials& out, const ClassCounts& m, std::size_t k, double scale) {
  add_ratio(out, m, k, scale, 2, 1, 1);
}

// Visits the classes that the metric averages.
template <typename Visit>
void each_class(const MetricFunction& metric, std::size_t classes, const Visit& visit) {
  if (metric.classes.empty() && !averages_classes(metric.kind)) {
    for (std::size_t k = 0; k < classes; ++k) visit(k);
  } else {
    for (const std::size_t k : metric.classes) visit(k);
  }
}

double averaged_classes(const MetricFunction& metric, std::size_t classes) {
  return static_cast<double>(
      metric.classes.empty() && !averages_classes(metric.kind) ? classes : metric.classes.size());
}

void add_accuracy(MetricPartials& out, const ClassCounts& m) {
  if (m.rows <= 0) return;
  out.value = std::accumulate(m.tp.begin(), m.tp.end(), 0.0) / m.rows;
  std::fill(out.tp.begin(), out.tp.end(), 1 / m.rows);
  out.rows = -out.value / m.rows;
}

// sum_k support_k F1_k / rows.
void add_weighted_f1(MetricPartials& out, const ClassCounts& m) {
  if (m.rows <= 0) return;
  for (std::size_t k = 0; k < m.tp.size(); ++k) {
    const double before = out.value;
    const double weight = m.support[k] / m.rows;
    if (weight <= 0) continue;
    add_f1(out, m, k, weight);
    out.support[k] += (out.value - before) / weight / m.rows;
  }
  out.rows = -out.value / m.rows;
}

// a tp / (b support + c predicted) of the sums over the classes.
void add_pooled(MetricPartials& out, const ClassCounts& m, const MetricFunction& metric, double a,
                double b, double c) {
  double above = 0;
  double below = 0;
  for (const std::size_t k : metric.classes) {
    above += a * m.tp[k];
    below += b * m.support[k] + c * m.predicted[k];
  }
  if (below <= 0) return;
  out.value = above / below;
  for (const std::size_t k : metric.classes) {
    out.tp[k] = a / below;
    out.support[k] = -out.value * b / below;
    out.predicted[k] = -out.value * c / below;
  }
}

// sum_k support_k F1_k / sum_k support_k.
void add_support_weighted_f1(MetricPartials& out, const ClassCounts& m,
                             const MetricFunction& metric) {
  double all = 0;
  for (const std::size_t k : metric.classes) all += m.support[k];
  if (all <= 0) return;
  for (const std::size_t k : metric.classes) {
    const double before = out.value;
    const double weight = m.support[k] / all;
    if (weight <= 0) continue;
    add_f1(out, m, k, weight);
    out.support[k] += (out.value - before) / weight / all;
  }
  for (const std::size_t k : metric.classes) out.support[k] -= out.value / all;
}

// 2 P R / (P + R) of mean precision P and mean recall R; dF = 2 R^2 / (P + R)^2 dP + the same with
// P and R exchanged.
void add_macro_f1_of_means(MetricPartials& out, const ClassCounts& m, const MetricFunction& metric,
                           double scale) {
  double precision = 0;
  double recall = 0;
  each_class(metric, m.tp.size(), [&](std::size_t k) {
    if (m.predicted[k] > 0) precision += scale * m.tp[k] / m.predicted[k];
    if (m.support[k] > 0) recall += scale * m.tp[k] / m.support[k];
  });
  const double sum = precision + recall;
  if (sum <= 0) return;
  each_class(metric, m.tp.size(), [&](std::size_t k) {
    add_precision(out, m, k, scale * 2 * recall * recall / (sum * sum));
    add_recall(out, m, k, scale * 2 * precision * precision / (sum * sum));
  });
  out.value = 2 * precision * recall / sum;
}

}  // namespace

MetricFunction without_class(const MetricFunction& metric, std::size_t left_out,
                             std::size_t classes) {
  MetricFunction rest = metric;
  if (rest.classes.empty() && !averages_classes(metric.kind)) {
    rest.classes.resize(classes);
    std::iota(rest.classes.begin(), rest.classes.end(), std::size_t{0});
  }
  std::erase(rest.classes, left_out);
  return rest;
}

void metric_partials(const MetricFunction& metric, const ClassCounts& m, MetricPartials& out) {
  const std::size_t classes = m.tp.size();
  for (const std::size_t k : metric.classes) RB_CHECK_LT(k, classes);
  out.value = 0;
  out.rows = 0;
  for (std::vector<double>* part : {&out.tp, &out.support, &out.predicted})
    part->assign(classes, 0);
  const double scale = 1 / averaged_classes(metric, classes);
  switch (metric.kind) {
    case MetricKind::kMicroF1:
    case MetricKind::kAccuracy:
      return add_accuracy(out, m);
    case MetricKind::kWeightedF1:
      return add_weighted_f1(out, m);
    case MetricKind::kMacroF1OfMeans:
      return add_macro_f1_of_means(out, m, metric, scale);
    case MetricKind::kPrecision:
      return each_class(metric, classes, [&](std::size_t k) { add_precision(out, m, k, scale); });
    case MetricKind::kRecall:
      return each_class(metric, classes, [&](std::size_t k) { add_recall(out, m, k, scale); });
    case MetricKind::kPooledPrecision:
      return add_pooled(out, m, metric, 1, 0, 1);
    case MetricKind::kPooledRecall:
      return add_pooled(out, m, metric, 1, 1, 0);
    case MetricKind::kPooledF1:
      return add_pooled(out, m, metric, 2, 1, 1);
    case MetricKind::kSupportWeightedF1:
      return add_support_weighted_f1(out, m, metric);
    case MetricKind::kMacroF1:
    case MetricKind::kF1:
      return each_class(metric, classes, [&](std::size_t k) { add_f1(out, m, k, scale); });
  }
}

double metric_value(const MetricFunction& metric, std::span<const double> counts,
                    std::size_t classes) {
  MetricPartials partials;
  metric_partials(metric, margins_of(counts, classes), partials);
  return partials.value;
}

std::vector<double> metric_gradient(const MetricFunction& metric, std::span<const double> counts,
                                    std::size_t classes) {
  MetricPartials d;
  metric_partials(metric, margins_of(counts, classes), d);
  std::vector<double> gradient(classes * classes);
  for (std::size_t t = 0; t < classes; ++t) {
    for (std::size_t p = 0; p < classes; ++p) gradient[t * classes + p] = d.of_row(t, p);
  }
  return gradient;
}

}  // namespace ratbench::stats
