// JSON text of single values, for canonical texts and messages; whole documents are read and
// written elsewhere. Free of libraries because keys are made here.
#pragma once

#include <string>
#include <string_view>

#include "src/specs/config.hpp"

namespace ratbench::specs {

// Appends `text` as a JSON string: quotes, backslash and control characters escaped, the rest as it
// is (UTF-8).
void append_json_string(std::string& out, std::string_view text);

// Canonical JSON of a value: decimals in canonical text, None null, no spaces.
std::string to_json(const Value& value);

}  // namespace ratbench::specs
