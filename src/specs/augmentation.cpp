#include <array>

#include "src/specs/names.hpp"
#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

using Test = Condition::Test;

constexpr std::array<Choice, 7> kAugmentations = {{
    {"eda", "edited copies of the texts: words swapped, deleted, repeated elsewhere or split"},
    {"mixup", "mixed pairs of samples"},
    {"noise", "noisy copies of features"},
    {"none", "the training split as it is"},
    {"oversample", "repeated samples of small classes"},
    {"samples", "the data's own synthetic samples"},
    {"smote", "interpolated samples of small classes"},
}};
constexpr std::array<Choice, 4> kEdits = {{
    {"delete", "a word is left out"},
    {"insert", "a word of the text is repeated at another place"},
    {"split", "a word is cut in two"},
    {"swap", "two words change places"},
}};
constexpr std::array<std::string_view, 1> kNoAugmentation = {"none"};
constexpr std::array<std::string_view, 1> kEda = {"eda"};
constexpr std::array<std::string_view, 1> kMixup = {"mixup"};
constexpr std::array<std::string_view, 1> kNoise = {"noise"};
constexpr std::array<std::string_view, 1> kSmote = {"smote"};
constexpr std::array<Condition, 1> kAugmented = {
    {{"augmentation.name", Test::kNotOneOf, kNoAugmentation}}};
constexpr std::array<Condition, 1> kEdited = {{{"augmentation.name", Test::kOneOf, kEda}}};
constexpr std::array<Condition, 1> kMixed = {{{"augmentation.name", Test::kOneOf, kMixup}}};
constexpr std::array<Condition, 1> kOfNoise = {{{"augmentation.name", Test::kOneOf, kNoise}}};
constexpr std::array<Condition, 1> kBetween = {{{"augmentation.name", Test::kOneOf, kSmote}}};

constexpr std::string_view kEdaSource =
    "Wei and Zou, EDA: easy data augmentation techniques, 2019, without its synonyms";

constexpr std::array<ParamSpec, 8> kAugmentationParams = {{
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
    {.path = "augmentation.neighbours",
     .kind = Kind::kInteger,
     .fallback = "5",
     .range = between(1, 10000),
     .unit = "samples",
     .meaning = "How many nearest training samples of its class a sample is moved towards, one at "
                "a time.",
     .source = "Chawla et al., SMOTE, 2002",
     .applies = kBetween},
    {.path = "augmentation.alpha",
     .kind = Kind::kReal,
     .fallback = "0.2",
     .range = above(0),
     .meaning = "Shares of the mixed pairs are drawn from Beta(alpha, alpha).",
     .source = "Zhang et al., mixup: beyond empirical risk minimization, 2018",
     .applies = kMixed},
    {.path = "augmentation.sd",
     .kind = Kind::kReal,
     .fallback = "0.01",
     .range = at_least(0),
     .meaning = "Standard deviation of the noise on every feature; 0 repeats the samples.",
     .applies = kOfNoise},
    {.path = "augmentation.edits",
     .kind = Kind::kNames,
     .choices = kEdits,
     .meaning = "Kinds of edits, of which every made text has one; all that there are when not "
                "given.",
     .source = kEdaSource,
     .applies = kEdited},
    {.path = "augmentation.edit_share",
     .kind = Kind::kReal,
     .fallback = "0.1",
     .range = {.low = 0, .high = 1, .low_open = true},
     .meaning = "Edits of a text as a share of its words, at least one.",
     .source = kEdaSource,
     .applies = kEdited},
    {.path = "augmentation.seed",
     .kind = Kind::kInteger,
     .fallback = "0",
     .range = at_least(0),
     .meaning =
         "Which draw of edits. The made texts belong to the data, so all seeds of a run share "
         "them; another draw is another level of this factor.",
     .applies = kEdited},
}};

static_assert(paths_unique(kAugmentationParams));
static_assert(sorted_and_unique(kAugmentations) && sorted_and_unique(kEdits));

}  // namespace

std::span<const ParamSpec> augmentation_params() { return kAugmentationParams; }

std::span<const std::string_view> text_augmentations() { return kEda; }

Growth growth_of(std::string_view augmentation) {
  if (augmentation == "mixup") return Growth::kEveryShared;
  if (augmentation == "noise") return Growth::kEveryRow;
  if (augmentation == "oversample" || augmentation == "smote") return Growth::kBalanced;
  return Growth::kOfData;
}

}  // namespace ratbench::specs
