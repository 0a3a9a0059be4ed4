#include "harness/cli/print_json.hpp"

#include <fmt/format.h>

#include "src/base/json.hpp"

namespace ratbench::cli {

void print_json(const nlohmann::json& document) { fmt::print("{}\n", json_text(document, 2)); }

}  // namespace ratbench::cli
