// One value of one parameter in the three forms that are needed: typed for the method, canonical
// JSON for keys, short text for tables. Also the checks that a value alone can fail.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "src/specs/config.hpp"
#include "src/specs/param.hpp"

namespace ratbench::specs {

struct Setting {
  Value value;
  std::string json;  // canonical
  std::string text;  // for tables and cell names
};

// What is wrong with a value, as the end of a sentence that began with where it stands.
struct Problem {
  std::string message;
};

// The setting of `spec` that `value` makes, or why it is refused: wrong type, not allowed, out of
// range, not built. Texts may be numbers' words ("off"), flags accept "on" and "off".
std::variant<Setting, Problem> make_setting(const ParamSpec& spec, const Value& value);

// The setting that a text of the parameter tables means (`ParamSpec::fallback`).
Setting setting_of_text(const ParamSpec& spec, std::string_view text);

// "a number above 0, or \"off\"", "one of fgm, pgd", ... for messages and the reference page.
std::string describe_allowed(const ParamSpec& spec);
// "0 to 1", "above 0", "at least 1"; "" without limits.
std::string describe_range(const Range& range);

}  // namespace ratbench::specs
