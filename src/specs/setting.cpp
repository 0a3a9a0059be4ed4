#include "src/specs/setting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "src/base/check.hpp"
#include "src/specs/json_text.hpp"
#include "src/specs/nearest.hpp"

namespace ratbench::specs {
namespace {

bool contains(const Range& range, double value) {
  const bool low = range.low_open ? value > range.low : value >= range.low;
  const bool high = range.high_open ? value < range.high : value <= range.high;
  return low && high;
}

bool has_limits(const Range& range) {
  return std::isfinite(range.low) || std::isfinite(range.high);
}

std::string known_choices(std::span<const Choice> choices, std::string_view off) {
  std::string list;
  for (const Choice& choice : choices) {
    if (!choice.built || choice.name == off) continue;
    if (!list.empty()) list += ", ";
    list += choice.name;
  }
  if (!off.empty()) list += fmt::format("{}{}", list.empty() ? "" : ", ", off);
  return list;
}

Setting finish(const ParamSpec& spec, Value value) {
  Setting setting;
  setting.json = to_json(value);
  setting.text = std::holds_alternative<None>(value) ? std::string(spec.off) : to_text(value);
  setting.value = std::move(value);
  return setting;
}

std::optional<Problem> check_choice(const ParamSpec& spec, const std::string& name) {
  const auto it = std::find_if(spec.choices.begin(), spec.choices.end(),
                               [&](const Choice& choice) { return choice.name == name; });
  if (it != spec.choices.end()) {
    if (it->built) return std::nullopt;
    return Problem{fmt::format("{} '{}' is not built yet in this version; built: {}", spec.path,
                               name, known_choices(spec.choices, spec.off))};
  }
  std::vector<std::string_view> names;
  for (const Choice& choice : spec.choices) names.push_back(choice.name);
  const std::string near = nearest(name, names);
  return Problem{fmt::format("found \"{}\", allowed is one of {}{}", name,
                             known_choices(spec.choices, spec.off),
                             near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near))};
}

std::optional<Problem> check_number(const ParamSpec& spec, const Decimal& number) {
  const bool whole = spec.kind == Kind::kInteger || spec.kind == Kind::kCounts;
  const double real = number.real();
  // Counts are read as long long, and as doubles by some JSON readers.
  const bool exact =
      !whole || (number.integer().has_value() && std::abs(real) <= 9007199254740991.0);
  if (!exact || !std::isfinite(real) || !contains(spec.range, real))
    return Problem{fmt::format("found {}, allowed is {}", number.text(), describe_allowed(spec))};
  return std::nullopt;
}

std::optional<Problem> check_names(const ParamSpec& spec, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) return Problem{"found an empty name"};
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i))
      return Problem{fmt::format("found \"{}\" twice, allowed is once each", names[i])};
    if (!spec.choices.empty())
      if (auto problem = check_choice(spec, names[i])) return problem;
  }
  if (names.empty()) return Problem{"found an empty list, allowed is at least one name"};
  return std::nullopt;
}

std::string type_name(const Value& value) {
  struct Visitor {
    std::string operator()(None) const { return "null"; }
    std::string operator()(bool on) const { return on ? "true" : "false"; }
    std::string operator()(const Decimal& number) const { return "the number " + number.text(); }
    std::string operator()(const std::string& text) const { return "the text \"" + text + "\""; }
    std::string operator()(const std::vector<std::string>&) const { return "a list of texts"; }
    std::string operator()(const std::vector<Decimal>&) const { return "a list of numbers"; }
    std::string operator()(const Counts&) const { return "an object of numbers"; }
  };
  return std::visit(Visitor{}, value);
}

// The value in the parameter's own type, or nothing when its type is wrong.
std::optional<Value> convert(const ParamSpec& spec, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr && !spec.off.empty() && *text == spec.off) return None{};
  switch (spec.kind) {
    case Kind::kReal:
    case Kind::kInteger:
      if (std::holds_alternative<Decimal>(value)) return value;
      break;
    case Kind::kReals:
      if (std::holds_alternative<std::vector<Decimal>>(value)) return value;
      break;
    case Kind::kFlag:
      if (std::holds_alternative<bool>(value)) return value;
      if (text != nullptr && (*text == "on" || *text == "off")) return *text == "on";
      break;
    case Kind::kChoice:
    case Kind::kText:
    case Kind::kPath:
      if (text != nullptr && !text->empty()) return value;
      break;
    case Kind::kNames:
      if (std::holds_alternative<std::vector<std::string>>(value)) return value;
      break;
    case Kind::kCounts:
      if (std::holds_alternative<Counts>(value)) return value;
      break;
  }
  return std::nullopt;
}

std::optional<Problem> check_value(const ParamSpec& spec, const Value& value) {
  if (std::holds_alternative<None>(value)) return std::nullopt;
  if (spec.kind == Kind::kChoice) return check_choice(spec, std::get<std::string>(value));
  if (const auto* number = std::get_if<Decimal>(&value)) return check_number(spec, *number);
  if (const auto* names = std::get_if<std::vector<std::string>>(&value))
    return check_names(spec, *names);
  if (const auto* numbers = std::get_if<std::vector<Decimal>>(&value)) {
    if (numbers->empty()) return Problem{"found an empty list, allowed is at least one number"};
    for (const Decimal& number : *numbers)
      if (auto problem = check_number(spec, number)) return problem;
  }
  if (const auto* counts = std::get_if<Counts>(&value)) {
    if (counts->empty()) return Problem{"found an empty object, allowed is at least one count"};
    for (const auto& [name, number] : *counts)
      if (auto problem = check_number(spec, number))
        return Problem{fmt::format("{}: {}", name, problem->message)};
  }
  return std::nullopt;
}

}  // namespace

std::string describe_range(const Range& range) {
  if (!has_limits(range)) return "";
  if (!std::isfinite(range.high))
    return fmt::format("{} {}", range.low_open ? "above" : "at least", range.low);
  if (range.low_open && range.high_open)
    return fmt::format("between {} and {}, both excluded", range.low, range.high);
  if (range.low_open) return fmt::format("above {} and at most {}", range.low, range.high);
  if (range.high_open) return fmt::format("at least {} and below {}", range.low, range.high);
  return fmt::format("{} to {}", range.low, static_cast<long long>(range.high));
}

std::string describe_allowed(const ParamSpec& spec) {
  const std::string range = describe_range(spec.range);
  const std::string limits = range.empty() ? "" : " " + range;
  const std::string off = spec.off.empty() ? "" : fmt::format(" or \"{}\"", spec.off);
  switch (spec.kind) {
    case Kind::kReal:
      return "a number" + limits + off;
    case Kind::kInteger:
      return "a whole number" + limits + off;
    case Kind::kReals:
      return "a list of numbers" + (range.empty() ? "" : ", each " + range) + off;
    case Kind::kFlag:
      return "true or false";
    case Kind::kChoice:
      return "one of " + known_choices(spec.choices, spec.off);
    case Kind::kText:
      return "a text" + off;
    case Kind::kPath:
      return "a path" + off;
    case Kind::kNames:
      return spec.choices.empty() ? "a list of texts"
                                  : "a list of " + known_choices(spec.choices, spec.off);
    case Kind::kCounts:
      return "an object from name to whole number" + (range.empty() ? "" : ", each " + range);
  }
  return "";
}

std::variant<Setting, Problem> make_setting(const ParamSpec& spec, const Value& value) {
  const auto converted = convert(spec, value);
  if (!converted.has_value() && spec.built)
    return Problem{
        fmt::format("found {}, allowed is {}", type_name(value), describe_allowed(spec))};
  if (!spec.built) {
    const bool is_default = converted.has_value() && !spec.fallback.empty() &&
                            setting_of_text(spec, spec.fallback).value == *converted;
    if (!is_default)
      return Problem{spec.fallback.empty()
                         ? fmt::format("{} is not built yet in this version", spec.path)
                         : fmt::format("{} other than {} is not built yet in this version",
                                       spec.path, spec.fallback)};
  }
  if (auto problem = check_value(spec, *converted)) return *problem;
  return finish(spec, *converted);
}

Setting setting_of_text(const ParamSpec& spec, std::string_view text) {
  if (!spec.off.empty() && text == spec.off) return finish(spec, None{});
  switch (spec.kind) {
    case Kind::kReal:
    case Kind::kInteger: {
      const auto number = Decimal::parse(text);
      RB_CHECK(number.has_value());
      return finish(spec, *number);
    }
    case Kind::kFlag:
      return finish(spec, text == "on");
    default:
      return finish(spec, std::string(text));
  }
}

}  // namespace ratbench::specs
