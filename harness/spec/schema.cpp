#include "harness/spec/schema.hpp"

#include <nlohmann/json.hpp>

#include "harness/spec/claim_kinds.hpp"
#include "harness/spec/file_keys.hpp"
#include "harness/spec/value_schema.hpp"
#include "src/base/json.hpp"
#include "src/specs/registry.hpp"

namespace ratbench::spec {
namespace {

Schema definition(std::string_view name) { return {{"$ref", "#/$defs/" + std::string(name)}}; }

Schema or_null(Schema schema) { return {{"anyOf", {std::move(schema), {{"type", "null"}}}}}; }

Schema closed_object(Schema properties) {
  return {
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

enum class Use { kBase, kLevel };

// A section and the sections below it. As a level it may not hold what is the same for all cells.
Schema section_schema(const std::string& path, Use use) {
  Schema properties = Schema::object();
  for (const std::string_view key : specs::children(path)) {
    const std::string below = path + "." + std::string(key);
    if (const auto id = specs::find_param(below)) {
      if (use == Use::kBase || specs::all_params()[*id].may_vary)
        properties[std::string(key)] = or_null(definition(below));
    } else {
      properties[std::string(key)] = section_schema(below, use);
    }
  }
  Schema schema = closed_object(std::move(properties));
  if (use == Use::kLevel) schema["minProperties"] = 1;
  return schema;
}

void collect_sections(const std::string& path, std::vector<std::string>& sections) {
  for (const std::string_view key : specs::children(path)) {
    const std::string below = path.empty() ? std::string(key) : path + "." + std::string(key);
    if (!specs::is_section(below)) continue;
    sections.push_back(below);
    collect_sections(below, sections);
  }
}

// Path -> schema of one value, for every parameter and section that may vary.
Schema factor_values() {
  Schema values = Schema::object();
  for (const specs::ParamId id : specs::params_by_path())
    if (specs::all_params()[id].may_vary)
      values[std::string(specs::all_params()[id].path)] =
          or_null(definition(specs::all_params()[id].path));
  std::vector<std::string> sections;
  collect_sections("", sections);
  for (const std::string& section : sections)
    if (section != "cost" && section != "report")
      values[section] = section_schema(section, Use::kLevel);
  return values;
}

Schema factor_levels(const Schema& values) {
  Schema properties = Schema::object();
  for (const auto& [path, value] : values.items())
    properties[path] = {
        {"type", "array"}, {"minItems", 1}, {"uniqueItems", true}, {"items", value}};
  Schema schema = closed_object(std::move(properties));
  schema["minProperties"] = 1;
  return schema;
}

Schema selection_schema() {
  Schema properties = Schema::object();
  for (const specs::ParamId id : specs::params_by_path())
    if (specs::all_params()[id].may_vary)
      properties[std::string(specs::all_params()[id].path)] =
          definition(specs::all_params()[id].path);
  Schema schema = closed_object(std::move(properties));
  schema["minProperties"] = 1;
  return schema;
}

Schema claim_field_schema(const ClaimKind& kind, const ClaimFieldSpec& field) {
  switch (field.field) {
    case kArms:
      return {{"type", "array"},
              {"items", any_text()},
              {"minItems", kind.least_arms},
              {"maxItems", kind.most_arms},
              {"uniqueItems", true}};
    case kMetric:
      return metric_schema();
    case kPrimary:
      return {{"type", "boolean"}};
    case kArm:
    case kFactor:
    case kSource:
      return any_text();
    default:
      return {{"type", "number"},
              {field.open ? "exclusiveMinimum" : "minimum", field.low},
              {"maximum", field.high}};
  }
}

Schema claim_schema(const ClaimKind& kind) {
  Schema properties = {{"name", any_text()}, {"kind", {{"const", kind.name}}}};
  Schema required = {"name", "kind"};
  for (const ClaimFieldSpec& field : kClaimFields) {
    if (((kind.required | kind.optional) & field.field) == 0) continue;
    Schema schema = claim_field_schema(kind, field);
    schema["description"] = field.meaning;
    properties[std::string(field.key)] = std::move(schema);
    if ((kind.required & field.field) != 0) required.push_back(field.key);
  }
  Schema schema = closed_object(std::move(properties));
  schema["description"] = kind.meaning;
  schema["required"] = std::move(required);
  return schema;
}

Schema claims_schema() {
  Schema kinds = Schema::array();
  for (const ClaimKind& kind : kClaimKinds) kinds.push_back(claim_schema(kind));
  return {{"type", "array"}, {"items", {{"anyOf", std::move(kinds)}}}};
}

Schema paper_schema() {
  Schema number = closed_object({{"where", definition("selection")},
                                 {"metric", metric_schema()},
                                 {"value", {{"type", "number"}, {"minimum", 0}, {"maximum", 1}}},
                                 {"place", any_text()},
                                 {"note", any_text()}});
  number["required"] = {"where", "metric", "value", "place"};
  Schema paths = Schema::array();
  for (const specs::ParamId id : specs::params_by_path())
    paths.push_back(specs::all_params()[id].path);
  return closed_object(
      {{"citation", any_text()},
       {"url", any_text()},
       {"used",
        {{"type", "object"},
         {"propertyNames", {{"enum", std::move(paths)}}},
         {"additionalProperties", {{"type", {"string", "number", "boolean", "array", "object"}}}}}},
       {"numbers", {{"type", "array"}, {"items", std::move(number)}}}});
}

Schema seeds_schema() {
  const Schema count = {{"type", "integer"}, {"minimum", 1}, {"maximum", kMostSeeds}};
  const Schema seed = {{"type", "integer"}, {"minimum", 0}, {"maximum", kLargestSeed}};
  const Schema list = {{"type", "array"}, {"items", seed}, {"minItems", 1}, {"uniqueItems", true}};
  const Schema look = {{"type", "integer"}, {"minimum", 2}, {"maximum", kMostSeeds}};
  Schema looks = closed_object(
      {{"looks", {{"type", "array"}, {"items", look}, {"minItems", 1}, {"uniqueItems", true}}},
       {"until", {{"const", "decided"}}}});
  looks["required"] = {"looks", "until"};
  return {{"anyOf", {count, list, looks}}};
}

Schema file_key_schema(std::string_view key) {
  if (key == "name") return {{"type", "string"}, {"pattern", "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"}};
  if (key == "grid") return definition("levels");
  if (key == "zip")
    return {{"anyOf",
             {definition("levels"),
              {{"type", "array"}, {"items", definition("levels")}, {"minItems", 1}}}}};
  if (key == "include") return {{"type", "array"}, {"items", definition("values")}};
  if (key == "exclude") return {{"type", "array"}, {"items", definition("selection")}};
  if (key == "arms")
    return {{"type", "object"},
            {"propertyNames", {{"minLength", 1}}},
            {"additionalProperties", definition("selection")}};
  if (key == "claims") return claims_schema();
  if (key == "paper") return paper_schema();
  if (key == "seeds") return seeds_schema();
  return any_text();
}

Schema definitions() {
  Schema defs = Schema::object();
  for (const specs::ParamId id : specs::params_by_path())
    defs[std::string(specs::all_params()[id].path)] = param_schema(specs::all_params()[id]);
  const Schema values = factor_values();
  defs["levels"] = factor_levels(values);
  defs["values"] = closed_object(values);
  defs["values"]["minProperties"] = 1;
  defs["selection"] = selection_schema();
  return defs;
}

}  // namespace

std::string schema_json() {
  Schema properties = Schema::object();
  for (const FileKey& key : kFileKeys) {
    if (specs::find_param(key.key).has_value()) continue;
    Schema schema = file_key_schema(key.key);
    schema["description"] = key.meaning;
    properties[std::string(key.key)] = std::move(schema);
  }
  for (const std::string_view top : specs::children(""))
    properties[std::string(top)] = specs::find_param(top).has_value()
                                       ? or_null(definition(top))
                                       : section_schema(std::string(top), Use::kBase);
  Schema schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"title", "ratbench experiment file"},
                   {"description", "Comments are removed before the schema is applied."},
                   {"type", "object"},
                   {"additionalProperties", false},
                   {"properties", std::move(properties)},
                   // What a file does not say itself may come from the one that it extends.
                   {"if", {{"not", {{"required", {"extends"}}}}}},
                   {"then", {{"properties", {{"paper", {{"required", {"citation"}}}}}}}},
                   {"$defs", definitions()}};
  return json_text(schema, 1) + "\n";
}

}  // namespace ratbench::spec
