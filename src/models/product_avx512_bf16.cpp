#include "src/models/product_avx512_bf16.hpp"

#if defined(__x86_64__)
#include "src/models/avx512_tile.hpp"

#define RB_BF16 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#define RB_BF16_INLINE \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16"), always_inline)) inline

namespace ratbench::models::avx512 {
namespace {

using Half = c10::BFloat16;

constexpr Index kHalves = 2 * kLanes;  // bfloat16 numbers of a register
constexpr Index kHalfDepth = 2048;     // inputs summed before sums go to memory: 4 + 4 rows fit L1
constexpr __mmask32 kAllHalves = 0xFFFFFFFF;

// Of 32 columns from `column` on those that exist.
RB_BF16_INLINE __mmask32 halves_from(Index column, Index columns) {
  const Index left = std::clamp<Index>(columns - column, 0, kHalves);
  return static_cast<__mmask32>((std::uint64_t{1} << left) - 1U);
}

// 16 sums, each with the products of two neighbours.
RB_BF16_INLINE __m512 add_pairs(__m512 sums, __m512i a, __m512i b) {
  return _mm512_dpbf16_ps(sums, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
}

// Rounded to bfloat16 and widened again.
RB_BF16_INLINE __m512 rounded_sums(__m512 sums) {
  const auto narrow = reinterpret_cast<__m256i>(_mm512_maskz_cvtneps_pbh(kAll, sums));
  return _mm512_castsi512_ps(
      _mm512_maskz_slli_epi32(kAll, _mm512_maskz_cvtepu16_epi32(kAll, narrow), 16));
}

// Two neighbours as the instruction takes them.
std::uint32_t pair_of(Half low, Half high) {
  return static_cast<std::uint32_t>(low.x) | static_cast<std::uint32_t>(high.x) << 16U;
}

// Columns 0 .. 15 and 16 .. 31 of two rows, as pairs.
struct Interleaved {
  __m512i low, high;
};
RB_BF16_INLINE Interleaved interleave(__m512i a, __m512i b) {
  alignas(64) static constexpr std::uint16_t kLow[kHalves] = {
      0, 32, 1, 33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39,
      8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47};
  const __m512i low = _mm512_load_si512(kLow);
  const __m512i high = _mm512_add_epi16(low, _mm512_set1_epi16(kLanes));
  return {_mm512_maskz_permutex2var_epi16(kAllHalves, a, low, b),
          _mm512_maskz_permutex2var_epi16(kAllHalves, a, high, b)};
}

RB_BF16_INLINE void add_half_products(const Rows<Half>& x, const Rows<Half>& w, Index at,
                                      __mmask32 lanes, Tile& tile) {
  __m512i weight[kSide];
  RB_UNROLL
  for (Index j = 0; j < kSide; ++j) weight[j] = _mm512_maskz_loadu_epi16(lanes, w.row[j] + at);
  RB_UNROLL
  for (Index i = 0; i < kSide; ++i) {
    const __m512i input = _mm512_maskz_loadu_epi16(lanes, x.row[i] + at);
    RB_UNROLL
    for (Index j = 0; j < kSide; ++j) tile[i][j] = add_pairs(tile[i][j], input, weight[j]);
  }
}

RB_BF16 void half_linear_tile(const LinearBlock<Half>& block, Index first_row, Index first_output) {
  const LayerShape& shape = block.shape;
  const Rows<Half> x(block.x + block.first_input, first_row, shape.rows, shape.in);
  const Rows<Half> w(block.weight + block.first_input, first_output, shape.out, shape.in);
  Tile tile;
  clear(tile);
  const Index whole = block.inputs / kHalves * kHalves;
  for (Index at = 0; at < whole; at += kHalves) add_half_products(x, w, at, kAllHalves, tile);
  if (whole < block.inputs) add_half_products(x, w, whole, halves_from(whole, block.inputs), tile);
  const Results results(block, first_row, first_output);
  const __m512 sums = _mm512_add_ps(results.before(block), lane_sums(tile));
  results.put(block.is_last() ? rounded_sums(sums) : sums);
}

// Copies the columns of rows `row` and `row` + 1 (zeros beyond the last one) as pairs into
// `pairs`, 64 columns from `column` on; those that do not exist become zeros.
RB_BF16_INLINE void pack_pairs(const Half* row, const Half* next, Index column, Index columns,
                               std::uint32_t* pairs) {
  for (Index at = 0; at < kPanel; at += kHalves) {
    const __mmask32 lanes = halves_from(column + at, columns);
    const __m512i a = _mm512_maskz_loadu_epi16(lanes, row + column + at);
    const __m512i b = next == nullptr ? _mm512_setzero_si512()
                                      : _mm512_maskz_loadu_epi16(lanes, next + column + at);
    const Interleaved both = interleave(a, b);
    _mm512_store_si512(pairs + at, both.low);
    _mm512_store_si512(pairs + at + kLanes, both.high);
  }
}

// Copies `x` into panels of 64 columns, [panel, pair of rows, 64].
RB_BF16 void pack_row_pairs(const Half* x, Index rows, Index columns, std::uint32_t* panels) {
  for (Index column = 0; column < columns; column += kPanel)
    for (Index row = 0; row < rows; row += 2, panels += kPanel)
      pack_pairs(x + row * columns, row + 1 < rows ? x + (row + 1) * columns : nullptr, column,
                 columns, panels);
}

// Copies `grad` [rows, columns] into [column / 4, pair of rows, column % 4], filled up with zeros.
void pack_pair_fours(const Half* grad, Index rows, Index columns, std::uint32_t* fours) {
  const Half zero(0.0F);
  for (Index first = 0; first < columns; first += kSide)
    for (Index row = 0; row < rows; row += 2)
      for (Index column = first; column < first + kSide; ++column) {
        const bool exists = column < columns;
        const Half* at = grad + row * columns + column;
        *fours++ = pair_of(exists ? at[0] : zero, exists && row + 1 < rows ? at[columns] : zero);
      }
}

// Adds the products of pair `at` of four rows with the 64 pairs at `right`.
RB_BF16_INLINE void add_outer_pairs(const std::uint32_t* const (&left)[kSide], Index at,
                                    const std::uint32_t* right, Tile& tile) {
  __m512i pairs[kSide];
  RB_UNROLL
  for (Index j = 0; j < kSide; ++j) pairs[j] = _mm512_load_si512(right + j * kLanes);
  RB_UNROLL
  for (Index i = 0; i < kSide; ++i) {
    const __m512i factor = _mm512_set1_epi32(static_cast<int>(left[i][at]));
    RB_UNROLL
    for (Index j = 0; j < kSide; ++j) tile[i][j] = add_pairs(tile[i][j], factor, pairs[j]);
  }
}

RB_BF16_INLINE void put_rounded(__m512 sums, Sum sum, __mmask16 lanes, float* to) {
  __m512 values = rounded_sums(sums);
  if (sum == Sum::kAdded) values = _mm512_add_ps(_mm512_maskz_loadu_ps(lanes, to), values);
  _mm512_mask_storeu_ps(to, lanes, values);
}

// The first `rows` rows of a tile, 64 columns from `column` on, to rows of `columns` numbers.
RB_BF16_INLINE void put_tile(const Tile& tile, Sum sum, Index rows, Index column, Index columns,
                             float* to) {
  RB_UNROLL
  for (Index i = 0; i < kSide; ++i) {
    if (i >= rows) break;
    RB_UNROLL
    for (Index j = 0; j < kSide; ++j) {
      const Index at = column + j * kLanes;
      put_rounded(tile[i][j], sum, columns_from(at, columns), to + i * columns + at);
    }
  }
}

// Four outputs of the weight gradient, all inputs.
RB_BF16 void half_weight_rows(const std::uint32_t* fours, const std::uint32_t* panels, Sum sum,
                              float* grad_weight, const LayerShape shape, Index first_output) {
  const Index pairs = parts(shape.rows, 2);
  const Index outputs = std::min(kSide, shape.out - first_output);
  const std::uint32_t* const grad[kSide] = {fours, fours + 1, fours + 2, fours + 3};
  for (Index column = 0; column < shape.in; column += kPanel) {
    const std::uint32_t* panel = panels + column * pairs;
    Tile tile;
    clear(tile);
    for (Index i = 0; i < pairs; ++i) add_outer_pairs(grad, kSide * i, panel + i * kPanel, tile);
    put_tile(tile, sum, outputs, column, shape.in, grad_weight + first_output * shape.in);
  }
}

// Copies 64 columns of the weights as pairs of outputs, [pair of outputs, 64].
RB_BF16 void pack_weights(const Half* weight, const LayerShape shape, Index column,
                          std::uint32_t* pairs) {
  for (Index o = 0; o < shape.out; o += 2, pairs += kPanel) {
    const Half* row = weight + o * shape.in;
    _mm_prefetch(row + std::min(kAhead, shape.out - 1 - o) * shape.in + column, _MM_HINT_T0);
    _mm_prefetch(row + std::min(kAhead + 1, shape.out - 1 - o) * shape.in + column, _MM_HINT_T0);
    pack_pairs(row, o + 1 < shape.out ? row + shape.in : nullptr, column, shape.in, pairs);
  }
}

// Up to four rows and 64 inputs of the input gradient; `grad` [rows, pairs of outputs].
RB_BF16 void half_input_tile(const std::uint32_t* grad, const std::uint32_t* weights,
                             float* grad_in, const LayerShape shape, Index first_row,
                             Index column) {
  const Index pairs = parts(shape.out, 2);
  const std::uint32_t* row[kSide];
  RB_UNROLL
  for (Index i = 0; i < kSide; ++i) row[i] = grad + std::min(first_row + i, shape.rows - 1) * pairs;
  Tile tile;
  clear(tile);
  for (Index o = 0; o < pairs; ++o) add_outer_pairs(row, o, weights + o * kPanel, tile);
  const Index rows = std::min(kSide, shape.rows - first_row);
  put_tile(tile, Sum::kNew, rows, column, shape.in, grad_in + first_row * shape.in);
}

}  // namespace

bool usable_bf16() {
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bf16");
}

RB_BF16 void round_to_bf16(const float* from, std::int64_t size, Half* to) {
  for (Index at = 0; at < size; at += kLanes) {
    const __mmask16 lanes = columns_from(at, size);
    const auto narrow = reinterpret_cast<__m256i>(
        _mm512_maskz_cvtneps_pbh(kAll, _mm512_maskz_loadu_ps(lanes, from + at)));
    _mm256_mask_storeu_epi16(to + at, lanes, narrow);
  }
}

void linear(const Half* x, const Half* weight, const Half* bias, float* result,
            const LayerShape& shape) {
  for_linear_tiles(shape, kHalfDepth, [&](Index first, Index inputs, Index row, Index output) {
    half_linear_tile({x, weight, bias, result, shape, first, inputs}, row, output);
  });
}

void input_gradient(const Half* grad_out, const Half* weight, float* grad_in,
                    const LayerShape& shape) {
  const Index pairs = parts(shape.out, 2);
  auto* grad = scratch<std::uint32_t, Scratch::kOperands>(shape.rows * pairs);
  for (Index row = 0; row < shape.rows; ++row) {
    const Half* from = grad_out + row * shape.out;
    for (Index o = 0; o < shape.out; o += 2)
      grad[row * pairs + o / 2] = pair_of(from[o], o + 1 < shape.out ? from[o + 1] : Half(0.0F));
  }
  for_parts(shape.in, kPanel, [&](Index column) {
    auto* weights = scratch<std::uint32_t, Scratch::kColumns>(pairs * kPanel);
    pack_weights(weight, shape, column, weights);
    for (Index row = 0; row < shape.rows; row += kSide)
      half_input_tile(grad, weights, grad_in, shape, row, column);
  });
}

void weight_gradient(const Half* grad_out, const Half* x, Sum sum, float* grad_weight,
                     const LayerShape& shape) {
  const Index pairs = parts(shape.rows, 2);
  const Index of_panels = parts(shape.in, kPanel) * kPanel * pairs;
  auto* panels = scratch<std::uint32_t, Scratch::kOperands>(of_panels + parts(shape.out, kSide) *
                                                                            kSide * pairs);
  std::uint32_t* fours = panels + of_panels;
  pack_row_pairs(x, shape.rows, shape.in, panels);
  pack_pair_fours(grad_out, shape.rows, shape.out, fours);
  for_parts(shape.out, kSide, [&](Index output) {
    half_weight_rows(fours + output * pairs, panels, sum, grad_weight, shape, output);
  });
}

}  // namespace ratbench::models::avx512

#else

namespace ratbench::models::avx512 {

bool usable_bf16() { return false; }
// Never called, as nothing is usable.
void round_to_bf16(const float*, std::int64_t, c10::BFloat16*) {}
void linear(const c10::BFloat16*, const c10::BFloat16*, const c10::BFloat16*, float*,
            const LayerShape&) {}
void input_gradient(const c10::BFloat16*, const c10::BFloat16*, float*, const LayerShape&) {}
void weight_gradient(const c10::BFloat16*, const c10::BFloat16*, Sum, float*, const LayerShape&) {}

}  // namespace ratbench::models::avx512

#endif
