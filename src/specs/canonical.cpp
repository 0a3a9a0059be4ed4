#include "src/specs/canonical.hpp"

#include <deque>

#include "src/base/check.hpp"
#include "src/specs/json_text.hpp"

namespace ratbench::specs {
namespace {

bool minority_recall_selects(const Slots& resolved) {
  static const ParamId metric = param_id("train.select_metric");
  return resolved[metric] != nullptr && resolved[metric]->text == "minority_recall";
}

// A parameter that may stand in keys, with the text that stands before its value.
struct Member {
  ParamId id;
  std::string label;      // "\"attack.epsilon\":"
  bool minority = false;  // stands in keys only when minority recall selects
};

// Sorted by path. A plan makes a million texts, so the labels are made once.
const std::vector<Member>& members() {
  static const std::vector<Member> all = [] {
    std::vector<Member> result;
    for (const ParamId id : params_by_path()) {
      const ParamSpec& spec = all_params()[id];
      const bool minority = spec.path == "data.minority_classes";
      if (!spec.in_key && !minority) continue;
      Member member{id, "", minority};
      append_json_string(member.label, spec.path);
      member.label += ':';
      result.push_back(std::move(member));
    }
    return result;
  }();
  return all;
}

}  // namespace

void append_canonical_json(std::string& out, const Slots& resolved) {
  out += '{';
  for (const Member& member : members()) {
    const Setting* setting = resolved[member.id];
    if (setting == nullptr || (member.minority && !minority_recall_selects(resolved))) continue;
    const Setting* fallback = default_setting(member.id, resolved);
    if (fallback == setting || (fallback != nullptr && fallback->json == setting->json)) continue;
    if (out.back() != '{') out += ',';
    out += member.label;
    out += setting->json;
  }
  out += '}';
}

std::string canonical_json(const Config& config) {
  std::deque<Setting> settings;
  Slots slots = empty_slots();
  for (const auto& [path, value] : config.values()) {
    const ParamId id = param_id(path);
    settings.push_back({value, to_json(value), ""});
    settings.back().text =
        std::holds_alternative<None>(value) ? std::string(all_params()[id].off) : to_text(value);
    slots[id] = &settings.back();
  }
  std::string out;
  append_canonical_json(out, slots);
  return out;
}

}  // namespace ratbench::specs
