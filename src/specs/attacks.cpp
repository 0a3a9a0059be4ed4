#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

using Test = Condition::Test;

constexpr std::array<Choice, 6> kAttacks = {{
    {"fgm", "one gradient step: r = epsilon g / norm(g)"},
    {"freelb", "mean loss over the steps of a projected ascent"},
    {"none", "clean training"},
    {"pgd", "projected gradient ascent, then one adversarial pass"},
    {"random", "a random direction of norm epsilon: a control"},
    {"smart", "symmetric KL divergence to the perturbed output"},
}};
constexpr std::array<Choice, 3> kNorms = {{
    {"batch", "of the gradient of the whole batch"},
    {"sample", "of each sample's gradient, flattened"},
    {"weights",
     "of the word-embedding matrix's gradient, which is then what is perturbed; model bert"},
}};
constexpr std::array<Choice, 2> kBalls = {{
    {"l2", "L2 norm at most epsilon"},
    {"linf",
     "every component at most epsilon; a step is the gradient over its largest component, as in "
     "FreeLB's public code, not its sign"},
}};
constexpr std::array<Choice, 2> kVariants = {{
    {"mtdnn",
     "its public code: r = (r + step_size g) / (norm + epsilon), so r has a norm of about 1 "
     "whatever epsilon, which only guards the division; targets are detached"},
    {"paper", "as the paper states it"},
}};
constexpr std::array<Choice, 3> kInits = {{
    {"normal", "normal noise (SMART)"},
    {"uniform", "uniform noise (FreeLB)"},
    {"zero", "no perturbation (PGD, FreeLB)"},
}};
constexpr std::array<Choice, 2> kPasses = {{
    {"concatenated", "[x; x + r] in one forward pass"},
    {"separate", "x and x + r in forward passes of their own"},
}};

constexpr std::array<std::string_view, 1> kNoAttack = {"none"};
constexpr std::array<std::string_view, 1> kFreelb = {"freelb"};
constexpr std::array<std::string_view, 1> kSmart = {"smart"};
constexpr std::array<std::string_view, 1> kMtdnn = {"mtdnn"};
constexpr std::array<std::string_view, 1> kOn = {"on"};
constexpr std::array<std::string_view, 3> kIterated = {"freelb", "pgd", "smart"};
constexpr std::array<std::string_view, 3> kJoinable = {"fgm", "pgd", "random"};
constexpr std::array<std::string_view, 2> kNoisy = {"normal", "uniform"};

constexpr Condition kIsSmart = {"attack.name", Test::kOneOf, kSmart};
constexpr std::array<Condition, 1> kAttacked = {{{"attack.name", Test::kNotOneOf, kNoAttack}}};
constexpr std::array<Condition, 1> kSmartOnly = {{kIsSmart}};
constexpr std::array<Condition, 1> kSteps = {{{"attack.name", Test::kOneOf, kIterated}}};
constexpr std::array<Condition, 1> kOneClean = {{{"attack.name", Test::kOneOf, kJoinable}}};
constexpr std::array<Condition, 1> kCleanAdded = {{{"attack.add_clean", Test::kOneOf, kOn}}};
constexpr std::array<Condition, 1> kStartsNoisy = {{{"attack.init", Test::kOneOf, kNoisy}}};

constexpr std::array<ConditionalDefault, 1> kAddCleanWhen = {
    {{{"attack.name", Test::kOneOf, kFreelb}, "off"}}};
constexpr std::array<ConditionalDefault, 1> kBallWhen = {{{kIsSmart, "linf"}}};
constexpr std::array<ConditionalDefault, 1> kStepsWhen = {{{kIsSmart, "1"}}};
constexpr std::array<ConditionalDefault, 1> kStepSizeWhen = {
    {{{"attack.variant", Test::kOneOf, kMtdnn}, "0.001"}}};
constexpr std::array<ConditionalDefault, 1> kInitWhen = {{{kIsSmart, "normal"}}};

constexpr std::array<ParamSpec, 13> kAttackParams = {{
    {.path = "attack.name",
     .kind = Kind::kChoice,
     .fallback = "none",
     .choices = kAttacks,
     .meaning = "How inputs are perturbed in training.",
     .none_when_zero = "attack.p_rat"},
    {.path = "attack.p_rat",
     .kind = Kind::kReal,
     .fallback = "1",
     .range = between(0, 1),
     .meaning = "Probability that a batch is attacked; 0 is clean training, 1 attacks every batch.",
     .source = "RanAT4BIE, arXiv 2509.11191",
     .applies = kAttacked},
    {.path = "attack.epsilon",
     .kind = Kind::kReal,
     .fallback = "0.1",
     .range = at_least(0),
     .meaning = "Size of the perturbation. With `attack.variant` mtdnn no size: a guard of at most "
                "0.00001 (1e-6 in that code), which has to be given.",
     .applies = kAttacked},
    {.path = "attack.add_clean",
     .kind = Kind::kFlag,
     .fallback = "on",
     .fallback_when = kAddCleanWhen,
     .meaning = "The clean loss is part of the loss of an attacked batch; all but FreeLB always "
                "have it.",
     .applies = kAttacked},
    {.path = "attack.weight",
     .kind = Kind::kReal,
     .fallback = "1",
     .range = at_least(0),
     .meaning = "Weight of the adversarial term beside the clean loss.",
     .applies = kCleanAdded},
    {.path = "attack.norm",
     .kind = Kind::kChoice,
     .fallback = "sample",
     .choices = kNorms,
     .meaning = "The norm that the gradient is divided by.",
     .applies = kAttacked},
    {.path = "attack.ball",
     .kind = Kind::kChoice,
     .fallback = "l2",
     .fallback_when = kBallWhen,
     .choices = kBalls,
     .meaning = "The set that perturbations are projected on.",
     .applies = kSteps},
    {.path = "attack.variant",
     .kind = Kind::kChoice,
     .fallback = "paper",
     .choices = kVariants,
     .meaning = "Form of SMART.",
     .source = "Jiang et al., SMART, 2020",
     .applies = kSmartOnly},
    {.path = "attack.steps",
     .kind = Kind::kInteger,
     .fallback = "3",
     .fallback_when = kStepsWhen,
     .range = between(1, 10000),
     .unit = "ascent steps",
     .meaning = "Steps K of the iterated attacks.",
     .applies = kSteps},
    {.path = "attack.step_size",
     .kind = Kind::kReal,
     .fallback_when = kStepSizeWhen,
     .range = above(0),
     .meaning = "Length of one ascent step; 1.5 epsilon / steps when not given. Of variant mtdnn "
                "the factor of the gradient, 0.001 as in that code.",
     .applies = kSteps},
    {.path = "attack.init",
     .kind = Kind::kChoice,
     .fallback = "zero",
     .fallback_when = kInitWhen,
     .choices = kInits,
     .meaning = "Where the ascent starts. SMART needs noise: its gradient is zero at r = 0.",
     .applies = kSteps},
    {.path = "attack.noise",
     .kind = Kind::kReal,
     .fallback = "1e-5",
     .range = above(0),
     .meaning = "Size of the noise that the ascent starts from.",
     .applies = kStartsNoisy},
    {.path = "attack.pass",
     .kind = Kind::kChoice,
     .fallback = "separate",
     .choices = kPasses,
     .meaning = "Clean and perturbed inputs in one forward pass or in two.",
     .applies = kOneClean},
}};

static_assert(paths_unique(kAttackParams));
static_assert(sorted_and_unique(kAttacks) && sorted_and_unique(kNorms) &&
              sorted_and_unique(kBalls) && sorted_and_unique(kVariants) &&
              sorted_and_unique(kInits) && sorted_and_unique(kPasses));

}  // namespace

std::span<const ParamSpec> attack_params() { return kAttackParams; }

}  // namespace ratbench::specs
