// The JSON header of a safetensors file, checked for structure alone: what is an object, a string,
// an unsigned integer. Ranges and sizes are checked by the reader, which knows the data.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "src/data/safetensors.hpp"

namespace ratbench::data {

struct SafetensorsHeader {
  std::vector<TensorView> tensors;  // `elements` and `bytes` not yet set
  std::map<std::string, std::string> metadata;
};

// Throws DataError with the byte place of a syntax error or the name of the offending entry.
// `offset` is the place of `json` in the file.
SafetensorsHeader parse_header(std::string_view json, std::size_t offset, const std::string& file);

// Header text, padded with spaces so that the data begin at a multiple of 8 bytes.
std::string header_text(const std::vector<TensorSource>& tensors,
                        const std::map<std::string, std::string>& metadata);

}  // namespace ratbench::data
