// What the rules are written with, and the tables that they stand in.
// For the rules of this folder.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "src/specs/rules.hpp"

namespace ratbench::specs {

// Rules on files, formats and splits.
std::span<const Rule> data_rules();
// Rules on tasks, models and what goes with them.
std::span<const Rule> task_rules();

// The first broken rule is reported.
using Broken = std::optional<Violation>;

// Looks a path up once per call site; plans check the rules a million times.
#define RB_ID(path)                           \
  ([] {                                       \
    static const ParamId id = param_id(path); \
    return id;                                \
  }())

inline bool is(const Slots& slots, ParamId id, std::string_view text) {
  return slots[id] != nullptr && slots[id]->text == text;
}
inline bool present(const Slots& slots, ParamId id) {
  return slots[id] != nullptr && !std::holds_alternative<None>(slots[id]->value);
}
inline long long integer_of(const Slots& slots, ParamId id) {
  return std::get<Decimal>(slots[id]->value).integer().value();
}

}  // namespace ratbench::specs
