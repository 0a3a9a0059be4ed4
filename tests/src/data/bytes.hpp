// Builds safetensors files by hand, right or wrong, for tests.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "src/data/safetensors.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::data::testing_support {

// Length field, header and data.
inline std::string file_bytes(const std::string& header, const std::string& data = "") {
  std::string bytes;
  for (unsigned i = 0; i < 8; ++i)
    bytes.push_back(static_cast<char>((header.size() >> (8 * i)) & 0xFFU));
  return bytes + header + data;
}

inline Safetensors parse(const std::string& bytes) {
  return Safetensors::parse(std::as_bytes(std::span(bytes.data(), bytes.size())), "memory");
}

}  // namespace ratbench::data::testing_support
