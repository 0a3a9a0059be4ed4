// SHA-256 (FIPS 180-4): names contents in run keys, data caches and bit-identity records.
// Written here because the worker may depend on nothing but LibTorch and header-only libraries.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace ratbench {

class Sha256 {
 public:
  Sha256();
  void update(std::span<const std::byte> bytes);
  void update(std::string_view text) { update(std::as_bytes(std::span(text.data(), text.size()))); }
  // 64 lower-case hexadecimal digits. The object must not be updated afterwards.
  std::string hex();

 private:
  std::array<std::uint32_t, 8> state_;
  std::array<std::uint8_t, 64> buffer_{};
  std::size_t buffered_ = 0;
  std::uint64_t total_bytes_ = 0;
};

std::string sha256_hex(std::string_view text);
std::string sha256_hex(std::span<const std::byte> bytes);

// Hash of a whole file's contents. Throws DataError when it cannot be read.
std::string sha256_file(const std::filesystem::path& path);

}  // namespace ratbench
