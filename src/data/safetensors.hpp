// Reader of the safetensors format (8-byte little-endian header length, JSON header, data) that
// accepts exactly what the format allows. Tensors are views into the mapped file; nothing is
// copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/data/mapped_file.hpp"

namespace ratbench::data {

// Element types of the format. Types below one byte are packed.
enum class Dtype {
  kBool,
  kF4,
  kF6E2M3,
  kF6E3M2,
  kU8,
  kI8,
  kF8E5M2,
  kF8E4M3,
  kF8E5M2Fnuz,
  kF8E4M3Fnuz,
  kF8E8M0,
  kI16,
  kU16,
  kF16,
  kBF16,
  kI32,
  kU32,
  kF32,
  kC64,
  kF64,
  kI64,
  kU64,
};

// Name in the header ("F32"), and size of one element in bits.
std::string_view dtype_name(Dtype dtype);
unsigned dtype_bits(Dtype dtype);

// Where one tensor lies. `bytes` is row-major, little-endian and may be unaligned.
struct TensorView {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<std::uint64_t> shape;  // empty for a scalar
  std::uint64_t elements = 0;        // product of `shape`; 1 for a scalar
  std::uint64_t begin = 0;           // offsets of the header, relative to its end
  std::uint64_t end = 0;
  std::span<const std::byte> bytes;
};

// "[3,4]".
std::string shape_text(const TensorView& tensor);

class Safetensors {
 public:
  // Maps and checks a file. Throws DataError naming file, tensor or byte, and what is wrong.
  static Safetensors open(const std::filesystem::path& path);
  // The same for bytes that the caller keeps alive; `file` names them in errors.
  static Safetensors parse(std::span<const std::byte> bytes, const std::string& file);

  const std::string& file() const { return file_; }
  // The whole file, header included.
  std::span<const std::byte> bytes() const { return bytes_; }
  // In header order.
  const std::vector<TensorView>& tensors() const { return tensors_; }
  // Null when there is no such tensor.
  const TensorView* find(std::string_view name) const;
  // Throws DataError that lists the tensors there are.
  const TensorView& at(std::string_view name) const;
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  MappedFile map_;  // empty for parsed memory
  std::span<const std::byte> bytes_;
  std::string file_;
  std::vector<TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

// A tensor to be written; the caller keeps `bytes` alive.
struct TensorSource {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<std::uint64_t> shape;
  std::span<const std::byte> bytes;
};

// Writes a file that appears whole or not at all: temporary file in the same folder, fsync, rename.
// Data follow the order of `tensors`. Equal input gives equal bytes. Throws EnvironmentError (disk
// full, no permission) and then leaves no temporary file behind.
void write_safetensors(const std::filesystem::path& path, const std::vector<TensorSource>& tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace ratbench::data
