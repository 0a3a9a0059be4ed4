#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

using Test = Condition::Test;
constexpr bool kNotBuilt = false;

constexpr std::array<Choice, 7> kAugmentations = {{
    {"eda", "random edits of the text", kNotBuilt},
    {"mixup", "mixed pairs of samples"},
    {"noise", "noisy copies of features"},
    {"none", "the training split as it is"},
    {"oversample", "repeated samples of small classes"},
    {"samples", "the data's own synthetic samples"},
    {"smote", "interpolated samples of small classes"},
}};
constexpr std::array<std::string_view, 1> kNone = {"none"};
constexpr std::array<Condition, 1> kAugmented = {{{"augmentation.name", Test::kNotOneOf, kNone}}};

constexpr std::array<ParamSpec, 2> kParams = {{
    {.path = "augmentation.name",
     .kind = Kind::kChoice,
     .fallback = "none",
     .choices = kAugmentations,
     .meaning = "What is added to the training split.",
     .none_when_zero = "augmentation.lambda"},
    {.path = "augmentation.lambda",
     .kind = Kind::kInteger,
     .fallback = "0",
     .range = between(0, 1e6),
     .unit = "synthetic samples per source",
     .meaning = "Nested: a larger value keeps the samples of a smaller one; at most what the "
                "source has. 0 is no augmentation.",
     .source = "ABEX-RAT, arXiv 2509.02072",
     .applies = kAugmented},
}};

static_assert(paths_unique(kParams));
static_assert(sorted_and_unique(kAugmentations));

}  // namespace

std::span<const ParamSpec> augmentation_params() { return kParams; }

}  // namespace ratbench::specs
