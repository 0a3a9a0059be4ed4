#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

using Test = Condition::Test;

constexpr std::array<Choice, 4> kTasks = {{
    {"classification", "one label per text"},
    {"multilabel", "any number of labels per text"},
    {"ner", "named entities: one IOB2 tag per word"},
    {"relation", "one relation per text between its two marked arguments"},
}};
constexpr std::array<Choice, 3> kModels = {{
    {"bert", "a fine-tuned BERT; reads the texts itself, without an encoder"},
    {"mlp", "input, one hidden layer with ReLU and dropout, classes"},
    {"prior",
     "a bias alone, set to the log class shares of the training split and not trained: the "
     "majority baseline; task multilabel: its thresholds come from validation as any model's, "
     "which "
     "gives every row the same labels, those that score best"},
}};
constexpr std::array<Choice, 5> kHeads = {{
    {"cls", "dropout and a linear layer on the first token"},
    {"entity_pair", "on the tokens that open the two arguments, side by side; task relation"},
    {"last", "on the last token"},
    {"mean", "on the mean over all tokens"},
    {"token", "on every token; task ner"},
}};

constexpr std::array<std::string_view, 1> kMlp = {"mlp"};
constexpr std::array<std::string_view, 1> kBert = {"bert"};
constexpr std::array<std::string_view, 2> kWithUnits = {"bert", "mlp"};
constexpr std::array<std::string_view, 2> kOfTokens = {"bert", "prior"};
constexpr std::array<std::string_view, 1> kNer = {"ner"};
constexpr std::array<Condition, 1> kIsMlp = {{{"model.name", Test::kOneOf, kMlp}}};
constexpr std::array<Condition, 1> kIsBert = {{{"model.name", Test::kOneOf, kBert}}};
constexpr std::array<Condition, 1> kDrops = {{{"model.name", Test::kOneOf, kWithUnits}}};
constexpr std::array<Condition, 1> kReadsTokens = {{{"model.name", Test::kOneOf, kOfTokens}}};
constexpr std::array<ConditionalDefault, 1> kHeadWhen = {{{{"task", Test::kOneOf, kNer}, "token"}}};

constexpr std::array<ParamSpec, 7> kModelParams = {{
    {.path = "task",
     .kind = Kind::kChoice,
     .fallback = "classification",
     .choices = kTasks,
     .meaning = "What is predicted."},
    {.path = "model.name",
     .kind = Kind::kChoice,
     .fallback = "mlp",
     .choices = kModels,
     .meaning = "What is trained."},
    {.path = "model.hidden",
     .kind = Kind::kInteger,
     .fallback = "512",
     .range = between(1, 1 << 20),
     .meaning = "Width of the hidden layer.",
     .applies = kIsMlp},
    {.path = "model.dropout",
     .kind = Kind::kReal,
     .fallback = "0.1",
     .range = {.low = 0, .high = 1, .high_open = true},
     .meaning = "Probability that a unit is dropped in training: a hidden unit of the MLP; of BERT "
                "in the encoder and before the head.",
     .applies = kDrops},
    {.path = "model.path",
     .kind = Kind::kPath,
     .meaning = "Folder of the pre-trained weights, or `minilm` for the fetched one. For model "
                "prior: the folder whose tokenizer makes its sequences.",
     .applies = kReadsTokens,
     .in_key = false},
    {.path = "model.head",
     .kind = Kind::kChoice,
     .fallback = "cls",
     .fallback_when = kHeadWhen,
     .choices = kHeads,
     .meaning = "What the encoder's vectors are turned into logits by.",
     .applies = kIsBert},
    {.path = "model.max_length",
     .kind = Kind::kInteger,
     .range = at_least(4),
     .unit = "tokens",
     .meaning = "Longer texts are truncated, longer sentences of task ner read in several windows; "
                "what the model's folder says, unless given.",
     .applies = kReadsTokens,
     .in_key = false},
}};

static_assert(paths_unique(kModelParams));
static_assert(sorted_and_unique(kTasks) && sorted_and_unique(kModels) && sorted_and_unique(kHeads));

}  // namespace

std::span<const ParamSpec> model_params() { return kModelParams; }

}  // namespace ratbench::specs
