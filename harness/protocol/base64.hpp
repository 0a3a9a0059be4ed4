// Base64 (RFC 4648, with padding) of arrays of float32 in little-endian order.
// Step losses travel this way: exact bits, a third of the size of decimal text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ratbench::protocol {

std::string floats_to_base64(std::span<const float> values);

// Empty when `text` is not canonical base64 of a whole number of floats.
std::optional<std::vector<float>> floats_from_base64(std::string_view text);

}  // namespace ratbench::protocol
