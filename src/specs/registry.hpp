// All parameters of the project in one list, addressed by a small number.
// The order is the order of resolution: a parameter stands after those that its conditions name.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/specs/param.hpp"

namespace ratbench::specs {

// Position of a parameter in the registry.
using ParamId = std::size_t;

std::span<const ParamSpec> all_params();
// Empty when no parameter has this path.
std::optional<ParamId> find_param(std::string_view path);
// The same for a path that our own code names.
ParamId param_id(std::string_view path);

// True for a path that parameters lie below: "attack", "data.split".
bool is_section(std::string_view path);
// Next components below `section` ("" for the top), sorted: "attack" -> add_clean, ball, ...
std::vector<std::string_view> children(std::string_view section);

// Parameters sorted by path, the order of canonical texts.
std::span<const ParamId> params_by_path();

}  // namespace ratbench::specs
