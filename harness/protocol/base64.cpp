#include "harness/protocol/base64.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace ratbench::protocol {
namespace {

static_assert(std::endian::native == std::endian::little, "the wire carries native float32");

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> make_inverse() {
  std::array<std::int8_t, 256> inverse{};
  inverse.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    inverse[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return inverse;
}
constexpr std::array<std::int8_t, 256> kInverse = make_inverse();

std::string encode_bytes(std::span<const std::uint8_t> bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t word = static_cast<std::uint32_t>(bytes[i]) << 16 |
                               (left > 1 ? static_cast<std::uint32_t>(bytes[i + 1]) << 8 : 0U) |
                               (left > 2 ? static_cast<std::uint32_t>(bytes[i + 2]) : 0U);
    out += kAlphabet[word >> 18 & 63];
    out += kAlphabet[word >> 12 & 63];
    out += left > 1 ? kAlphabet[word >> 6 & 63] : '=';
    out += left > 2 ? kAlphabet[word & 63] : '=';
  }
  return out;
}

std::optional<std::vector<std::uint8_t>> decode_bytes(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::vector<std::uint8_t> out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::size_t digits = i + 4 == text.size() ? 4 - padding : 4;
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const std::int8_t value = j < digits ? kInverse[static_cast<std::uint8_t>(text[i + j])] : 0;
      if (value < 0) return std::nullopt;
      word = word << 6 | static_cast<std::uint32_t>(value);
    }
    out.push_back(static_cast<std::uint8_t>(word >> 16));
    if (digits > 2) out.push_back(static_cast<std::uint8_t>(word >> 8));
    if (digits > 3) out.push_back(static_cast<std::uint8_t>(word));
    // Bits beyond the last byte must be zero: one value, one text.
    if ((digits == 2 && (word & 0xFFFF) != 0) || (digits == 3 && (word & 0xFF) != 0)) {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace

std::string floats_to_base64(std::span<const float> values) {
  const auto bytes = std::as_bytes(values);
  return encode_bytes({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::optional<std::vector<float>> floats_from_base64(std::string_view text) {
  const auto bytes = decode_bytes(text);
  if (!bytes || bytes->size() % sizeof(float) != 0) return std::nullopt;
  std::vector<float> values(bytes->size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes->data(), bytes->size());
  return values;
}

}  // namespace ratbench::protocol
