// The products of product_avx512.hpp in bfloat16: operands bfloat16, sums in 32 bits, results
// rounded to bfloat16 and given as float32. For processors with AVX512_BF16, whose instruction adds
// two products of neighbours at a time: half the time of 32 bits.
#pragma once

#include <c10/util/BFloat16.h>

#include "src/models/product_avx512.hpp"

namespace ratbench::models::avx512 {

// False where the processor or the system has no AVX512_BF16. The others must not be called then.
bool usable_bf16();

// to[i] := from[i] rounded to nearest, ties to even; numbers below the smallest normal one become
// 0.
void round_to_bf16(const float* from, std::int64_t size, c10::BFloat16* to);

// As their namesakes: row-major without gaps, a row's result does not depend on the others, nor on
// the number of threads.
void linear(const c10::BFloat16* x, const c10::BFloat16* weight, const c10::BFloat16* bias,
            float* result, const LayerShape& shape);
void input_gradient(const c10::BFloat16* grad_out, const c10::BFloat16* weight, float* grad_in,
                    const LayerShape& shape);
// The product is rounded before it is added.
void weight_gradient(const c10::BFloat16* grad_out, const c10::BFloat16* x, Sum sum,
                     float* grad_weight, const LayerShape& shape);

}  // namespace ratbench::models::avx512
