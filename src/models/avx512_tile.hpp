// What the products with AVX-512 share (product_avx512.cpp, product_avx512_bf16.cpp): tiles of
// 4 x 4 registers of sums, masks of the last columns, scratch memory, division of work.
// For x86-64 alone; compiled for AVX-512 whatever the build's target.
#pragma once

#include <ATen/Parallel.h>
#include <immintrin.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "src/models/product_avx512.hpp"

#define RB_AVX512 __attribute__((target("avx512f")))
#define RB_UNROLL _Pragma("GCC unroll 4")
#define RB_INLINE __attribute__((target("avx512f"), always_inline)) inline

namespace ratbench::models::avx512 {

using Index = std::int64_t;

inline constexpr Index kLanes = 16;          // floats of a register
inline constexpr Index kSide = 4;            // a tile has 4 x 4 registers of sums
inline constexpr Index kPanel = 4 * kLanes;  // columns of a tile whose registers run along columns
inline constexpr Index kBlockRows = 64;      // rows of a batch whose inputs stay in the L2 cache
inline constexpr Index kAhead = 8;           // rows to prefetch that lie far from each other

// The forms with a mask that is always full: GCC 12 takes the others for uses of what is not
// initialised, and both compile to the same instruction.
inline constexpr __mmask16 kAll = 0xFFFF;

using Tile = __m512[kSide][kSide];

RB_INLINE void clear(Tile& tile) {
  for (auto& row : tile)
    for (__m512& sum : row) sum = _mm512_setzero_ps();
}

// Of 16 columns from `column` on those that exist.
RB_INLINE __mmask16 columns_from(Index column, Index columns) {
  const Index left = std::clamp<Index>(columns - column, 0, kLanes);
  return static_cast<__mmask16>((1U << left) - 1U);
}

// Registers of four parts each: parts 0 + 1 and 2 + 3 of `a`, then those of `b`.
RB_INLINE __m512 halves(__m512 a, __m512 b) {
  return _mm512_add_ps(_mm512_maskz_shuffle_f32x4(kAll, a, b, 0x88),
                       _mm512_maskz_shuffle_f32x4(kAll, a, b, 0xDD));
}

// Element 4 i + j is the sum over the lanes of sum[i][j].
RB_INLINE __m512 lane_sums(const Tile& tile) {
  __m512 row[kSide];
  RB_UNROLL
  for (Index i = 0; i < kSide; ++i) {
    const auto& s = tile[i];
    const __m512 ab = _mm512_add_ps(_mm512_maskz_unpacklo_ps(kAll, s[0], s[1]),
                                    _mm512_maskz_unpackhi_ps(kAll, s[0], s[1]));
    const __m512 cd = _mm512_add_ps(_mm512_maskz_unpacklo_ps(kAll, s[2], s[3]),
                                    _mm512_maskz_unpackhi_ps(kAll, s[2], s[3]));
    const __m512d ab2 = _mm512_castps_pd(ab);
    const __m512d cd2 = _mm512_castps_pd(cd);
    row[i] = _mm512_add_ps(_mm512_castpd_ps(_mm512_maskz_unpacklo_pd(0xFF, ab2, cd2)),
                           _mm512_castpd_ps(_mm512_maskz_unpackhi_pd(0xFF, ab2, cd2)));
  }
  return halves(halves(row[0], row[1]), halves(row[2], row[3]));
}

// What scratch memory is for; one thread may need each of them at the same time.
enum class Scratch { kOperands, kColumns };

// At least `size` elements of 32 bits that start at a cache line; the same ones at the next call.
template <typename Element, Scratch kUse>
Element* scratch(Index size) {
  static_assert(sizeof(Element) == sizeof(float));
  thread_local std::vector<Element> memory;
  if (memory.size() < static_cast<std::size_t>(size + kLanes))
    memory.resize(static_cast<std::size_t>(size + kLanes));
  const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  return reinterpret_cast<Element*>((address + 63) & ~std::uintptr_t{63});
}

inline Index parts(Index whole, Index part) { return (whole + part - 1) / part; }

// Calls `work` with the start of every part of `whole`, on the threads in force.
template <typename Work>
void for_parts(Index whole, Index part, const Work& work) {
  at::parallel_for(0, parts(whole, part), 1, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) work(i * part);
  });
}

// Four rows of a matrix; beyond the last one the last again, whose results nobody keeps.
template <typename Number>
struct Rows {
  const Number* row[kSide];
  Rows(const Number* matrix, Index first, Index rows, Index columns) {
    RB_UNROLL
    for (Index i = 0; i < kSide; ++i) row[i] = matrix + std::min(first + i, rows - 1) * columns;
  }
};

// Some inputs of a linear layer, whose sums are added to those of the inputs before them.
template <typename Number>
struct LinearBlock {
  const Number* x;
  const Number* weight;
  const Number* bias;
  float* result;
  LayerShape shape;
  Index first_input;
  Index inputs;

  bool is_first() const { return first_input == 0; }
  bool is_last() const { return first_input + inputs == shape.in; }
};

// The results of a tile of a linear layer, up to 4 x 4 of them. Of a register with all of them,
// element 4 i + j belongs to row i and output j.
class Results {
 public:
  template <typename Number>
  RB_INLINE Results(const LinearBlock<Number>& block, Index first_row, Index first_output)
      : at_(block.result + first_row * block.shape.out + first_output),
        stride_(block.shape.out),
        rows_(std::min(kSide, block.shape.rows - first_row)),
        outputs_(std::min(kSide, block.shape.out - first_output)),
        first_output_(first_output) {}

  // What the sums are added to: the bias, or the sums of the inputs before these.
  template <typename Number>
  RB_INLINE __m512 before(const LinearBlock<Number>& block) const {
    alignas(64) float numbers[kSide * kSide] = {};
    if (block.is_first()) {
      for (Index j = 0; j < outputs_; ++j)
        numbers[j] = static_cast<float>(block.bias[first_output_ + j]);
      return _mm512_maskz_broadcast_f32x4(kAll, _mm_load_ps(numbers));
    }
    for (Index i = 0; i < rows_; ++i)
      for (Index j = 0; j < outputs_; ++j) numbers[kSide * i + j] = at_[i * stride_ + j];
    return _mm512_load_ps(numbers);
  }

  RB_INLINE void put(__m512 values) const {
    alignas(64) float numbers[kSide * kSide];
    _mm512_store_ps(numbers, values);
    for (Index i = 0; i < rows_; ++i) {
      const float* row = numbers + kSide * i;
      if (outputs_ == kSide) {
        _mm_storeu_ps(at_ + i * stride_, _mm_load_ps(row));
      } else {
        std::copy_n(row, outputs_, at_ + i * stride_);
      }
    }
  }

 private:
  float* at_;
  Index stride_, rows_, outputs_, first_output_;
};

// Calls `tile` with (first input, inputs, first row, first output) of every tile of 4 x 4 results
// of a linear layer, in blocks of at most `depth` inputs whose rows stay in the caches.
template <typename Work>
void for_linear_tiles(const LayerShape& shape, Index depth, const Work& tile) {
  for (Index first = 0; first < shape.in; first += depth) {
    const Index inputs = std::min(depth, shape.in - first);
    for (Index rows = 0; rows < shape.rows; rows += kBlockRows) {
      const Index end = std::min(rows + kBlockRows, shape.rows);
      for_parts(shape.out, kSide, [&](Index output) {
        for (Index row = rows; row < end; row += kSide) tile(first, inputs, row, output);
      });
    }
  }
}

}  // namespace ratbench::models::avx512
