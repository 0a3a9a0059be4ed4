#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

using Test = Condition::Test;

constexpr std::array<Choice, 5> kLosses = {{
    {"bce", "mean binary cross-entropy over the labels; task multilabel"},
    {"ce", "cross-entropy"},
    {"class_balanced", "cross-entropy weighted by the effective number of samples"},
    {"focal", "-alpha_y (1 - p_y)^gamma log p_y"},
    {"ldam", "cross-entropy with a margin C / n_y^(1/4) on the true class"},
}};
constexpr std::array<Choice, 4> kBefore = {{
    {"ce", "cross-entropy"},
    {"class_balanced", "class-balanced loss with the same beta"},
    {"focal", "focal loss with the same gamma and alpha"},
    {"ldam", "LDAM with the same margins"},
}};
constexpr std::array<Choice, 2> kReweights = {{
    {"drw", "weights (1 - beta) / (1 - beta^n_y), scaled to sum to the number of classes"},
    {"none", "equal weights"},
}};

constexpr std::array<std::string_view, 1> kFocalName = {"focal"};
constexpr std::array<std::string_view, 1> kBalancedName = {"class_balanced"};
constexpr std::array<std::string_view, 1> kLdamName = {"ldam"};
constexpr std::array<std::string_view, 1> kDrw = {"drw"};
constexpr std::array<Condition, 1> kDeferred = {{{"loss.defer_epochs", Test::kPositive, {}}}};
constexpr std::array<Condition, 2> kFocal = {
    {{"loss.name", Test::kOneOf, kFocalName}, {"loss.before", Test::kOneOf, kFocalName}}};
constexpr std::array<Condition, 3> kWeighted = {{{"loss.name", Test::kOneOf, kBalancedName},
                                                 {"loss.before", Test::kOneOf, kBalancedName},
                                                 {"loss.reweight", Test::kOneOf, kDrw}}};
constexpr std::array<Condition, 2> kLdam = {
    {{"loss.name", Test::kOneOf, kLdamName}, {"loss.before", Test::kOneOf, kLdamName}}};
constexpr std::array<Condition, 1> kScaled = {{{"loss.max_margin", Test::kGiven, {}}}};
constexpr std::array<Condition, 1> kBoosted = {{{"loss.boost_classes", Test::kGiven, {}}}};

constexpr std::string_view kLdamSource =
    "Cao et al., Learning imbalanced datasets with label-distribution-aware margin loss, 2019";

constexpr std::array<std::string_view, 1> kMultilabel = {"multilabel"};
constexpr std::array<ConditionalDefault, 1> kLossWhen = {
    {{{"task", Test::kOneOf, kMultilabel}, "bce"}}};

constexpr std::array<ParamSpec, 12> kLossParams = {{
    {.path = "loss.name",
     .kind = Kind::kChoice,
     .fallback = "ce",
     .fallback_when = kLossWhen,
     .choices = kLosses,
     .meaning = "What training minimises."},
    {.path = "loss.defer_epochs",
     .kind = Kind::kInteger,
     .fallback = "0",
     .range = between(0, 1e6),
     .unit = "passes over the training split",
     .meaning = "Until then `loss.before` is minimised, without the weights of `loss.reweight`.",
     .source = kLdamSource},
    {.path = "loss.before",
     .kind = Kind::kChoice,
     .fallback = "ce",
     .choices = kBefore,
     .meaning = "Loss of the first `loss.defer_epochs` passes.",
     .applies = kDeferred},
    {.path = "loss.reweight",
     .kind = Kind::kChoice,
     .fallback = "none",
     .choices = kReweights,
     .meaning = "Class weights from `loss.defer_epochs` on.",
     .source = kLdamSource},
    {.path = "loss.gamma",
     .kind = Kind::kReal,
     .fallback = "2",
     .range = at_least(0),
     .meaning = "Focusing exponent; 0 is cross-entropy.",
     .source = "Lin et al., Focal loss for dense object detection, 2017",
     .applies = kFocal},
    {.path = "loss.alpha",
     .kind = Kind::kReals,
     .fallback = "none",
     .range = at_least(0),
     .off = "none",
     .meaning = "Factors of the focal loss, one per class in the order of the class list.",
     .source = "Lin et al., Focal loss for dense object detection, 2017",
     .applies = kFocal},
    {.path = "loss.beta",
     .kind = Kind::kReal,
     .fallback = "0.9999",
     .range = {.low = 0, .high = 1, .high_open = true},
     .meaning = "Overlap of samples in the effective number (1 - beta^n) / (1 - beta).",
     .source = "Cui et al., Class-balanced loss based on effective number of samples, 2019",
     .applies = kWeighted},
    {.path = "loss.max_margin",
     .kind = Kind::kReal,
     .range = above(0),
     .meaning = "Largest margin of LDAM, for example 0.5; instead of `loss.c`.",
     .source = kLdamSource,
     .applies = kLdam},
    {.path = "loss.scale",
     .kind = Kind::kReal,
     .fallback = "30",
     .range = above(0),
     .meaning = "Factor on the logits after the margin, with `loss.max_margin`.",
     .source = kLdamSource,
     .applies = kScaled},
    {.path = "loss.c",
     .kind = Kind::kReal,
     .fallback = "1",
     .range = at_least(0),
     .meaning = "Raw margin constant C of LDAM, without scaling; instead of `loss.max_margin`.",
     .source = kLdamSource,
     .applies = kLdam,
     .unless_given = "loss.max_margin"},
    {.path = "loss.boost_classes",
     .kind = Kind::kNames,
     .meaning = "Classes whose count is divided in the margin only.",
     .applies = kLdam},
    {.path = "loss.boost_divisor",
     .kind = Kind::kReal,
     .fallback = "10",
     .range = above(0),
     .meaning = "Divisor of n_y in the margin of `loss.boost_classes`.",
     .applies = kBoosted},
}};

static_assert(paths_unique(kLossParams));
static_assert(sorted_and_unique(kLosses) && sorted_and_unique(kBefore) &&
              sorted_and_unique(kReweights));

}  // namespace

std::span<const ParamSpec> loss_params() { return kLossParams; }

}  // namespace ratbench::specs
