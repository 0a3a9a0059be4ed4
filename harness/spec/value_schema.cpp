#include "harness/spec/value_schema.hpp"

#include <algorithm>
#include <cmath>

#include "harness/spec/file_keys.hpp"
#include "harness/spec/metric_names.hpp"
#include "src/specs/setting.hpp"

namespace ratbench::spec {
namespace {

using specs::Kind;
using specs::ParamSpec;

void add_limits(Schema& schema, const specs::Range& range) {
  if (std::isfinite(range.low)) schema[range.low_open ? "exclusiveMinimum" : "minimum"] = range.low;
  if (std::isfinite(range.high))
    schema[range.high_open ? "exclusiveMaximum" : "maximum"] = range.high;
}

Schema number_schema(const ParamSpec& spec) {
  Schema schema = {{"type", "number"}};
  if (spec.kind == Kind::kInteger || spec.kind == Kind::kCounts) {
    schema["type"] = "integer";
    schema["minimum"] = -kLargestSeed;
    schema["maximum"] = kLargestSeed;
  }
  add_limits(schema, spec.range);
  return schema;
}

Schema choice_names(const ParamSpec& spec) {
  Schema names = Schema::array();
  for (const specs::Choice& choice : spec.choices)
    if (choice.built) names.push_back(choice.name);
  return names;
}

Schema names_schema(const ParamSpec& spec) {
  Schema item = any_text();
  if (!spec.choices.empty()) item = {{"enum", choice_names(spec)}};
  if (spec.path == "report.metrics") item = metric_schema();
  // As class_groups reads them: at the first ": ", with something on both sides.
  if (spec.path == "report.groups")
    item = {{"type", "string"}, {"pattern", "^(?!: )[\\s\\S]+: [\\s\\S]+$"}};
  return {{"type", "array"}, {"items", item}, {"minItems", 1}, {"uniqueItems", true}};
}

Schema reals_schema(const ParamSpec& spec) {
  Schema schema = {{"type", "array"}, {"items", number_schema(spec)}, {"minItems", 1}};
  if (spec.path == "report.bands") schema["minItems"] = schema["maxItems"] = 2;
  return schema;
}

// What the type alone allows, the word for "not used" aside.
Schema typed_schema(const ParamSpec& spec) {
  switch (spec.kind) {
    case Kind::kReal:
    case Kind::kInteger:
      return number_schema(spec);
    case Kind::kReals:
      return reals_schema(spec);
    case Kind::kFlag:
      return {{"enum", {true, false, "on", "off"}}};
    case Kind::kChoice: {
      Schema names = choice_names(spec);
      if (!spec.off.empty() && std::find(names.begin(), names.end(), spec.off) == names.end())
        names.push_back(spec.off);
      return {{"enum", names}};
    }
    case Kind::kText:
    case Kind::kPath:
      return any_text();
    case Kind::kNames:
      return names_schema(spec);
    case Kind::kCounts:
      break;
  }
  return {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", number_schema(spec)}};
}

Schema default_value(const ParamSpec& spec) {
  const specs::Setting setting = specs::setting_of_text(spec, spec.fallback);
  if (std::holds_alternative<specs::None>(setting.value)) return spec.off;
  return Schema::parse(setting.json);
}

// In this version a parameter that is not built takes its default only.
Schema unbuilt_schema(const ParamSpec& spec) {
  if (spec.fallback.empty()) return {{"not", Schema::object()}};
  if (spec.kind == Kind::kFlag)
    return {{"enum", {spec.fallback == "on", std::string(spec.fallback)}}};
  return {{"const", default_value(spec)}};
}

}  // namespace

Schema any_text() { return {{"type", "string"}, {"minLength", 1}}; }

Schema metric_schema() {
  std::string pattern = "^(";
  for (const std::string_view name : kMetricNames) pattern += std::string(name) + "|";
  return {{"type", "string"}, {"pattern", pattern + "(f1|precision|recall)/[\\s\\S]+)$"}};
}

Schema param_schema(const ParamSpec& spec) {
  Schema schema = {{"description", std::string(spec.meaning) +
                                       (spec.built ? "" : " Not built yet in this version.")}};
  if (!spec.fallback.empty()) schema["default"] = default_value(spec);
  Schema value = spec.built ? typed_schema(spec) : unbuilt_schema(spec);
  if (spec.built && !spec.off.empty() && spec.kind != Kind::kChoice)
    value = {{"anyOf", {value, {{"const", spec.off}}}}};
  schema.update(value);
  return schema;
}

}  // namespace ratbench::spec
