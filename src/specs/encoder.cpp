#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

using Test = Condition::Test;

constexpr std::array<Choice, 5> kEncoders = {{
    {"bert", "a frozen BERT"},
    {"endpoint", "an embedding service", kNotBuilt},
    {"hashed", "hashed word 1-2-grams and character 3-5-grams, 4096-d, for data.format text"},
    {"none", "the data files hold features already"},
    {"qwen3", "a frozen Qwen3 embedding model", kNotBuilt},
}};
constexpr std::array<Choice, 3> kPoolings = {{
    {"cls", "the first token"},
    {"last", "the last token"},
    {"mean", "the mean over all tokens"},
}};
constexpr std::array<Choice, 2> kEncoderPrecisions = {{
    {"bf16", "bfloat16"},
    {"fp32", "32-bit floating point"},
}};

constexpr std::array<std::string_view, 2> kLocal = {"bert", "qwen3"};
constexpr std::array<Condition, 1> kLocalModel = {{{"encoder.name", Test::kOneOf, kLocal}}};

constexpr std::array<ParamSpec, 5> kEncoderParams = {{
    {.path = "encoder.name",
     .kind = Kind::kChoice,
     .fallback = "none",
     .choices = kEncoders,
     .meaning = "What turns texts into features, once, before training."},
    {.path = "encoder.path",
     .kind = Kind::kPath,
     .meaning = "Folder of the encoder's weights, or `minilm` for the fetched one.",
     .applies = kLocalModel,
     .in_key = false},
    {.path = "encoder.pooling",
     .kind = Kind::kChoice,
     .fallback = "mean",
     .choices = kPoolings,
     .meaning = "How token vectors become one vector.",
     .applies = kLocalModel},
    {.path = "encoder.max_length",
     .kind = Kind::kInteger,
     .range = at_least(4),
     .unit = "tokens",
     .meaning = "Longer texts are truncated; what the model's folder says, unless given.",
     .applies = kLocalModel},
    {.path = "encoder.precision",
     .kind = Kind::kChoice,
     .fallback = "fp32",
     .choices = kEncoderPrecisions,
     .meaning = "Arithmetic of the encoder.",
     .applies = kLocalModel},
}};

static_assert(paths_unique(kEncoderParams));
static_assert(sorted_and_unique(kEncoders) && sorted_and_unique(kPoolings) &&
              sorted_and_unique(kEncoderPrecisions));

}  // namespace

std::span<const ParamSpec> encoder_params() { return kEncoderParams; }

}  // namespace ratbench::specs
