// The JSON Schema of experiment files, generated from the parameter tables so that editors and
// other validators refuse what the program refuses. Rules that tie several parameters together are
// beyond a schema; docs/experiment-file.md lists them.
#pragma once

#include <string>

namespace ratbench::spec {

// JSON Schema, draft 2020-12, indented, with a final line feed: docs/experiment.schema.json.
std::string schema_json();

}  // namespace ratbench::spec
