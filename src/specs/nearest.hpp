// The nearest known name to a misspelled one, for error messages.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ratbench::specs {

// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal
// string alignment), upper and lower case alike.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate with the smallest distance to `name`, or "" when even that differs in more than a
// third of its letters (at least two are always forgiven).
std::string nearest(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace ratbench::specs
