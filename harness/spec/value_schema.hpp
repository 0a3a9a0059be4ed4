// JSON Schemas of single values: what one parameter of the tables allows, and texts and metric
// names wherever a file has them.
#pragma once

#include <nlohmann/json.hpp>

#include "src/specs/registry.hpp"

namespace ratbench::spec {

// Keys stay in the order in which they are written.
using Schema = nlohmann::ordered_json;

// A text that is not empty.
Schema any_text();

// The name of a metric, one class's included: "f1/CLASS".
Schema metric_schema();

// The value of one parameter, with its meaning and default; its default alone where this version
// has not built the parameter.
Schema param_schema(const specs::ParamSpec& spec);

}  // namespace ratbench::spec
