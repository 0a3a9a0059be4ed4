#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "harness/spec/source.hpp"
#include "src/base/error.hpp"
#include "src/specs/nearest.hpp"
#include "src/specs/registry.hpp"

namespace ratbench::spec {
namespace {

using specs::Kind;

std::vector<std::string> split_values(const std::string& text) {
  std::vector<std::string> values(1);
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\' && i + 1 < text.size()) {
      values.back() += c;
      values.back() += text[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '[' || c == '{')) ++depth;
    if (!quoted && (c == ']' || c == '}')) --depth;
    if (c == ',' && !quoted && depth == 0)
      values.emplace_back();
    else
      values.back() += c;
  }
  return values;
}

const std::vector<std::string_view>& plain_keys() {
  static const std::vector<std::string_view> keys = {"name", "seeds", "title"};
  return keys;
}

void check_path(const std::string& path, const std::string& source) {
  if (specs::find_param(path).has_value() || specs::is_section(path) ||
      std::count(plain_keys().begin(), plain_keys().end(), path) > 0)
    return;
  std::vector<std::string_view> known(plain_keys());
  for (const auto& spec : specs::all_params()) known.push_back(spec.path);
  for (const std::string_view section : specs::children("")) known.push_back(section);
  const std::string near = specs::nearest(path, known);
  throw SpecError(source, "",
                  fmt::format("unknown parameter \"{}\"{}", path,
                              near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
}

bool takes_text(const std::string& path) {
  if (path == "name" || path == "title") return true;
  const auto id = specs::find_param(path);
  if (!id.has_value()) return false;
  const Kind kind = specs::all_params()[*id].kind;
  return kind == Kind::kText || kind == Kind::kPath;
}

bool is_number(const std::string& text) {
  static const std::regex grammar(R"(-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?)");
  return std::regex_match(text, grammar);
}

Json read_value(const std::string& text, const std::string& path, const std::string& source) {
  if (text.empty()) throw SpecError(source, "", "found an empty value");
  const char first = text.front();
  const bool marked = first == '"' || first == '[' || first == '{' || text == "null";
  const auto shared = std::make_shared<const std::string>(source);
  Json json = Json::of(text);
  if (marked || !takes_text(path)) {
    try {
      json = parse_json(text, source);
    } catch (const SpecError&) {
      if (marked || is_number(text)) throw;
    }
  }
  json.source = shared;
  return json;
}

bool is_text_list(const std::string& path) {
  const auto id = specs::find_param(path);
  return id.has_value() && specs::all_params()[*id].kind == Kind::kNames;
}

Json as_list(std::vector<Json> values) {
  Json list;
  list.type = Json::Type::kList;
  list.source = values.front().source;
  list.items = std::move(values);
  return list;
}

void merge_value(Json& target, Json value) {
  if (target.is(Json::Type::kObject) && value.is(Json::Type::kObject)) {
    for (auto& [key, member] : value.members) {
      Json* old = target.find(key);
      if (old != nullptr)
        merge_value(*old, std::move(member));
      else
        target.set(key, std::move(member));
    }
    return;
  }
  target = std::move(value);
}

void set_in_base(Json& document, const std::string& path, Json value) {
  Json* node = &document;
  std::string_view rest = path;
  while (true) {
    const std::size_t dot = rest.find('.');
    const std::string key(rest.substr(0, dot));
    Json* next = node->find(key);
    if (next == nullptr || (dot != std::string_view::npos && !next->is(Json::Type::kObject))) {
      Json fresh;
      fresh.type = Json::Type::kObject;
      fresh.source = value.source;
      if (dot == std::string_view::npos) fresh.type = Json::Type::kNull;
      node->set(key, std::move(fresh));
      next = node->find(key);
    }
    node = next;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  merge_value(*node, std::move(value));
}

// All objects from factor path to levels: `grid`, then the groups of `zip`.
std::vector<Json*> factor_groups(Json& document) {
  std::vector<Json*> groups;
  if (Json* grid = document.find("grid"); grid != nullptr) groups.push_back(grid);
  if (Json* zip = document.find("zip"); zip != nullptr) {
    if (zip->is(Json::Type::kObject)) groups.push_back(zip);
    for (Json& item : zip->items) groups.push_back(&item);
  }
  return groups;
}

// True when a level of an object factor sets `path`, so that overriding the base would do nothing.
bool level_sets(const Json& level, std::string_view below) {
  const Json* node = &level;
  while (node != nullptr && !below.empty()) {
    const std::size_t dot = below.find('.');
    node = node->find(below.substr(0, dot));
    below = dot == std::string_view::npos ? std::string_view() : below.substr(dot + 1);
  }
  return node != nullptr;
}

void refuse_hidden(Json& document, const std::string& path, const std::string& source) {
  for (const Json* group : factor_groups(document))
    for (const auto& [factor, levels] : group->members) {
      if (!path.starts_with(factor + ".")) continue;
      const std::string_view below = std::string_view(path).substr(factor.size() + 1);
      if (std::any_of(levels.items.begin(), levels.items.end(),
                      [&](const Json& level) { return level_sets(level, below); }))
        throw SpecError(source, "",
                        fmt::format("{} is set by the levels of the factor \"{}\"; override that "
                                    "factor instead",
                                    path, factor));
    }
}

void remove_factor(Json& document, const std::string& path) {
  for (Json* group : factor_groups(document)) group->erase(path);
  const auto empty = [](const Json& group) {
    return group.is(Json::Type::kObject) && group.members.empty();
  };
  if (const Json* grid = document.find("grid"); grid != nullptr && empty(*grid))
    document.erase("grid");
  if (Json* zip = document.find("zip"); zip != nullptr) {
    std::erase_if(zip->items, empty);
    if (empty(*zip) || (zip->is(Json::Type::kList) && zip->items.empty())) document.erase("zip");
  }
}

void set_factor(Json& document, const std::string& path, Json levels) {
  for (Json* group : factor_groups(document))
    if (Json* old = group->find(path); old != nullptr) {
      *old = std::move(levels);
      return;
    }
  if (document.find("grid") == nullptr) {
    Json grid;
    grid.type = Json::Type::kObject;
    grid.source = levels.source;
    document.set("grid", std::move(grid));
  }
  document.find("grid")->set(path, std::move(levels));
}

}  // namespace

void apply_override(Json& document, const std::string& option) {
  const std::string source = "--set " + option;
  const std::size_t equals = option.find('=');
  if (equals == std::string::npos || equals == 0)
    throw SpecError(source, "", "allowed is PATH=VALUE or PATH=VALUE,VALUE,...");
  const std::string path = option.substr(0, equals);
  check_path(path, source);
  std::vector<Json> values;
  for (const std::string& text : split_values(option.substr(equals + 1)))
    values.push_back(read_value(text, path, source));
  const bool listed = values.size() > 1 || values.front().is(Json::Type::kText);
  if ((path == "seeds" && values.size() > 1) || (is_text_list(path) && listed))
    values = {as_list(std::move(values))};
  if (values.size() == 1) {
    refuse_hidden(document, path, source);
    remove_factor(document, path);
    set_in_base(document, path, std::move(values.front()));
  } else {
    set_factor(document, path, as_list(std::move(values)));
  }
}

}  // namespace ratbench::spec
