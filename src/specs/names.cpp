#include "src/specs/names.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace ratbench::specs {
namespace {

constexpr std::array<std::string_view, 5> kAttacks = {"fgm", "freelb", "pgd", "random", "smart"};
constexpr std::array<std::string_view, 1> kAugmentations = {"samples"};
constexpr std::array<std::string_view, 1> kEncoders = {"hashed"};
constexpr std::array<std::string_view, 4> kLosses = {"ce", "class_balanced", "focal", "ldam"};
constexpr std::array<std::string_view, 1> kModels = {"mlp"};
constexpr std::array<std::string_view, 2> kReleases = {"abex_rat", "synthetic_reports"};
constexpr std::array<std::string_view, 6> kSelectMetrics = {
    "accuracy", "macro_f1", "macro_f1_of_means", "micro_f1", "minority_recall", "weighted_f1"};

constexpr bool sorted_and_unique(std::span<const std::string_view> names) {
  return std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) == names.end();
}

static_assert(sorted_and_unique(kAttacks));
static_assert(sorted_and_unique(kAugmentations));
static_assert(sorted_and_unique(kEncoders));
static_assert(sorted_and_unique(kLosses));
static_assert(sorted_and_unique(kModels));
static_assert(sorted_and_unique(kReleases));
static_assert(sorted_and_unique(kSelectMetrics));

}  // namespace

std::span<const std::string_view> attack_names() { return kAttacks; }
std::span<const std::string_view> augmentation_names() { return kAugmentations; }
std::span<const std::string_view> encoder_names() { return kEncoders; }
std::span<const std::string_view> loss_names() { return kLosses; }
std::span<const std::string_view> model_names() { return kModels; }
std::span<const std::string_view> release_names() { return kReleases; }
std::span<const std::string_view> select_metric_names() { return kSelectMetrics; }

}  // namespace ratbench::specs
