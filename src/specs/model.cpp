#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

using Test = Condition::Test;

constexpr std::array<Choice, 2> kModels = {{
    {"bert", "a fine-tuned BERT", kNotBuilt},
    {"mlp", "input, one hidden layer with ReLU and dropout, classes"},
}};
constexpr std::array<std::string_view, 1> kMlp = {"mlp"};
constexpr std::array<std::string_view, 1> kBert = {"bert"};
constexpr std::array<Condition, 1> kIsMlp = {{{"model.name", Test::kOneOf, kMlp}}};
constexpr std::array<Condition, 1> kIsBert = {{{"model.name", Test::kOneOf, kBert}}};

constexpr std::array<ParamSpec, 5> kModelParams = {{
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
     .meaning = "Probability that a hidden unit is dropped in training."},
    {.path = "model.path",
     .kind = Kind::kPath,
     .meaning = "Folder of the pre-trained weights.",
     .applies = kIsBert,
     .built = kNotBuilt,
     .in_key = false},
    {.path = "model.head",
     .kind = Kind::kText,
     .meaning = "Layers above the encoder.",
     .applies = kIsBert,
     .built = kNotBuilt},
}};

static_assert(paths_unique(kModelParams));
static_assert(sorted_and_unique(kModels));

}  // namespace

std::span<const ParamSpec> model_params() { return kModelParams; }

}  // namespace ratbench::specs
