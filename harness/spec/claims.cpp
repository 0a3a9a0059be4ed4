#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/spec/claim_kinds.hpp"
#include "harness/spec/metric_names.hpp"
#include "harness/spec/reader.hpp"
#include "src/specs/nearest.hpp"

namespace ratbench::spec {

std::string read_metric(const Json& json, const std::string& pointer) {
  const std::string& name = expect_text(json, pointer, "the name of a metric");
  if (is_metric(name)) return name;
  const std::string near = specs::nearest(name, kMetricNames);
  refuse(json, pointer,
         fmt::format("unknown metric \"{}\"{}; known: {}, f1/CLASS, precision/CLASS, recall/CLASS",
                     name, near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near),
                     fmt::join(kMetricNames, ", ")));
}

Decimal read_number(const Json& json, const ClaimFieldSpec& field, const std::string& pointer) {
  expect_type(json, Json::Type::kNumber, pointer, "a number");
  const double value = json.number.real();
  if (value > field.high || value < field.low || (field.open && value <= field.low))
    refuse(json, pointer,
           fmt::format("found {}, allowed is a number {} {} and at most {}", json.number.text(),
                       field.open ? "above" : "from", field.low, field.high));
  return json.number;
}

namespace {

// Selections look at factors; a constant is accepted only where --set made it one.
void check_factors(const Experiment& experiment, const Selection& where, const Json& json,
                   const std::string& pointer) {
  if (experiment.overridden) return;
  for (const auto& [id, given] : where) {
    if (std::find(experiment.factors.begin(), experiment.factors.end(), id) !=
        experiment.factors.end())
      continue;
    std::vector<std::string_view> names;
    for (const specs::ParamId factor : experiment.factors)
      names.push_back(specs::all_params()[factor].path);
    refuse(
        json, pointer,
        fmt::format("{} is no factor of this experiment; factors: {}", specs::all_params()[id].path,
                    names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
  }
}

const std::string& read_arm_name(const Experiment& experiment, const Json& json,
                                 const std::string& pointer) {
  const std::string& name = expect_text(json, pointer, "the name of an arm");
  std::vector<std::string_view> names;
  for (const Arm& arm : experiment.arms) {
    if (arm.name == name) return name;
    names.push_back(arm.name);
  }
  const std::string near = specs::nearest(name, names);
  refuse(json, pointer,
         fmt::format("unknown arm \"{}\"{}; known: {}", name,
                     near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near),
                     names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

void read_claim_arms(Claim& claim, const ClaimKind& kind, const Experiment& experiment,
                     const Json& json, const std::string& pointer) {
  expect_type(json, Json::Type::kList, pointer, "a list of names of arms");
  const std::size_t n = json.items.size();
  if (n < kind.least_arms || n > kind.most_arms)
    refuse(json, pointer,
           fmt::format("found {} arms, {} takes {}{}", n, kind.name, kind.least_arms,
                       arms_upwards(kind)));
  for (std::size_t i = 0; i < n; ++i) {
    const std::string& name = read_arm_name(experiment, json.items[i], pointer_to(pointer, i));
    if (std::find(claim.arms.begin(), claim.arms.end(), name) != claim.arms.end())
      refuse(json.items[i], pointer_to(pointer, i),
             fmt::format("the arm \"{}\" stands here twice", name));
    claim.arms.push_back(name);
  }
}

void read_claim_factor(Claim& claim, const Experiment& experiment, const Json& json,
                       const std::string& pointer) {
  claim.factor = expect_text(json, pointer, "the path of a factor");
  std::vector<std::string_view> names;
  for (const specs::ParamId id : experiment.factors) names.push_back(specs::all_params()[id].path);
  const bool known = specs::find_param(claim.factor).has_value();
  if (std::find(names.begin(), names.end(), claim.factor) != names.end() ||
      (experiment.overridden && known))
    return;
  const std::string near = specs::nearest(claim.factor, names);
  refuse(json, pointer,
         fmt::format("unknown factor \"{}\"{}; factors: {}", claim.factor,
                     near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near),
                     names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

void read_claim_field(Claim& claim, const ClaimKind& kind, const ClaimFieldSpec& field,
                      const Experiment& experiment, const Json& json, const std::string& pointer) {
  switch (field.field) {
    case kArms:
      return read_claim_arms(claim, kind, experiment, json, pointer);
    case kArm:
      claim.arms = {read_arm_name(experiment, json, pointer)};
      return;
    case kFactor:
      return read_claim_factor(claim, experiment, json, pointer);
    case kMetric:
      claim.metric = read_metric(json, pointer);
      return;
    case kSource:
      claim.source = expect_text(json, pointer, "a text");
      return;
    case kPrimary:
      expect_type(json, Json::Type::kBool, pointer, "true or false");
      claim.primary = json.flag;
      return;
    case kEffect:
      claim.effect = read_number(json, field, pointer);
      return;
    case kMargin:
      claim.margin = read_number(json, field, pointer);
      return;
    case kLimit:
      claim.limit = read_number(json, field, pointer);
      return;
    case kValue:
      claim.value = read_number(json, field, pointer);
      return;
    case kTolerance:
      claim.tolerance = read_number(json, field, pointer);
      return;
    case kAssumedSd:
      claim.assumed_sd = read_number(json, field, pointer);
      return;
  }
}

const ClaimKind& read_kind(const Json& json, const std::string& pointer) {
  const Json* kind = json.find("kind");
  if (kind == nullptr) refuse(json, pointer, "\"kind\" is missing");
  const std::string place = pointer_to(pointer, "kind");
  const std::string& name = expect_text(*kind, place, "the kind of a claim");
  std::vector<std::string_view> names;
  for (const ClaimKind& candidate : kClaimKinds) {
    if (candidate.name == name) return candidate;
    names.push_back(candidate.name);
  }
  const std::string near = specs::nearest(name, names);
  refuse(*kind, place,
         fmt::format("unknown kind \"{}\"{}; known: {}", name,
                     near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near),
                     fmt::join(names, ", ")));
}

Claim read_claim(const Experiment& experiment, const Json& json, const std::string& pointer) {
  expect_type(json, Json::Type::kObject, pointer, "an object");
  const ClaimKind& kind = read_kind(json, pointer);
  Claim claim;
  claim.kind = kind.name;
  std::vector<std::string_view> keys = {"name", "kind"};
  for (const ClaimFieldSpec& field : kClaimFields)
    if (((kind.required | kind.optional) & field.field) != 0) keys.push_back(field.key);
  expect_keys(json, keys, pointer);
  const Json* name = json.find("name");
  if (name == nullptr) refuse(json, pointer, "\"name\" is missing");
  claim.name = expect_text(*name, pointer_to(pointer, "name"), "a name");
  for (const ClaimFieldSpec& field : kClaimFields) {
    const Json* value = json.find(field.key);
    if (value != nullptr)
      read_claim_field(claim, kind, field, experiment, *value, pointer_to(pointer, field.key));
    else if ((kind.required & field.field) != 0)
      refuse(json, pointer, fmt::format("\"{}\" is missing, {} needs it", field.key, kind.name));
  }
  return claim;
}

}  // namespace

void read_arms_and_claims(Experiment& experiment, const Json& document, ValueReader& values) {
  if (const Json* arms = document.find("arms")) {
    expect_type(*arms, Json::Type::kObject, "/arms", "an object from names to factor values");
    for (const auto& [name, where] : arms->members) {
      const std::string pointer = pointer_to("/arms", name);
      if (name.empty()) refuse(where, pointer, "found an empty name");
      Arm arm{name, values.read_selection(where, pointer)};
      check_factors(experiment, arm.where, where, pointer);
      experiment.arms.push_back(std::move(arm));
    }
  }
  const Json* claims = document.find("claims");
  if (claims == nullptr) return;
  expect_type(*claims, Json::Type::kList, "/claims", "a list of claims");
  for (std::size_t i = 0; i < claims->items.size(); ++i) {
    const std::string pointer = pointer_to("/claims", i);
    Claim claim = read_claim(experiment, claims->items[i], pointer);
    for (const Claim& other : experiment.claims)
      if (other.name == claim.name)
        refuse(claims->items[i], pointer_to(pointer, "name"),
               fmt::format("another claim is named \"{}\" too", claim.name));
    experiment.claims.push_back(std::move(claim));
  }
}

}  // namespace ratbench::spec
