// Rules that tie several parameters together; a JSON Schema cannot express them.
// They are checked for every cell, on what was given and on what it resolves to.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "src/specs/resolve.hpp"

namespace ratbench::specs {

struct Violation {
  ParamId param;        // the parameter to point at
  std::string message;  // what was found, what is allowed
};

struct Rule {
  std::string_view name;
  std::string_view meaning;  // one sentence for the reference page
  std::optional<Violation> (*check)(const Slots& given, const Slots& resolved);
};

std::span<const Rule> all_rules();

// The first broken rule, or nothing.
std::optional<Violation> check_rules(const Slots& given, const Slots& resolved);

}  // namespace ratbench::specs
