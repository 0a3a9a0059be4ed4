// Attack noise, addressed by row id and element: four values per block of the stream.
#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>

#include "src/attacks/attack.hpp"
#include "src/attacks/noise_kernel.hpp"
#include "src/base/check.hpp"

namespace ratbench::attacks {
namespace {

// Elements are drawn in chunks of whole blocks, which stay in the first cache.
constexpr std::int64_t kChunk = 1024;

using Fill = void (*)(const detail::NoiseKey&, std::uint64_t first_block, std::int64_t blocks,
                      float* values);

template <typename T>
void fill(at::Tensor& noise, const RandomStream& stream, std::uint32_t step,
          std::span<const std::int64_t> row_ids, Fill fill_blocks) {
  T* out = noise.mutable_data_ptr<T>();
  const std::int64_t rows = noise.size(0);
  const std::int64_t elements = rows == 0 ? 0 : noise.numel() / rows;
  const detail::NoiseKey key{stream.seed(), static_cast<std::uint32_t>(stream.purpose()), step};
  std::array<float, kChunk> values{};
  for (std::int64_t row = 0; row < rows; ++row) {
    // Positions of a row do not depend on how far the batch is padded.
    const std::uint64_t base = static_cast<std::uint64_t>(row_ids[static_cast<std::size_t>(row)])
                               << 32;
    for (std::int64_t e = 0; e < elements; e += kChunk) {
      const std::int64_t count = std::min(kChunk, elements - e);
      fill_blocks(key, base + static_cast<std::uint64_t>(e / 4), (count + 3) / 4, values.data());
      std::copy(values.begin(), values.begin() + count, out);
      out += count;
    }
  }
}

at::Tensor noise_like(const at::Tensor& x, const RandomStream& stream, std::uint32_t step,
                      std::span<const std::int64_t> row_ids, Fill fill_blocks) {
  RB_CHECK_EQ(static_cast<std::size_t>(x.size(0)), row_ids.size());
  const bool is_double = x.scalar_type() == at::kDouble;
  at::Tensor noise = at::empty(x.sizes(), is_double ? at::kDouble : at::kFloat);
  if (is_double) {
    fill<double>(noise, stream, step, row_ids, fill_blocks);
  } else {
    fill<float>(noise, stream, step, row_ids, fill_blocks);
  }
  return noise.to(x.options());
}

}  // namespace

at::Tensor NoiseSource::normal_like(const at::Tensor& x) const {
  return noise_like(x, *stream_, step_, row_ids_, detail::fill_normal);
}

at::Tensor NoiseSource::uniform_like(const at::Tensor& x) const {
  return noise_like(x, *stream_, step_, row_ids_, detail::fill_uniform);
}

}  // namespace ratbench::attacks
