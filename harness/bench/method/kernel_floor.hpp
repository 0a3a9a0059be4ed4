// The kernels that a training step of the MLP cannot do without, alone: the matrix products of the
// first layer and the update of its weights. Their sum is a floor under the time of the step.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "src/models/product.hpp"

namespace ratbench::bench {

// Matrix products of the first layer in one attacked batch (or a clean one, for "none"), in batch
// equivalents.
struct Products {
  std::int64_t forward = 0;
  std::int64_t weight_gradient = 0;
  std::int64_t input_gradient = 0;
};
Products products_of(const std::string& attack);

// Seconds of processor time of one call each.
struct KernelTimes {
  double forward_s = 0;
  double weight_gradient_s = 0;  // of all passes of the step in one product
  double input_gradient_s = 0;
  double update_s = 0;
  // Of a step with the products that were measured.
  double sum(const Products& products) const;
};

// FLOP of one product of the first layer.
double flop_of_product(std::int64_t dim, std::int64_t batch);

class KernelFloor {
 public:
  // For a step with these products.
  KernelFloor(std::int64_t dim, std::int64_t batch, const Products& products,
              models::Product product);
  ~KernelFloor();
  KernelFloor(const KernelFloor&) = delete;
  KernelFloor& operator=(const KernelFloor&) = delete;

  // Calls each kernel `repeats` times in a row, after one call that is not timed, and adds the mean
  // to what `median` looks at.
  void measure(int repeats);
  // Median over the calls of `measure`, kernel by kernel.
  KernelTimes median() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ratbench::bench
