// ascend() on the CPU: one pass for the norm, one for the step, no temporaries.
#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "src/attacks/perturbation.hpp"
#include "src/base/check.hpp"

namespace ratbench::attacks {
namespace {

constexpr std::int64_t kLanes = 16;  // independent sums, so that they vectorise

template <typename T>
T sum_of_squares(const T* values, std::int64_t n) {
  T sums[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      sums[lane] += values[i + lane] * values[i + lane];
    }
  }
  T total = 0;
  for (const T sum : sums) total += sum;
  for (; i < n; ++i) total += values[i] * values[i];
  return total;
}

template <typename T>
double largest_magnitude(const T* values, std::int64_t n) {
  T largest = 0;
  for (std::int64_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(values[i]));
  return static_cast<double>(largest);
}

template <typename T>
double l2_norm(const T* values, std::int64_t n) {
  // Squares of entries that matter are exact enough inside this range; outside it, entries are
  // brought near 1 first.
  constexpr T kLow = std::numeric_limits<T>::min() * T(1e8);
  constexpr T kHigh = std::numeric_limits<T>::max() * T(1e-8);
  const T sum = sum_of_squares(values, n);
  if (sum > kLow && sum < kHigh) return std::sqrt(static_cast<double>(sum));
  const double largest = largest_magnitude(values, n);
  if (largest == 0 || std::isnan(static_cast<double>(sum))) return static_cast<double>(sum);
  double scaled = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double value = static_cast<double>(values[i]) / largest;
    scaled += value * value;
  }
  return std::sqrt(scaled) * largest;
}

template <typename T>
double norm_of(const T* values, std::int64_t n, Ball ball) {
  return ball == Ball::kL2 ? l2_norm(values, n) : largest_magnitude(values, n);
}

template <typename T>
void project(T* r, std::int64_t n, const Ascent& ascent) {
  const double radius = *ascent.radius;
  if (ascent.ball == Ball::kLinf) {
    const T bound = static_cast<T>(radius);
    for (std::int64_t i = 0; i < n; ++i) r[i] = std::clamp(r[i], -bound, bound);
    return;
  }
  const double norm = l2_norm(r, n);
  if (!(norm > radius)) return;
  const T factor = static_cast<T>(radius / norm);
  for (std::int64_t i = 0; i < n; ++i) r[i] *= factor;
}

// r = delta + multiplier g, delta null for 0. One loop each, so that both vectorise.
template <typename T>
void move(const T* delta, const T* g, T* r, std::int64_t n, T multiplier) {
  if (delta == nullptr) {
    for (std::int64_t i = 0; i < n; ++i) r[i] = multiplier * g[i];
  } else {
    for (std::int64_t i = 0; i < n; ++i) r[i] = delta[i] + multiplier * g[i];
  }
}

// The same for a gradient so small that the multiplier overflows: divided element by element.
template <typename T>
void move_by_division(const T* delta, const T* g, T* r, std::int64_t n, double norm, double step) {
  for (std::int64_t i = 0; i < n; ++i) {
    const auto by = static_cast<T>(static_cast<double>(g[i]) / norm * step);
    r[i] = delta == nullptr ? by : delta[i] + by;
  }
}

template <typename T>
void ascend_row(const T* delta, const T* g, T* r, std::int64_t n, const Ascent& ascent) {
  const double norm = norm_of(g, n, ascent.ball);
  const double divisor = std::max(norm, ascent.floor);
  if (!(norm > 0)) {
    // NaN moves nothing either; it shows in the loss of the same batch.
    if (delta == nullptr) {
      std::fill(r, r + n, T(0));
    } else {
      std::copy(delta, delta + n, r);
    }
  } else if (ascent.step / divisor < static_cast<double>(std::numeric_limits<T>::max())) {
    move(delta, g, r, n, static_cast<T>(ascent.step / divisor));
  } else {
    move_by_division(delta, g, r, n, divisor, ascent.step);
  }
  if (ascent.radius) project(r, n, ascent);
}

template <typename T>
void ascend_rows(const at::Tensor& delta, const at::Tensor& gradient, at::Tensor& result,
                 const Ascent& ascent) {
  const std::int64_t rows = ascent.norm == Norm::kSample ? gradient.size(0) : 1;
  const std::int64_t n = rows == 0 ? 0 : gradient.numel() / rows;
  const T* start = delta.defined() ? delta.const_data_ptr<T>() : nullptr;
  const T* g = gradient.const_data_ptr<T>();
  T* r = result.mutable_data_ptr<T>();
  for (std::int64_t row = 0; row < rows; ++row) {
    ascend_row(start == nullptr ? nullptr : start + row * n, g + row * n, r + row * n, n, ascent);
  }
}

}  // namespace

at::Tensor detail::ascend_cpu(const at::Tensor& delta, const at::Tensor& gradient,
                              const Ascent& ascent) {
  RB_CHECK(!delta.defined() || delta.scalar_type() == gradient.scalar_type());
  at::Tensor result = at::empty_like(gradient);
  if (gradient.scalar_type() == at::kFloat) {
    ascend_rows<float>(delta, gradient, result, ascent);
  } else {
    ascend_rows<double>(delta, gradient, result, ascent);
  }
  return result;
}

}  // namespace ratbench::attacks
