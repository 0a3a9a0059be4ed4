#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/spec/metric_names.hpp"
#include "harness/spec/reader.hpp"
#include "src/base/error.hpp"
#include "src/specs/json_text.hpp"
#include "src/specs/nearest.hpp"

namespace ratbench::spec {
namespace {

using specs::Kind;
using specs::ParamId;
using specs::ParamSpec;

// The value in the types that parameters have; nothing for mixed lists and for objects that hold
// more than numbers.
std::optional<specs::Value> to_value(const Json& json) {
  switch (json.type) {
    case Json::Type::kBool:
      return json.flag;
    case Json::Type::kNumber:
      return json.number;
    case Json::Type::kText:
      return json.text;
    case Json::Type::kList: {
      std::vector<std::string> texts;
      std::vector<Decimal> numbers;
      for (const Json& item : json.items) {
        if (item.is(Json::Type::kText)) texts.push_back(item.text);
        if (item.is(Json::Type::kNumber)) numbers.push_back(item.number);
      }
      if (texts.size() == json.items.size()) return texts;
      if (numbers.size() == json.items.size()) return numbers;
      return std::nullopt;
    }
    case Json::Type::kObject: {
      specs::Counts counts;
      for (const auto& [name, number] : json.members) {
        if (!number.is(Json::Type::kNumber)) return std::nullopt;
        counts.emplace(name, number.number);
      }
      return counts;
    }
    default:
      return std::nullopt;
  }
}

void check_report_metrics(const ParamSpec& spec, const specs::Value& value, const Json& json,
                          const std::string& pointer) {
  if (spec.path != "report.metrics") return;
  const auto* names = std::get_if<std::vector<std::string>>(&value);
  if (names == nullptr) return;
  for (const std::string& name : *names)
    if (!is_metric(name))
      refuse(json, pointer,
             fmt::format("found \"{}\", allowed is one of {}, or f1/CLASS, precision/CLASS, "
                         "recall/CLASS",
                         name, fmt::join(kMetricNames, ", ")));
}

std::vector<std::string_view> all_paths() {
  std::vector<std::string_view> paths = specs::children("");
  for (const ParamSpec& spec : specs::all_params()) paths.push_back(spec.path);
  return paths;
}

}  // namespace

void refuse(const Json& json, const std::string& pointer, const std::string& problem) {
  throw SpecError(json.file(), pointer, problem);
}

void expect_type(const Json& json, Json::Type type, const std::string& pointer,
                 std::string_view allowed) {
  if (!json.is(type))
    refuse(json, pointer, fmt::format("found {}, allowed is {}", describe(json), allowed));
}

const std::string& expect_text(const Json& json, const std::string& pointer,
                               std::string_view allowed) {
  if (!json.is(Json::Type::kText) || json.text.empty())
    refuse(json, pointer, fmt::format("found {}, allowed is {}", describe(json), allowed));
  return json.text;
}

void refuse_key(const Json& value, const std::string& pointer, std::string_view key,
                std::span<const std::string_view> known) {
  const std::string near = specs::nearest(key, known);
  refuse(value, pointer,
         fmt::format("unknown key \"{}\"{}; known: {}", key,
                     near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near),
                     fmt::join(known, ", ")));
}

void expect_keys(const Json& object, std::span<const std::string_view> known,
                 const std::string& pointer) {
  for (const auto& [key, value] : object.members)
    if (std::find(known.begin(), known.end(), key) == known.end())
      refuse_key(value, pointer_to(pointer, key), key, known);
}

const Given* ValueReader::read_leaf(ParamId id, const Json& json, const std::string& pointer) {
  const ParamSpec& spec = specs::all_params()[id];
  const auto value = to_value(json);
  if (!value.has_value())
    refuse(json, pointer,
           spec.built ? fmt::format("found {}, allowed is {}", describe(json),
                                    specs::describe_allowed(spec))
                      : fmt::format("{} is not built yet in this version", spec.path));
  auto made = specs::make_setting(spec, *value);
  if (const auto* problem = std::get_if<specs::Problem>(&made))
    refuse(json, pointer, problem->message);
  check_report_metrics(spec, *value, json, pointer);
  Given given{{std::move(std::get<specs::Setting>(made))}, json.file(), pointer, ""};
  if (spec.kind == Kind::kPath && unset_ == UnsetVariables::kRefuse) {
    if (auto* text = std::get_if<std::string>(&given.value)) {
      Expanded expanded = expand_variables(*text, environment_);
      *text = std::move(expanded.text);
      given.json = specs::to_json(given.value);
      given.unset = std::move(expanded.unset);
    }
  }
  experiment_.settings_owner->push_back(std::move(given));
  return &experiment_.settings_owner->back();
}

void ValueReader::read_into(Level& level, std::string_view path, const Json& json,
                            const std::string& pointer) {
  if (const auto id = specs::find_param(path)) {
    level.emplace_back(*id, json.is(Json::Type::kNull) ? nullptr : read_leaf(*id, json, pointer));
    return;
  }
  expect_type(json, Json::Type::kObject, pointer,
              fmt::format("an object with the parameters of {}", path));
  const auto known = specs::children(path);
  for (const auto& [key, value] : json.members) {
    const std::string member = pointer_to(pointer, key);
    const std::string below = fmt::format("{}.{}", path, key);
    if (key.find('.') != std::string::npos ||
        (!specs::find_param(below).has_value() && !specs::is_section(below)))
      refuse_key(value, member, key, known);
    read_into(level, below, value, member);
  }
}

Level ValueReader::read(std::string_view path, const Json& json, const std::string& pointer) {
  Level level;
  read_into(level, path, json, pointer);
  return level;
}

Level ValueReader::read_factor(std::string_view path, const Json& json,
                               const std::string& pointer) {
  if (!specs::find_param(path).has_value() && !specs::is_section(path)) {
    const auto known = all_paths();
    const std::string near = specs::nearest(path, known);
    refuse(json, pointer,
           fmt::format("unknown parameter \"{}\"{}", path,
                       near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
  }
  Level level = read(path, json, pointer);
  if (level.empty()) refuse(json, pointer, "found an empty object");
  for (const auto& [id, given] : level)
    if (!specs::all_params()[id].may_vary)
      refuse(json, pointer,
             fmt::format("{} is the same for all cells, it cannot be a factor",
                         specs::all_params()[id].path));
  return level;
}

Level ValueReader::read_paths(const Json& json, const std::string& pointer) {
  expect_type(json, Json::Type::kObject, pointer, "an object from parameter paths to values");
  if (json.members.empty()) refuse(json, pointer, "found an empty object");
  Level all;
  for (const auto& [path, value] : json.members) {
    const std::string member = pointer_to(pointer, path);
    for (const auto& entry : read_factor(path, value, member)) {
      const bool twice = std::any_of(all.begin(), all.end(),
                                     [&](const auto& other) { return other.first == entry.first; });
      if (twice)
        refuse(value, member,
               fmt::format("{} is given twice", specs::all_params()[entry.first].path));
      all.push_back(entry);
    }
  }
  return all;
}

Selection ValueReader::read_selection(const Json& json, const std::string& pointer) {
  for (const auto& [path, value] : json.members)
    if (specs::is_section(path))
      refuse(value, pointer_to(pointer, path),
             "a selection names single parameters, for example " + path + "." +
                 std::string(specs::children(path).front()));
  Selection selection = read_paths(json, pointer);
  for (const auto& [id, given] : selection)
    if (given == nullptr)
      refuse(json, pointer,
             fmt::format("found null for {}, a value is needed to compare with",
                         specs::all_params()[id].path));
  return selection;
}

std::string ValueReader::read_statement(ParamId id, const Json& json, const std::string& pointer) {
  const ParamSpec& spec = specs::all_params()[id];
  if (spec.kind != Kind::kChoice) return read_leaf(id, json, pointer)->text;
  const std::string& name = expect_text(json, pointer, "a text");
  std::vector<std::string_view> names;
  for (const specs::Choice& choice : spec.choices) names.push_back(choice.name);
  if (std::find(names.begin(), names.end(), name) == names.end())
    refuse(json, pointer,
           fmt::format("found \"{}\", allowed is one of {}", name, fmt::join(names, ", ")));
  return name;
}

}  // namespace ratbench::spec
