// The AdamW update of one contiguous tensor in one pass over memory, and the sum of squares that
// clipping needs. Compiled for several instruction sets; the widest the processor has is used.
#pragma once

#include <cstdint>

namespace ratbench::optim {

// theta <- keep theta - rate m / (sqrt(v) / root_correction2 + eps) with
// m <- beta1 m + (1 - beta1) g and v <- beta2 v + (1 - beta2) g^2.
struct UpdateFactors {
  double keep;
  double beta1;
  double beta2;
  double rate;
  double root_correction2;
  double eps;
};

void update(float* theta, const float* gradient, float* mean, float* square, std::int64_t n,
            const UpdateFactors& factors);
void update(double* theta, const double* gradient, double* mean, double* square, std::int64_t n,
            const UpdateFactors& factors);

// Sum of squares in double.
double squares(const float* values, std::int64_t n);
double squares(const double* values, std::int64_t n);

}  // namespace ratbench::optim
