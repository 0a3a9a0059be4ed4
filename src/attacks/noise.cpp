// Attack noise, addressed by row id and element: four values per block of the stream.
#include <ATen/ops/empty.h>

#include <array>
#include <cmath>
#include <numbers>

#include "src/attacks/attack.hpp"
#include "src/base/check.hpp"

namespace ratbench::attacks {
namespace {

using Block = std::array<std::uint32_t, 4>;
using Four = std::array<double, 4>;

// The middle of the word's interval, so that 0 and 1 are never reached.
double unit(std::uint32_t word) { return (static_cast<double>(word) + 0.5) * 0x1p-32; }

// Box and Muller, twice.
Four normals(const Block& words) {
  Four values{};
  for (std::size_t pair = 0; pair < 4; pair += 2) {
    const double radius = std::sqrt(-2 * std::log(unit(words[pair])));
    const double angle = 2 * std::numbers::pi * unit(words[pair + 1]);
    values[pair] = radius * std::cos(angle);
    values[pair + 1] = radius * std::sin(angle);
  }
  return values;
}

Four uniforms(const Block& words) {
  Four values{};
  for (std::size_t i = 0; i < 4; ++i) values[i] = 2 * unit(words[i]) - 1;
  return values;
}

template <typename T>
void fill(at::Tensor& noise, const RandomStream& stream, std::uint32_t step,
          std::span<const std::int64_t> row_ids, Four (*values_of)(const Block&)) {
  T* out = noise.mutable_data_ptr<T>();
  const std::int64_t rows = noise.size(0);
  const std::int64_t elements = rows == 0 ? 0 : noise.numel() / rows;
  for (std::int64_t row = 0; row < rows; ++row) {
    // Positions of a row do not depend on how far the batch is padded.
    const std::uint64_t base = static_cast<std::uint64_t>(row_ids[static_cast<std::size_t>(row)])
                               << 32;
    for (std::int64_t e = 0; e < elements; e += 4) {
      const Four four = values_of(stream.block(step, base + static_cast<std::uint64_t>(e / 4)));
      for (std::int64_t i = e; i < std::min(e + 4, elements); ++i) {
        *out++ = static_cast<T>(four[static_cast<std::size_t>(i - e)]);
      }
    }
  }
}

at::Tensor noise_like(const at::Tensor& x, const RandomStream& stream, std::uint32_t step,
                      std::span<const std::int64_t> row_ids, Four (*values_of)(const Block&)) {
  RB_CHECK_EQ(static_cast<std::size_t>(x.size(0)), row_ids.size());
  const bool is_double = x.scalar_type() == at::kDouble;
  at::Tensor noise = at::empty(x.sizes(), is_double ? at::kDouble : at::kFloat);
  if (is_double) {
    fill<double>(noise, stream, step, row_ids, values_of);
  } else {
    fill<float>(noise, stream, step, row_ids, values_of);
  }
  return noise.to(x.options());
}

}  // namespace

at::Tensor NoiseSource::normal_like(const at::Tensor& x) const {
  return noise_like(x, *stream_, step_, row_ids_, normals);
}

at::Tensor NoiseSource::uniform_like(const at::Tensor& x) const {
  return noise_like(x, *stream_, step_, row_ids_, uniforms);
}

}  // namespace ratbench::attacks
