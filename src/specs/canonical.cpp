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

void append_member(std::string& out, ParamId id, const Setting& setting) {
  if (out.back() != '{') out += ',';
  append_json_string(out, all_params()[id].path);
  out += ':';
  out += setting.json;
}

}  // namespace

void append_canonical_json(std::string& out, const Slots& resolved) {
  static const ParamId minority = param_id("data.minority_classes");
  out += '{';
  for (const ParamId id : params_by_path()) {
    const Setting* setting = resolved[id];
    if (setting == nullptr) continue;
    const bool in_key =
        all_params()[id].in_key || (id == minority && minority_recall_selects(resolved));
    if (!in_key) continue;
    const Setting* fallback = default_setting(id, resolved);
    if (fallback != nullptr && fallback->json == setting->json) continue;
    append_member(out, id, *setting);
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
