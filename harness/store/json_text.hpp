// JSON texts that the store keeps in its columns: configurations with their exact decimals, and
// arrays of integers and strings. Internal to this folder.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/specs/config.hpp"

namespace ratbench::store {

// Flat object, paths sorted, decimals as numbers in canonical text, None as null.
std::string config_to_json(const specs::Config& config);
// Inverse of config_to_json; an empty list comes back as a list of texts. Throws StoreError-free
// std::invalid_argument on anything else (the column was written by config_to_json).
specs::Config config_from_json(std::string_view json);

std::string integers_to_json(std::span<const std::int32_t> values);
std::string integers_to_json(std::span<const std::int64_t> values);
std::vector<std::int64_t> integers_from_json(std::string_view json);

// Numbers from 0 to 1, in the fewest digits that give them back.
std::string shares_to_json(std::span<const double> values);

// The inverses throw std::invalid_argument, as above.
std::string texts_to_json(std::span<const std::string> values);
std::vector<std::string> texts_from_json(std::string_view json);

// Object of metric -> value; NaN and infinities become null and are absent when read back.
std::string reals_to_json(const std::map<std::string, double>& values);
std::map<std::string, double> reals_from_json(std::string_view json);

}  // namespace ratbench::store
