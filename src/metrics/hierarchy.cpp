#include "src/metrics/hierarchy.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "src/base/error.hpp"
#include "src/base/json.hpp"

namespace ratbench::metrics {
namespace {

using Json = nlohmann::json;

// Refuses a child that is named twice, which the parser would forgive.
Json parse_object(std::string_view text, const std::string& file) {
  std::set<std::string> seen;
  std::string twice;
  const auto note = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::key && !seen.insert(value.get<std::string>()).second)
      twice = value.get<std::string>();
    return true;
  };
  const Json object = Json::parse(text, note, false);
  if (object.is_discarded() || !object.is_object())
    throw DataError(file, "", "a label tree is a JSON object of child names to parent names");
  if (!twice.empty()) throw DataError(file, "", "\"" + twice + "\" has two parents");
  return object;
}

void refuse_cycles(const Hierarchy& tree, const std::string& file) {
  for (const auto& [child, parent] : tree) {
    std::set<std::string_view> above = {child};
    for (auto at = tree.find(child); at != tree.end(); at = tree.find(at->second))
      if (!above.insert(at->second).second)
        throw DataError(file, "", "\"" + child + "\" stands above itself");
  }
}

}  // namespace

Hierarchy parse_hierarchy(std::string_view json, const std::string& file) {
  Hierarchy tree;
  const Json object = parse_object(json, file);
  for (const auto& [child, parent] : object.items()) {
    if (!parent.is_string())
      throw DataError(file, "", "the parent of \"" + child + "\" is no text");
    tree.emplace(child, parent.get<std::string>());
  }
  if (tree.empty()) throw DataError(file, "", "the label tree names no child");
  refuse_cycles(tree, file);
  return tree;
}

std::string hierarchy_to_json(const Hierarchy& tree) { return json_text(Json(tree)); }

std::vector<std::vector<std::int32_t>> nodes_of_classes(
    const Hierarchy& tree, const std::vector<std::string>& class_names) {
  std::map<std::string, std::int32_t> numbers;
  std::vector<std::vector<std::int32_t>> nodes;
  const auto number = [&](const std::string& name) {
    return numbers.emplace(name, static_cast<std::int32_t>(numbers.size())).first->second;
  };
  for (const std::string& name : class_names) {
    nodes.push_back({number(name)});
    for (auto at = tree.find(name); at != tree.end(); at = tree.find(at->second))
      nodes.back().push_back(number(at->second));
  }
  const auto top = nodes.empty() ? -1 : nodes.front().back();
  const bool shared = std::all_of(nodes.begin(), nodes.end(), [&](const auto& own) {
    return own.size() > 1 && own.back() == top;
  });
  for (auto& own : nodes) {
    if (shared) own.pop_back();
    std::sort(own.begin(), own.end());
  }
  return nodes;
}

}  // namespace ratbench::metrics
