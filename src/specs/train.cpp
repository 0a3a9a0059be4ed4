#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

constexpr std::array<Choice, 2> kSchedules = {{
    {"constant", "the learning rate after warmup stays"},
    {"linear", "the learning rate after warmup falls to 0 at the last step"},
}};
constexpr std::array<Choice, 2> kTrainPrecisions = {{
    {"bf16", "products in bfloat16; parameters, losses and the optimiser in 32 bits"},
    {"fp32", "32-bit floating point"},
}};
constexpr std::array<Choice, 2> kSelections = {{
    {"best", "the epoch with the best validation metric"},
    {"last", "the last epoch"},
}};
constexpr std::array<Choice, 7> kMetrics = {{
    {"accuracy", "share of correct predictions; task multilabel: of texts with every label right"},
    {"entity_f1", "F1 over whole entities, strict IOB2; task ner"},
    {"macro_f1", "mean of the classes' F1 over the full class list, undefined = 0"},
    {"macro_f1_of_means", "F1 of mean precision and mean recall"},
    {"micro_f1", "F1 over all decisions"},
    {"minority_recall", "mean recall over data.minority_classes"},
    {"weighted_f1", "mean of the classes' F1 weighted by support"},
}};

constexpr std::array<std::string_view, 1> kEntityTask = {"ner"};
constexpr std::array<std::string_view, 2> kMicro = {"multilabel", "relation"};
constexpr std::array<ConditionalDefault, 2> kMetricWhen = {
    {{{"task", Condition::Test::kOneOf, kEntityTask}, "entity_f1"},
     {{"task", Condition::Test::kOneOf, kMicro}, "micro_f1"}}};

constexpr std::array<ParamSpec, 17> kTrainParams = {{
    {.path = "train.steps",
     .kind = Kind::kInteger,
     .range = between(1, 1e9),
     .unit = "batches",
     .meaning = "Length of training; instead of `train.epochs`."},
    {.path = "train.epochs",
     .kind = Kind::kInteger,
     .fallback = "20",
     .range = between(1, 1e6),
     .unit = "passes",
     .meaning = "Length of training; instead of `train.steps`.",
     .unless_given = "train.steps"},
    {.path = "train.batch_size",
     .kind = Kind::kInteger,
     .fallback = "32",
     .range = between(1, 1 << 20),
     .unit = "samples",
     .meaning = "Samples per step."},
    {.path = "train.lr",
     .kind = Kind::kReal,
     .fallback = "1e-3",
     .range = above(0),
     .meaning = "Learning rate of AdamW (of the head, with `train.layer_decay`)."},
    {.path = "train.weight_decay",
     .kind = Kind::kReal,
     .fallback = "0.01",
     .range = at_least(0),
     .meaning =
         "Decoupled weight decay; every trained tensor of the MLP is decayed, biases too; of BERT "
         "neither biases nor the weights of LayerNorm.",
     .source = "Loshchilov and Hutter, Decoupled weight decay regularization, 2019"},
    {.path = "train.warmup",
     .kind = Kind::kReal,
     .fallback = "0",
     .range = between(0, 1),
     .unit = "fraction of all steps, rounded up",
     .meaning = "The learning rate rises linearly from 0 over these steps."},
    {.path = "train.schedule",
     .kind = Kind::kChoice,
     .fallback = "constant",
     .choices = kSchedules,
     .meaning = "The learning rate after warmup."},
    {.path = "train.layer_decay",
     .kind = Kind::kReal,
     .fallback = "1",
     .range = {.low = 0, .high = 1, .low_open = true},
     .meaning = "eta_l = eta_head * decay^(L-l), embeddings l = 0; other than 1 only for models "
                "with encoder layers."},
    {.path = "train.clip_norm",
     .kind = Kind::kReal,
     .fallback = "off",
     .range = above(0),
     .off = "off",
     .meaning = "Largest L2 norm of the whole gradient."},
    {.path = "train.precision",
     .kind = Kind::kChoice,
     .fallback = "fp32",
     .choices = kTrainPrecisions,
     .meaning = "Arithmetic of training."},
    {.path = "train.accumulate",
     .kind = Kind::kInteger,
     .fallback = "1",
     .range = between(1, 1 << 20),
     .unit = "batches",
     .meaning = "Batches to one step of AdamW: the mean of their gradients, each counted by its "
                "rows. The last step of an epoch takes the batches left."},
    {.path = "train.patience",
     .kind = Kind::kInteger,
     .fallback = "off",
     .range = between(1, 1e6),
     .off = "off",
     .unit = "validations",
     .meaning = "Training ends after so many validations in a row without a better metric; there "
                "is one an epoch, or see `train.eval_steps`."},
    {.path = "train.eval_steps",
     .kind = Kind::kInteger,
     .fallback = "each_epoch",
     .range = between(1, 1e9),
     .off = "each_epoch",
     .unit = "batches",
     .meaning = "Validation after so many batches and after the last one, instead of after each "
                "epoch."},
    {.path = "train.checkpoint_activations",
     .kind = Kind::kFlag,
     .fallback = "off",
     .meaning = "Activations are computed again in the backward pass to save memory; model bert."},
    {.path = "train.select",
     .kind = Kind::kChoice,
     .fallback = "best",
     .choices = kSelections,
     .meaning = "The weights that are reported; both are always recorded."},
    {.path = "train.select_metric",
     .kind = Kind::kChoice,
     .fallback = "macro_f1",
     .fallback_when = kMetricWhen,
     .choices = kMetrics,
     .meaning =
         "Validation metric behind `best` and `train.patience`; task multilabel: also behind the "
         "thresholds of the labels, which give the largest micro-F1 (micro_f1) or the "
         "largest F1 of each label (the others)."},
    {.path = "train.rounding_probe",
     .kind = Kind::kInteger,
     .range = between(1, 100000),
     .meaning = "Moves every parameter by one unit in the last place after initialisation, up or "
                "down at random by this number: the noise floor of `ratbench run --noise-floor`."},
}};

static_assert(paths_unique(kTrainParams));
static_assert(sorted_and_unique(kSchedules) && sorted_and_unique(kTrainPrecisions) &&
              sorted_and_unique(kSelections) && sorted_and_unique(kMetrics));

}  // namespace

std::span<const ParamSpec> train_params() { return kTrainParams; }

}  // namespace ratbench::specs
