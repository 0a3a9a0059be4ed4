// From files and --set options to one merged JSON document, not yet checked against the parameters.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/spec/json.hpp"

namespace ratbench::spec {

using Environment = std::function<std::optional<std::string>(const std::string&)>;

// A text with every ${NAME} replaced. `unset` is "" or a sentence about the first variable that is
// not set; the text then keeps it.
struct Expanded {
  std::string text;
  std::string unset;
};
Expanded expand_variables(const std::string& text, const Environment& environment);

// Reads `file` and the files it extends, and merges them: objects merge, a child's `grid` replaces
// the parent's grid, zip, include and exclude, everything else replaces; `name` is not inherited.
Json load_merged(const std::filesystem::path& file, const Environment& environment);
// The same for a text that stands in `folder`.
Json merge_text(const std::string& text, const std::string& source,
                const std::filesystem::path& folder, const Environment& environment);

// Applies one "PATH=V[,V..]": a single value overrides the base and removes a factor of that path;
// several values make or replace a factor.
void apply_override(Json& document, const std::string& option);

}  // namespace ratbench::spec
