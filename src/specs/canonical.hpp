// The text of a configuration that run keys hash: flat JSON, paths sorted, decimals canonical.
// Values equal to their default are left out, so that a parameter added later with a default that
// changes nothing keeps every stored run valid; a changed default raises kMethodVersion instead.
#pragma once

#include <string>

#include "src/specs/config.hpp"
#include "src/specs/resolve.hpp"

namespace ratbench::specs {

// Canonical text of a resolved configuration. Leaves out what training does not depend on: data
// paths (the keys hold the hashes), and `data.minority_classes` unless minority recall selects.
std::string canonical_json(const Config& config);

// The same for slots, appended to `out`.
void append_canonical_json(std::string& out, const Slots& resolved);

}  // namespace ratbench::specs
