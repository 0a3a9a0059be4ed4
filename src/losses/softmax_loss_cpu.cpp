// CPU kernel of the softmax losses: for a batch of 32 rows and 7 classes the whole loss costs less
// than two ATen calls.
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "src/base/check.hpp"
#include "src/losses/softmax_loss.hpp"

namespace ratbench::losses {
namespace {

// Penalty and its derivative at l = log p.
struct Modulated {
  double value;
  double slope;
};

// `p` = e^l and `rest` = 1 - p, which is exact where p is near 1.
Modulated modulate(const SoftmaxLossOptions& options, double l, double p, double rest) {
  if (options.penalty == Penalty::kLog) return {-l, -1};
  const double gamma = options.gamma;
  const double ratio = rest > 0 ? l / rest : -1.0;  // l / (1 - p) tends to -1 as p -> 1
  const double factor = gamma == 2 ? rest * rest : std::pow(rest, gamma);
  return {-factor * l, factor * (gamma * p * ratio - 1)};
}

// Adds `share` times the loss of one row with label `y` to `sum` and its gradient by the logits to
// `gradient` (before the mean is taken).
template <typename T>
class RowLoss {
 public:
  RowLoss(const SoftmaxLossOptions& options, std::size_t classes)
      : options_(options), classes_(classes), exponentials_(classes) {}

  void add(const T* logits, std::size_t y, double share, T* gradient) {
    const double s = options_.scale;
    const double margin = options_.margins.empty() ? 0.0 : options_.margins[y];
    std::size_t top = 0;
    double largest = -INFINITY;
    for (std::size_t j = 0; j < classes_; ++j) {
      const double u = s * (static_cast<double>(logits[j]) - (j == y ? margin : 0.0));
      exponentials_[j] = u;
      if (!(u <= largest)) {  // NaN is taken, so that it reaches the value
        largest = u;
        top = j;
      }
    }
    const double at_label = exponentials_[y] - largest;
    double others = 0;
    for (std::size_t j = 0; j < classes_; ++j) {
      exponentials_[j] = std::exp(exponentials_[j] - largest);
      if (j != top) others += exponentials_[j];
    }
    const double l = at_label - std::log1p(others);
    const double class_weight = options_.weights.empty() ? 1.0 : options_.weights[y];
    const double weight = share * class_weight;
    const double normaliser = 1 / (1 + others);
    const double p = exponentials_[y] * normaliser;
    const double rest = (y == top ? others : 1 + others - exponentials_[y]) * normaliser;
    const bool inside = options_.weighting == Weighting::kInside;
    const Modulated penalty = inside
                                  ? modulate(options_, class_weight * l, std::exp(class_weight * l),
                                             -std::expm1(class_weight * l))
                                  : modulate(options_, l, p, rest);
    sum_ += (inside ? share : weight) * penalty.value;
    weights_ += weight;
    rows_ += share;
    const double factor = s * weight * penalty.slope;
    for (std::size_t j = 0; j < classes_; ++j) {
      const double slope = j == y ? rest : -exponentials_[j] * normaliser;
      gradient[j] += static_cast<T>(factor * slope);
    }
  }

  double sum() const { return sum_; }
  double divisor() const { return options_.mean == Mean::kOverRows ? rows_ : weights_; }

 private:
  const SoftmaxLossOptions& options_;
  std::size_t classes_;
  std::vector<double> exponentials_;
  double sum_ = 0;
  double weights_ = 0;
  double rows_ = 0;
};

std::size_t checked_label(std::int64_t label, std::size_t classes) {
  RB_CHECK_GE(label, 0);
  RB_CHECK_LT(static_cast<std::size_t>(label), classes);
  return static_cast<std::size_t>(label);
}

template <typename T>
double evaluate_rows(const SoftmaxLossOptions& options, const at::Tensor& logits,
                     const Targets& targets, at::Tensor& dlogits) {
  const auto rows = static_cast<std::size_t>(logits.size(0));
  const auto classes = static_cast<std::size_t>(logits.size(1));
  const T* z = logits.const_data_ptr<T>();
  T* gradient = dlogits.mutable_data_ptr<T>();
  const auto* label = targets.labels.const_data_ptr<std::int64_t>();
  const bool mixed = targets.other.defined();
  const auto* other = mixed ? targets.other.const_data_ptr<std::int64_t>() : nullptr;
  const auto* share = mixed ? targets.share.const_data_ptr<double>() : nullptr;
  RowLoss<T> row_loss(options, classes);
  for (std::size_t i = 0; i < rows; ++i) {
    if (label[i] == kIgnoredLabel) continue;
    const double first = mixed ? share[i] : 1.0;
    T* row_gradient = gradient + i * classes;
    const T* row = z + i * classes;
    row_loss.add(row, checked_label(label[i], classes), first, row_gradient);
    if (first < 1) row_loss.add(row, checked_label(other[i], classes), 1 - first, row_gradient);
  }
  const double divisor = row_loss.divisor();
  if (divisor == 0) return 0;  // no row counts; every gradient is still 0
  const T factor = static_cast<T>(1 / divisor);
  std::for_each(gradient, gradient + rows * classes, [factor](T& g) { g *= factor; });
  return row_loss.sum() / divisor;
}

}  // namespace

LossValue detail::softmax_loss_cpu(const SoftmaxLossOptions& options, const at::Tensor& logits,
                                   const Targets& targets) {
  const at::Tensor z = logits.contiguous();
  LossValue result{at::empty({}, logits.options().dtype(at::kDouble)), at::zeros_like(z)};
  *result.value.mutable_data_ptr<double>() =
      z.scalar_type() == at::kFloat ? evaluate_rows<float>(options, z, targets, result.dlogits)
                                    : evaluate_rows<double>(options, z, targets, result.dlogits);
  return result;
}

}  // namespace ratbench::losses
