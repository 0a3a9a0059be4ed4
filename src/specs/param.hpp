// What the project knows about one configuration parameter: path, type, default, allowed values,
// meaning, and when it matters. Validation, defaults, keys, the JSON Schema and the reference page
// all follow from these rows.
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <span>
#include <string_view>

namespace ratbench::specs {

enum class Kind {
  kReal,
  kInteger,
  kFlag,    // true, false, "on", "off"
  kChoice,  // one of `choices`
  kText,    // any text that is not empty
  kPath,    // a file or folder; ${NAME} stands for an environment variable
  kNames,   // a list of texts; of `choices` when there are any
  kReals,   // a list of numbers
  kCounts,  // an object: name -> whole number
};

struct Choice {
  std::string_view name;
  std::string_view meaning;
  bool built = true;
};

struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;
};
constexpr Range at_least(double low) { return {.low = low}; }
constexpr Range above(double low) { return {.low = low, .low_open = true}; }
constexpr Range between(double low, double high) { return {.low = low, .high = high}; }

// A statement about the resolved value of another parameter, which must stand earlier in the
// registry.
struct Condition {
  enum class Test { kOneOf, kNotOneOf, kPositive, kGiven };
  std::string_view path;
  Test test = Test::kOneOf;
  std::span<const std::string_view> values{};  // flags are "on" and "off"
};

// Another default where `when` holds.
struct ConditionalDefault {
  Condition when;
  std::string_view value;
};

// Value of `built` for what the design knows and this version refuses by name.
inline constexpr bool kNotBuilt = false;

struct ParamSpec {
  std::string_view path;
  Kind kind = Kind::kReal;
  // Text of the default as in an experiment file, without quotes; "" when there is none.
  std::string_view fallback{};
  std::span<const ConditionalDefault> fallback_when{};
  Range range{};
  std::span<const Choice> choices{};
  // The word that stands for "not used"; "" when the parameter cannot be switched off.
  std::string_view off{};
  std::string_view unit{};
  std::string_view meaning{};
  std::string_view source{};
  // The parameter matters when one of these holds; always when there are none. Where it does not
  // matter it is removed before keys are made.
  std::span<const Condition> applies{};
  // The parameter does not matter where this one is given: two ways to say one thing.
  std::string_view unless_given{};
  // The choice becomes `none` where the number at this path is 0.
  std::string_view none_when_zero{};
  // False: only the default is accepted in this version.
  bool built = true;
  // False: the same in all runs of an experiment, so it cannot be a factor.
  bool may_vary = true;
  // False: a run does not depend on it other than through the hashes of its data.
  bool in_key = true;
};

constexpr bool sorted_and_unique(std::span<const Choice> choices) {
  return std::adjacent_find(choices.begin(), choices.end(), [](const Choice& a, const Choice& b) {
           return a.name >= b.name;
         }) == choices.end();
}

constexpr bool paths_unique(std::span<const ParamSpec> params) {
  for (std::size_t i = 0; i < params.size(); ++i)
    for (std::size_t j = i + 1; j < params.size(); ++j)
      if (params[i].path == params[j].path) return false;
  return true;
}

}  // namespace ratbench::specs
