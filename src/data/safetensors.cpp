#include "src/data/safetensors.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "src/base/error.hpp"
#include "src/data/safetensors_header.hpp"
#include "src/data/tensor_columns.hpp"

namespace ratbench::data {
namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // limit of the format

std::uint64_t header_length(std::span<const std::byte> bytes, const std::string& file) {
  if (bytes.size() < kLengthBytes)
    throw DataError(file, "",
                    "has " + std::to_string(bytes.size()) +
                        " bytes, too few for the 8-byte header length of a safetensors file");
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    length |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  if (length > kMaxHeaderBytes)
    throw DataError(file, "byte 0",
                    "header length " + std::to_string(length) + " is above the format's limit of " +
                        std::to_string(kMaxHeaderBytes) + "; this is no safetensors file");
  if (length > bytes.size() - kLengthBytes)
    throw DataError(file, "byte 0",
                    "header length " + std::to_string(length) + ", but only " +
                        std::to_string(bytes.size() - kLengthBytes) +
                        " bytes follow: the file is truncated or no safetensors file");
  return length;
}

std::uint64_t checked_product(std::uint64_t a, std::uint64_t b, const TensorView& tensor,
                              const std::string& file) {
  if (a != 0 && b > std::numeric_limits<std::uint64_t>::max() / a)
    throw DataError(file, tensor_place(tensor.name),
                    "shape " + shape_text(tensor) + " overflows 64 bits");
  return a * b;
}

// Sets `elements` and compares shape, element size and range.
void check_size(TensorView& tensor, const std::string& file) {
  tensor.elements = 1;
  for (const std::uint64_t size : tensor.shape)
    tensor.elements = checked_product(tensor.elements, size, tensor, file);
  const std::uint64_t bits =
      checked_product(tensor.elements, dtype_bits(tensor.dtype), tensor, file);
  if (tensor.end < tensor.begin)
    throw DataError(file, tensor_place(tensor.name), "its data range ends before it begins");
  if (bits % 8 != 0 || bits / 8 != tensor.end - tensor.begin)
    throw DataError(file, tensor_place(tensor.name),
                    "shape " + shape_text(tensor) + " of " + std::string(dtype_name(tensor.dtype)) +
                        " does not fit its range of " + std::to_string(tensor.end - tensor.begin) +
                        " bytes");
}

// Ranges must cover the data exactly: no hole, overlap or rest.
void check_cover(const std::vector<TensorView>& tensors, std::uint64_t data_bytes,
                 const std::string& file) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(tensors[a].begin, tensors[a].end) <
           std::pair(tensors[b].begin, tensors[b].end);
  });
  std::uint64_t covered = 0;
  for (const std::size_t i : order) {
    const TensorView& tensor = tensors[i];
    if (tensor.begin != covered)
      throw DataError(file, tensor_place(tensor.name),
                      "its data begin at offset " + std::to_string(tensor.begin) +
                          (tensor.begin > covered ? ", leaving a hole after " : ", overlapping ") +
                          "the data that end at " + std::to_string(covered));
    if (tensor.end > data_bytes)
      throw DataError(file, tensor_place(tensor.name),
                      "its data end at offset " + std::to_string(tensor.end) + ", but only " +
                          std::to_string(data_bytes) + " bytes are there: the file is truncated");
    covered = tensor.end;
  }
  if (covered != data_bytes)
    throw DataError(file, "",
                    std::to_string(data_bytes - covered) + " bytes follow the last tensor's data");
}

}  // namespace

std::string shape_text(const TensorView& tensor) {
  std::string text = "[";
  for (const std::uint64_t size : tensor.shape) {
    if (text.size() > 1) text += ',';
    text += std::to_string(size);
  }
  return text + "]";
}

Safetensors Safetensors::parse(std::span<const std::byte> bytes, const std::string& file) {
  const std::uint64_t length = header_length(bytes, file);
  const auto header_bytes = bytes.subspan(kLengthBytes, length);
  const auto data = bytes.subspan(kLengthBytes + length);
  SafetensorsHeader header =
      parse_header({reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size()},
                   kLengthBytes, file);
  for (TensorView& tensor : header.tensors) check_size(tensor, file);
  check_cover(header.tensors, data.size(), file);
  for (TensorView& tensor : header.tensors)
    tensor.bytes = data.subspan(tensor.begin, tensor.end - tensor.begin);

  Safetensors result;
  result.file_ = file;
  result.bytes_ = bytes;
  result.tensors_ = std::move(header.tensors);
  result.metadata_ = std::move(header.metadata);
  return result;
}

Safetensors Safetensors::open(const std::filesystem::path& path) {
  MappedFile map = MappedFile::open(path);
  Safetensors result = parse(map.bytes(), path.string());
  result.map_ = std::move(map);
  return result;
}

const TensorView* Safetensors::find(std::string_view name) const {
  const auto found = std::find_if(tensors_.begin(), tensors_.end(),
                                  [&](const TensorView& tensor) { return tensor.name == name; });
  return found == tensors_.end() ? nullptr : &*found;
}

const TensorView& Safetensors::at(std::string_view name) const {
  if (const TensorView* tensor = find(name)) return *tensor;
  std::string names;
  for (const TensorView& tensor : tensors_)
    names += (names.empty() ? "" : ", ") + std::string("\"") + tensor.name + "\"";
  throw DataError(file_, "",
                  "has no tensor \"" + std::string(name) + "\"; there " +
                      (names.empty() ? "is none" : "are " + names));
}

}  // namespace ratbench::data
