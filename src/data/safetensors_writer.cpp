#include <array>
#include <bit>

#include "src/base/check.hpp"
#include "src/data/atomic_file.hpp"
#include "src/data/safetensors.hpp"
#include "src/data/safetensors_header.hpp"

namespace ratbench::data {

static_assert(std::endian::native == std::endian::little,
              "tensors are written and read as they lie in memory");

void write_safetensors(const std::filesystem::path& path, const std::vector<TensorSource>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  for (const TensorSource& tensor : tensors) {
    std::uint64_t bits = dtype_bits(tensor.dtype);
    for (const std::uint64_t size : tensor.shape) bits *= size;
    RB_CHECK_EQ(bits, std::uint64_t{8} * tensor.bytes.size());
  }
  const std::string header = header_text(tensors, metadata);
  std::array<std::byte, 8> length{};
  for (std::size_t i = 0; i < length.size(); ++i)
    length[i] = static_cast<std::byte>((header.size() >> (8 * i)) & 0xFFU);

  AtomicFile file(path);
  file.write(length);
  file.write(std::as_bytes(std::span(header.data(), header.size())));
  for (const TensorSource& tensor : tensors) file.write(tensor.bytes);
  file.commit();
}

}  // namespace ratbench::data
