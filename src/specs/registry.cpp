#include "src/specs/registry.hpp"

#include <algorithm>
#include <numeric>

#include "src/base/check.hpp"
#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

// Encoder and model come first because what matters of the data depends on them.
std::vector<ParamSpec> collect() {
  std::vector<ParamSpec> all;
  for (const auto table :
       {encoder_params(), model_params(), data_params(), train_params(), loss_params(),
        attack_params(), augmentation_params(), cost_params(), report_params()})
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

std::vector<ParamId> sort_by_path() {
  std::vector<ParamId> ids(all_params().size());
  std::iota(ids.begin(), ids.end(), ParamId{0});
  std::sort(ids.begin(), ids.end(),
            [](ParamId a, ParamId b) { return all_params()[a].path < all_params()[b].path; });
  return ids;
}

}  // namespace

std::span<const ParamSpec> all_params() {
  static const std::vector<ParamSpec> all = collect();
  return all;
}

std::span<const ParamId> params_by_path() {
  static const std::vector<ParamId> ids = sort_by_path();
  return ids;
}

std::optional<ParamId> find_param(std::string_view path) {
  const auto ids = params_by_path();
  const auto it =
      std::lower_bound(ids.begin(), ids.end(), path,
                       [](ParamId id, std::string_view p) { return all_params()[id].path < p; });
  if (it == ids.end() || all_params()[*it].path != path) return std::nullopt;
  return *it;
}

ParamId param_id(std::string_view path) {
  const auto id = find_param(path);
  if (!id.has_value())
    detail::check_failed(__FILE__, __LINE__, "known parameter", std::string(path));
  return *id;
}

bool is_section(std::string_view path) {
  return std::any_of(all_params().begin(), all_params().end(), [&](const ParamSpec& spec) {
    return spec.path.size() > path.size() && spec.path.starts_with(path) &&
           spec.path[path.size()] == '.';
  });
}

std::vector<std::string_view> children(std::string_view section) {
  std::vector<std::string_view> names;
  for (const ParamId id : params_by_path()) {
    std::string_view rest = all_params()[id].path;
    if (!section.empty()) {
      if (!rest.starts_with(section) || rest.size() <= section.size() ||
          rest[section.size()] != '.')
        continue;
      rest.remove_prefix(section.size() + 1);
    }
    rest = rest.substr(0, rest.find('.'));
    if (names.empty() || names.back() != rest) names.push_back(rest);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace ratbench::specs
