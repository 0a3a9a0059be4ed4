// What --json puts on standard output.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace ratbench::cli {

// Indented by two spaces, with a newline at the end.
void print_json(const nlohmann::json& document);

}  // namespace ratbench::cli
