#include "src/specs/resolve.hpp"

#include <algorithm>
#include <optional>

#include "src/base/check.hpp"

namespace ratbench::specs {
namespace {

struct CompiledCondition {
  ParamId id;
  const Condition* condition;
};

struct CompiledDefault {
  CompiledCondition when;
  Setting setting;
};

// A parameter with the paths of its conditions looked up and its defaults converted, once.
struct Compiled {
  std::optional<Setting> fallback;
  std::vector<CompiledDefault> fallback_when;
  std::vector<CompiledCondition> applies;
  std::optional<ParamId> unless_given;
  std::optional<ParamId> none_when_zero;
  std::optional<Setting> none;
};

CompiledCondition compile(const Condition& condition, ParamId user) {
  const ParamId id = param_id(condition.path);
  RB_CHECK_LT(id, user);
  return {id, &condition};
}

Compiled compile(ParamId id) {
  const ParamSpec& spec = all_params()[id];
  Compiled compiled;
  if (!spec.fallback.empty()) compiled.fallback = setting_of_text(spec, spec.fallback);
  for (const ConditionalDefault& other : spec.fallback_when)
    compiled.fallback_when.push_back({compile(other.when, id), setting_of_text(spec, other.value)});
  for (const Condition& condition : spec.applies)
    compiled.applies.push_back(compile(condition, id));
  if (!spec.unless_given.empty()) {
    compiled.unless_given = param_id(spec.unless_given);
    RB_CHECK_LT(*compiled.unless_given, id);
  }
  if (!spec.none_when_zero.empty()) {
    compiled.none_when_zero = param_id(spec.none_when_zero);
    compiled.none = setting_of_text(spec, "none");
  }
  return compiled;
}

const std::vector<Compiled>& compiled_params() {
  static const std::vector<Compiled> all = [] {
    std::vector<Compiled> result;
    for (ParamId id = 0; id < all_params().size(); ++id) result.push_back(compile(id));
    return result;
  }();
  return all;
}

bool is_none(const Setting* setting) {
  return setting == nullptr || std::holds_alternative<None>(setting->value);
}

bool listed(std::span<const std::string_view> values, const Setting& setting) {
  return std::find(values.begin(), values.end(), setting.text) != values.end();
}

bool holds(const CompiledCondition& compiled, const Slots& values) {
  const Setting* setting = values[compiled.id];
  switch (compiled.condition->test) {
    case Condition::Test::kOneOf:
      return setting != nullptr && listed(compiled.condition->values, *setting);
    case Condition::Test::kNotOneOf:
      return setting != nullptr && !listed(compiled.condition->values, *setting);
    case Condition::Test::kPositive: {
      const auto* number = setting == nullptr ? nullptr : std::get_if<Decimal>(&setting->value);
      return number != nullptr && number->text() != "0";
    }
    case Condition::Test::kGiven:
      return !is_none(setting);
  }
  return false;
}

const Setting* default_of(const Compiled& compiled, const Slots& values) {
  for (const CompiledDefault& other : compiled.fallback_when)
    if (holds(other.when, values)) return &other.setting;
  return compiled.fallback.has_value() ? &*compiled.fallback : nullptr;
}

bool matters(const Compiled& compiled, const Slots& resolved) {
  if (compiled.unless_given.has_value() && !is_none(resolved[*compiled.unless_given])) return false;
  return compiled.applies.empty() || std::any_of(compiled.applies.begin(), compiled.applies.end(),
                                                 [&](const CompiledCondition& condition) {
                                                   return holds(condition, resolved);
                                                 });
}

bool is_zero(const Setting* given, const Compiled& compiled) {
  if (given == nullptr) given = compiled.fallback.has_value() ? &*compiled.fallback : nullptr;
  return given != nullptr && given->json == "0";
}

}  // namespace

Slots empty_slots() { return Slots(all_params().size(), nullptr); }

const Setting* default_setting(ParamId id, const Slots& values) {
  return default_of(compiled_params()[id], values);
}

bool holds(const Condition& condition, const Slots& values) {
  return holds(CompiledCondition{param_id(condition.path), &condition}, values);
}

void fill_defaults(const Slots& given, Slots& filled) {
  const auto& params = compiled_params();
  filled.resize(params.size());
  for (ParamId id = 0; id < params.size(); ++id)
    filled[id] = given[id] != nullptr ? given[id] : default_of(params[id], filled);
}

void resolve(const Slots& given, Slots& resolved) {
  const auto& params = compiled_params();
  resolved.resize(params.size());
  for (ParamId id = 0; id < params.size(); ++id) {
    const Compiled& compiled = params[id];
    const bool applies = matters(compiled, resolved);
    if (!applies) {
      resolved[id] = nullptr;
      continue;
    }
    resolved[id] = given[id] != nullptr ? given[id] : default_of(compiled, resolved);
    if (compiled.none_when_zero.has_value()) {
      const ParamId zero = *compiled.none_when_zero;
      if (is_zero(given[zero], params[zero])) resolved[id] = &*compiled.none;
    }
  }
}

Config to_config(const Slots& resolved) {
  Config config;
  for (ParamId id = 0; id < resolved.size(); ++id)
    // cost.* and report.* are the experiment's business, not the run's.
    if (resolved[id] != nullptr && !all_params()[id].path.starts_with("cost.") &&
        !all_params()[id].path.starts_with("report."))
      config.set(std::string(all_params()[id].path), resolved[id]->value);
  return config;
}

}  // namespace ratbench::specs
