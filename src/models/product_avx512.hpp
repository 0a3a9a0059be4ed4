// Matrix products of a batch of few rows with the weights of a layer, for processors with AVX-512.
// What general routines do for any shape (copying operands into order first) costs more than it
// saves where one operand is used only a few times, as weights are in a small batch.
#pragma once

#include <cstdint>

namespace ratbench::models::avx512 {

// Rows of a batch that these routines are made for; with more, general ones are as good.
inline constexpr std::int64_t kMostRows = 256;

// False where the processor or the system has no AVX-512. The others must not be called then.
bool usable();

// A batch of `rows` rows through a layer of `in` inputs and `out` outputs, each at least 1.
struct LayerShape {
  std::int64_t rows = 0;
  std::int64_t in = 0;
  std::int64_t out = 0;
};

// All matrices are row-major without gaps; results may not overlap operands. A row's result does
// not depend on the other rows, nor on the number of threads.

// result [rows, out] := x [rows, in] weight^T + bias, with weight [out, in] and bias [out].
void linear(const float* x, const float* weight, const float* bias, float* result,
            const LayerShape& shape);

// grad_in [rows, in] := grad_out [rows, out] weight.
void input_gradient(const float* grad_out, const float* weight, float* grad_in,
                    const LayerShape& shape);

// grad_weight [out, in] := grad_out^T x, or grad_weight + grad_out^T x.
enum class Sum { kNew, kAdded };
void weight_gradient(const float* grad_out, const float* x, Sum sum, float* grad_weight,
                     const LayerShape& shape);

}  // namespace ratbench::models::avx512
