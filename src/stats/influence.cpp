#include "src/stats/influence.hpp"

#include <algorithm>
#include <numeric>

#include "src/base/check.hpp"

namespace ratbench::stats {
namespace {

// Value and derivatives by true positives, support and predicted rows of each class, and by the
// number of rows. All metrics depend on the counts through these alone.
struct Partials {
  explicit Partials(std::size_t classes) : tp(classes), support(classes), predicted(classes) {}
  double value = 0;
  std::vector<double> tp, support, predicted;
  double rows = 0;
};

struct Margins {
  std::vector<double> tp, support, predicted;
  double rows = 0;
};

Margins margins_of(std::span<const double> counts, std::size_t classes) {
  RB_CHECK_EQ(counts.size(), classes * classes);
  Margins m{std::vector<double>(classes), std::vector<double>(classes),
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

// Adds scale * (a tp / (b support + c predicted)) of class k.
void add_ratio(Partials& out, const Margins& m, std::size_t k, double scale, double a, double b,
               double c) {
  const double below = b * m.support[k] + c * m.predicted[k];
  if (below <= 0) return;
  const double ratio = a * m.tp[k] / below;
  out.value += scale * ratio;
  out.tp[k] += scale * a / below;
  out.support[k] -= scale * ratio * b / below;
  out.predicted[k] -= scale * ratio * c / below;
}

void add_precision(Partials& out, const Margins& m, std::size_t k, double scale) {
  add_ratio(out, m, k, scale, 1, 0, 1);
}
void add_recall(Partials& out, const Margins& m, std::size_t k, double scale) {
  add_ratio(out, m, k, scale, 1, 1, 0);
}
void add_f1(Partials& out, const Margins& m, std::size_t k, double scale) {
  add_ratio(out, m, k, scale, 2, 1, 1);
}

// a f + b g for the derivatives, value given.
Partials combined(const Partials& f, double a, const Partials& g, double b, double value) {
  Partials out(f.tp.size());
  out.value = value;
  for (std::size_t k = 0; k < f.tp.size(); ++k) {
    out.tp[k] = a * f.tp[k] + b * g.tp[k];
    out.support[k] = a * f.support[k] + b * g.support[k];
    out.predicted[k] = a * f.predicted[k] + b * g.predicted[k];
  }
  return out;
}

Partials accuracy(const Margins& m) {
  Partials out(m.tp.size());
  if (m.rows <= 0) return out;
  out.value = std::accumulate(m.tp.begin(), m.tp.end(), 0.0) / m.rows;
  std::fill(out.tp.begin(), out.tp.end(), 1 / m.rows);
  out.rows = -out.value / m.rows;
  return out;
}

// sum_k support_k F1_k / rows.
Partials weighted_f1(const Margins& m) {
  Partials out(m.tp.size());
  if (m.rows <= 0) return out;
  for (std::size_t k = 0; k < m.tp.size(); ++k) {
    const double before = out.value;
    const double weight = m.support[k] / m.rows;
    if (weight <= 0) continue;
    add_f1(out, m, k, weight);
    out.support[k] += (out.value - before) / weight / m.rows;
  }
  out.rows = -out.value / m.rows;
  return out;
}

Partials macro_f1_of_means(const Margins& m, std::span<const std::size_t> classes) {
  Partials precision(m.tp.size());
  Partials recall(m.tp.size());
  const double scale = 1 / static_cast<double>(classes.size());
  for (const std::size_t k : classes) {
    add_precision(precision, m, k, scale);
    add_recall(recall, m, k, scale);
  }
  const double sum = precision.value + recall.value;
  if (sum <= 0) return Partials(m.tp.size());
  return combined(precision, 2 * recall.value * recall.value / (sum * sum), recall,
                  2 * precision.value * precision.value / (sum * sum),
                  2 * precision.value * recall.value / sum);
}

bool averages_classes(MetricKind kind) {
  return kind == MetricKind::kPrecision || kind == MetricKind::kRecall || kind == MetricKind::kF1;
}

Partials partials_of(const MetricFunction& metric, const Margins& m) {
  std::vector<std::size_t> classes = metric.classes;
  if (classes.empty() && !averages_classes(metric.kind)) {
    classes.resize(m.tp.size());
    std::iota(classes.begin(), classes.end(), std::size_t{0});
  }
  for (const std::size_t k : classes) RB_CHECK_LT(k, m.tp.size());
  Partials out(m.tp.size());
  switch (metric.kind) {
    case MetricKind::kMicroF1:
    case MetricKind::kAccuracy:
      return accuracy(m);
    case MetricKind::kWeightedF1:
      return weighted_f1(m);
    case MetricKind::kMacroF1OfMeans:
      return macro_f1_of_means(m, classes);
    case MetricKind::kPrecision:
      for (const std::size_t k : classes)
        add_precision(out, m, k, 1 / static_cast<double>(classes.size()));
      return out;
    case MetricKind::kRecall:
      for (const std::size_t k : classes)
        add_recall(out, m, k, 1 / static_cast<double>(classes.size()));
      return out;
    case MetricKind::kMacroF1:
    case MetricKind::kF1:
      for (const std::size_t k : classes)
        add_f1(out, m, k, 1 / static_cast<double>(classes.size()));
      return out;
  }
  return out;
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

double metric_value(const MetricFunction& metric, std::span<const double> counts,
                    std::size_t classes) {
  return partials_of(metric, margins_of(counts, classes)).value;
}

std::vector<double> metric_gradient(const MetricFunction& metric, std::span<const double> counts,
                                    std::size_t classes) {
  const Partials d = partials_of(metric, margins_of(counts, classes));
  std::vector<double> gradient(classes * classes);
  for (std::size_t t = 0; t < classes; ++t) {
    for (std::size_t p = 0; p < classes; ++p)
      gradient[t * classes + p] = (t == p ? d.tp[t] : 0) + d.support[t] + d.predicted[p] + d.rows;
  }
  return gradient;
}

}  // namespace ratbench::stats
