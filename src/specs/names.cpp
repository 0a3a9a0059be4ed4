#include "src/specs/names.hpp"

#include <vector>

#include "src/specs/registry.hpp"

namespace ratbench::specs {
namespace {

std::vector<std::string_view> built_names(std::string_view path) {
  std::vector<std::string_view> names;
  for (const Choice& choice : all_params()[param_id(path)].choices)
    if (choice.built && choice.name != "none") names.push_back(choice.name);
  return names;
}

}  // namespace

std::span<const std::string_view> attack_names() {
  static const auto names = built_names("attack.name");
  return names;
}
std::span<const std::string_view> augmentation_names() {
  static const auto names = built_names("augmentation.name");
  return names;
}
std::span<const std::string_view> encoder_names() {
  static const auto names = built_names("encoder.name");
  return names;
}
std::span<const std::string_view> loss_names() {
  static const auto names = built_names("loss.name");
  return names;
}
std::span<const std::string_view> model_names() {
  static const auto names = built_names("model.name");
  return names;
}
std::span<const std::string_view> release_names() {
  static const auto names = built_names("data.release");
  return names;
}
std::span<const std::string_view> select_metric_names() {
  static const auto names = built_names("train.select_metric");
  return names;
}

}  // namespace ratbench::specs
