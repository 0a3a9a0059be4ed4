#include "src/models/product_avx512.hpp"

#if defined(__x86_64__)
#include "src/models/avx512_tile.hpp"

namespace ratbench::models::avx512 {
namespace {

constexpr Index kDepth = 1024;  // inputs summed before sums go to memory: 4 + 4 rows fit L1

RB_INLINE void add_products(const Rows<float>& x, const Rows<float>& w, Index at, __mmask16 lanes,
                            Tile& tile) {
  __m512 weight[kSide];
  RB_UNROLL
  for (Index j = 0; j < kSide; ++j) weight[j] = _mm512_maskz_loadu_ps(lanes, w.row[j] + at);
  RB_UNROLL
  for (Index i = 0; i < kSide; ++i) {
    const __m512 input = _mm512_maskz_loadu_ps(lanes, x.row[i] + at);
    RB_UNROLL
    for (Index j = 0; j < kSide; ++j) tile[i][j] = _mm512_fmadd_ps(input, weight[j], tile[i][j]);
  }
}

RB_AVX512 void linear_tile(const LinearBlock<float>& block, Index first_row, Index first_output) {
  const LayerShape& shape = block.shape;
  const Rows<float> x(block.x + block.first_input, first_row, shape.rows, shape.in);
  const Rows<float> w(block.weight + block.first_input, first_output, shape.out, shape.in);
  Tile tile;
  clear(tile);
  const Index whole = block.inputs / kLanes * kLanes;
  for (Index at = 0; at < whole; at += kLanes) add_products(x, w, at, kAll, tile);
  if (whole < block.inputs) add_products(x, w, whole, columns_from(whole, block.inputs), tile);
  const Results results(block, first_row, first_output);
  results.put(_mm512_add_ps(results.before(block), lane_sums(tile)));
}

// Copies `x` into panels of 64 columns, [panel, row, 64], the last one filled up with zeros.
RB_AVX512 void pack_columns(const float* x, Index rows, Index columns, float* panels) {
  for (Index i = 0; i < rows; ++i)
    for (Index at = 0; at < columns; at += kLanes)
      _mm512_store_ps(panels + (at / kPanel * rows + i) * kPanel + at % kPanel,
                      _mm512_maskz_loadu_ps(columns_from(at, columns), x + i * columns + at));
}

// Copies `grad` [rows, columns] into [column / 4, row, column % 4], filled up with zeros.
void pack_fours(const float* grad, Index rows, Index columns, float* fours) {
  for (Index first = 0; first < columns; first += kSide)
    for (Index i = 0; i < rows; ++i) RB_UNROLL
  for (Index j = 0; j < kSide; ++j)
    *fours++ = first + j < columns ? grad[i * columns + first + j] : 0.0F;
}

RB_INLINE void add_outer(const float* const (&left)[kSide], Index at, const __m512 (&right)[kSide],
                         Tile& tile) {
  RB_UNROLL
  for (Index i = 0; i < kSide; ++i) {
    const __m512 factor = _mm512_set1_ps(left[i][at]);
    RB_UNROLL
    for (Index j = 0; j < kSide; ++j) tile[i][j] = _mm512_fmadd_ps(factor, right[j], tile[i][j]);
  }
}

RB_INLINE void put(__m512 values, Sum sum, __mmask16 lanes, float* to) {
  const __m512 before = sum == Sum::kNew ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(lanes, to);
  _mm512_mask_storeu_ps(to, lanes, _mm512_add_ps(before, values));
}

// Four outputs of the weight gradient, all inputs.
RB_AVX512 void weight_rows(const float* fours, const float* panels, Sum sum, float* grad_weight,
                           const LayerShape shape, Index first_output) {
  const Index outputs = std::min(kSide, shape.out - first_output);
  const float* const grad[kSide] = {fours, fours + 1, fours + 2, fours + 3};
  for (Index column = 0; column < shape.in; column += kPanel) {
    const float* panel = panels + column * shape.rows;
    Tile tile;
    clear(tile);
    for (Index i = 0; i < shape.rows; ++i) {
      __m512 x[kSide];
      RB_UNROLL
      for (Index j = 0; j < kSide; ++j) x[j] = _mm512_load_ps(panel + i * kPanel + j * kLanes);
      add_outer(grad, kSide * i, x, tile);
    }
    RB_UNROLL
    for (Index i = 0; i < kSide; ++i) {
      if (i >= outputs) break;
      float* to = grad_weight + (first_output + i) * shape.in + column;
      RB_UNROLL
      for (Index j = 0; j < kSide; ++j)
        put(tile[i][j], sum, columns_from(column + j * kLanes, shape.in), to + j * kLanes);
    }
  }
}

// What the columns of one tile are read from: the weights, which leaves them in `packed` for the
// next rows, or there.
enum class Weights { kOriginal, kPacked };

// Up to four rows and 64 inputs of the input gradient.
template <Weights kWeights>
RB_AVX512 void input_tile(const float* grad_out, const float* weight, float* packed, float* grad_in,
                          const LayerShape shape, Index first_row, Index column) {
  const Rows<float> grad(grad_out, first_row, shape.rows, shape.out);
  __mmask16 lanes[kSide];
  RB_UNROLL
  for (Index j = 0; j < kSide; ++j) lanes[j] = columns_from(column + j * kLanes, shape.in);
  Tile tile;
  clear(tile);
  for (Index o = 0; o < shape.out; ++o) {
    __m512 w[kSide];
    RB_UNROLL
    for (Index j = 0; j < kSide; ++j) {
      float* kept = packed + o * kPanel + j * kLanes;
      if constexpr (kWeights == Weights::kPacked) {
        w[j] = _mm512_load_ps(kept);
      } else {
        const float* from = weight + o * shape.in + column + j * kLanes;
        _mm_prefetch(from + std::min(kAhead, shape.out - 1 - o) * shape.in, _MM_HINT_T0);
        w[j] = _mm512_maskz_loadu_ps(lanes[j], from);
        _mm512_store_ps(kept, w[j]);
      }
    }
    add_outer(grad.row, o, w, tile);
  }
  const Index rows = std::min(kSide, shape.rows - first_row);
  RB_UNROLL
  for (Index i = 0; i < kSide; ++i) {
    const __mmask16 exists = i < rows ? kAll : 0;
    float* to = grad_in + (first_row + i) * shape.in + column;
    RB_UNROLL
    for (Index j = 0; j < kSide; ++j)
      _mm512_mask_storeu_ps(to + j * kLanes, lanes[j] & exists, tile[i][j]);
  }
}

// 64 inputs of the input gradient, all rows.
void input_columns(const float* grad_out, const float* weight, float* grad_in,
                   const LayerShape& shape, Index column) {
  float* packed = scratch<float, Scratch::kColumns>(shape.out * kPanel);
  input_tile<Weights::kOriginal>(grad_out, weight, packed, grad_in, shape, 0, column);
  for (Index row = kSide; row < shape.rows; row += kSide)
    input_tile<Weights::kPacked>(grad_out, weight, packed, grad_in, shape, row, column);
}

}  // namespace

bool usable() { return __builtin_cpu_supports("avx512f"); }

void linear(const float* x, const float* weight, const float* bias, float* result,
            const LayerShape& shape) {
  for_linear_tiles(shape, kDepth, [&](Index first, Index inputs, Index row, Index output) {
    linear_tile({x, weight, bias, result, shape, first, inputs}, row, output);
  });
}

void input_gradient(const float* grad_out, const float* weight, float* grad_in,
                    const LayerShape& shape) {
  for_parts(shape.in, kPanel,
            [&](Index column) { input_columns(grad_out, weight, grad_in, shape, column); });
}

void weight_gradient(const float* grad_out, const float* x, Sum sum, float* grad_weight,
                     const LayerShape& shape) {
  float* panels = scratch<float, Scratch::kOperands>(parts(shape.in, kPanel) * kPanel * shape.rows +
                                                     parts(shape.out, kSide) * kSide * shape.rows);
  float* fours = panels + parts(shape.in, kPanel) * kPanel * shape.rows;
  if (shape.in % kPanel != 0) std::fill(fours - kPanel * shape.rows, fours, 0.0F);
  pack_columns(x, shape.rows, shape.in, panels);
  pack_fours(grad_out, shape.rows, shape.out, fours);
  for_parts(shape.out, kSide, [&](Index output) {
    weight_rows(fours + output * shape.rows, panels, sum, grad_weight, shape, output);
  });
}

}  // namespace ratbench::models::avx512

#else

namespace ratbench::models::avx512 {

bool usable() { return false; }
// Never called, as nothing is usable.
void linear(const float*, const float*, const float*, float*, const LayerShape&) {}
void input_gradient(const float*, const float*, float*, const LayerShape&) {}
void weight_gradient(const float*, const float*, Sum, float*, const LayerShape&) {}

}  // namespace ratbench::models::avx512

#endif
