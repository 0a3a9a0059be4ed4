#include "src/optim/update_kernel.hpp"

#include <cmath>

// Without clones (another compiler) the baseline instruction set is used.
#if defined(__GNUC__) && !defined(__clang__)
#define RATBENCH_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define RATBENCH_CLONES
#endif

namespace ratbench::optim {
namespace {

template <typename T>
[[gnu::always_inline]] inline void update_all(T* __restrict theta, const T* __restrict gradient,
                                              T* __restrict mean, T* __restrict square,
                                              std::int64_t n, const UpdateFactors& factors) {
  const T keep = static_cast<T>(factors.keep);
  const T beta1 = static_cast<T>(factors.beta1);
  const T beta2 = static_cast<T>(factors.beta2);
  const T rest1 = static_cast<T>(1 - factors.beta1);
  const T rest2 = static_cast<T>(1 - factors.beta2);
  const T rate = static_cast<T>(factors.rate);
  const T scale = static_cast<T>(1 / factors.root_correction2);
  const T eps = static_cast<T>(factors.eps);
  for (std::int64_t i = 0; i < n; ++i) {
    const T g = gradient[i];
    const T m = beta1 * mean[i] + rest1 * g;
    const T v = beta2 * square[i] + rest2 * g * g;
    mean[i] = m;
    square[i] = v;
    theta[i] = keep * theta[i] - rate * m / (std::sqrt(v) * scale + eps);
  }
}

template <typename T>
[[gnu::always_inline]] inline double sum_squares(const T* values, std::int64_t n) {
  constexpr std::int64_t kLanes = 16;  // independent sums, so that they need not wait
  double sums[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      const auto value = static_cast<double>(values[i + lane]);
      sums[lane] += value * value;
    }
  }
  double total = 0;
  for (const double sum : sums) total += sum;
  for (; i < n; ++i) total += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  return total;
}

}  // namespace

RATBENCH_CLONES void update(float* theta, const float* gradient, float* mean, float* square,
                            std::int64_t n, const UpdateFactors& factors) {
  update_all(theta, gradient, mean, square, n, factors);
}

RATBENCH_CLONES void update(double* theta, const double* gradient, double* mean, double* square,
                            std::int64_t n, const UpdateFactors& factors) {
  update_all(theta, gradient, mean, square, n, factors);
}

RATBENCH_CLONES double squares(const float* values, std::int64_t n) {
  return sum_squares(values, n);
}

RATBENCH_CLONES double squares(const double* values, std::int64_t n) {
  return sum_squares(values, n);
}

}  // namespace ratbench::optim
