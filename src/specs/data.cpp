#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

using Test = Condition::Test;

constexpr std::array<Choice, 4> kTasks = {{
    {"classification", "one label per text"},
    {"multilabel", "any number of labels per text", kNotBuilt},
    {"ner", "named entities, IOB2", kNotBuilt},
    {"relation", "relations between entities", kNotBuilt},
}};
constexpr std::array<Choice, 5> kFormats = {{
    {"features", "safetensors files with a feature matrix and labels"},
    {"iob", "one token and tag per line", kNotBuilt},
    {"jsonl", "one JSON object per line", kNotBuilt},
    {"pairs", "question and answer", kNotBuilt},
    {"text", "texts of the release named by data.release"},
}};
constexpr std::array<Choice, 2> kReleases = {{
    {"abex_rat", "the published JSON; originals and synthetic samples are told apart by id"},
    {"synthetic_reports", "accident reports from the built-in seeded generator; needs no files"},
}};
constexpr std::array<Choice, 3> kSplits = {{
    {"given", "the files say which sample belongs where"},
    {"kfold", "all originals dealt into `folds`: one for testing, the next for validation"},
    {"stratified",
     "a `fraction` of every class of all originals for testing, as much for "
     "validation"},
}};
constexpr std::array<Choice, 2> kTruncations = {{
    {"head", "the first tokens"},
    {"head_tail", "the first and the last tokens", kNotBuilt},
}};

constexpr std::array<std::string_view, 1> kGenerated = {"synthetic_reports"};
constexpr std::array<std::string_view, 2> kNamedFields = {"jsonl", "pairs"};
constexpr std::array<std::string_view, 1> kKfold = {"kfold"};
constexpr std::array<std::string_view, 1> kStratified = {"stratified"};
constexpr std::array<std::string_view, 3> kTokenEncoders = {"bert", "endpoint", "qwen3"};

constexpr std::array<Condition, 1> kFromFiles = {{{"data.release", Test::kNotOneOf, kGenerated}}};
constexpr std::array<Condition, 1> kWithFields = {{{"data.format", Test::kOneOf, kNamedFields}}};
constexpr std::array<Condition, 1> kWithFolds = {{{"data.split.name", Test::kOneOf, kKfold}}};
constexpr std::array<Condition, 1> kWithFraction = {
    {{"data.split.name", Test::kOneOf, kStratified}}};
constexpr std::array<Condition, 2> kDrawnSplit = {
    {{"data.split.name", Test::kOneOf, kStratified}, {"data.split.name", Test::kOneOf, kKfold}}};
constexpr std::array<Condition, 1> kThinned = {{{"data.profile", Test::kGiven, {}}}};
constexpr std::array<Condition, 1> kTokens = {{{"encoder.name", Test::kOneOf, kTokenEncoders}}};

constexpr std::array<ParamSpec, 22> kDataParams = {{
    {.path = "task",
     .kind = Kind::kChoice,
     .fallback = "classification",
     .choices = kTasks,
     .meaning = "What is predicted."},
    {.path = "data.format",
     .kind = Kind::kChoice,
     .fallback = "features",
     .choices = kFormats,
     .meaning = "What the data files hold."},
    {.path = "data.release",
     .kind = Kind::kChoice,
     .fallback = "none",
     .choices = kReleases,
     .off = "none",
     .meaning = "A published data set whose layout is known, or the generator."},
    {.path = "data.train",
     .kind = Kind::kPath,
     .meaning = "Training split.",
     .applies = kFromFiles,
     .in_key = false},
    {.path = "data.val",
     .kind = Kind::kPath,
     .meaning = "Validation split; selects the epoch that `train.select` best refers to.",
     .applies = kFromFiles,
     .in_key = false},
    {.path = "data.test",
     .kind = Kind::kPath,
     .meaning = "Test split.",
     .applies = kFromFiles,
     .in_key = false},
    {.path = "data.fields.text",
     .kind = Kind::kText,
     .fallback = "text",
     .meaning = "Name of the field with the text.",
     .applies = kWithFields,
     .built = kNotBuilt},
    {.path = "data.fields.label",
     .kind = Kind::kText,
     .fallback = "label",
     .meaning = "Name of the field with the label.",
     .applies = kWithFields,
     .built = kNotBuilt},
    {.path = "data.fields.question",
     .kind = Kind::kText,
     .fallback = "question",
     .meaning = "Name of the field with the question.",
     .applies = kWithFields,
     .built = kNotBuilt},
    {.path = "data.fields.answer",
     .kind = Kind::kText,
     .fallback = "answer",
     .meaning = "Name of the field with the answer.",
     .applies = kWithFields,
     .built = kNotBuilt},
    {.path = "data.fields.id",
     .kind = Kind::kText,
     .fallback = "id",
     .meaning = "Name of the field with the sample's id.",
     .applies = kWithFields,
     .built = kNotBuilt},
    {.path = "data.split.name",
     .kind = Kind::kChoice,
     .fallback = "given",
     .choices = kSplits,
     .meaning = "Which samples train, validate and test. A drawn split divides the originals of "
                "all files anew; synthetic samples stay with their original and are left out "
                "where it does not train."},
    {.path = "data.split.fraction",
     .kind = Kind::kReal,
     .range = {.low = 0, .high = 0.5, .low_open = true, .high_open = true},
     .meaning = "Share of every class that is held out for testing, and again for validation.",
     .applies = kWithFraction,
     .in_key = false},
    {.path = "data.split.folds",
     .kind = Kind::kInteger,
     .range = between(3, 1000),
     .meaning = "Number of folds.",
     .applies = kWithFolds,
     .in_key = false},
    {.path = "data.split.fold",
     .kind = Kind::kInteger,
     .range = between(0, 999),
     .meaning = "The fold that tests, from 0; the one after it (after the last, the first) "
                "validates. A factor, where all folds are wanted.",
     .applies = kWithFolds,
     .in_key = false},
    {.path = "data.split.seed",
     .kind = Kind::kInteger,
     .fallback = "0",
     .range = at_least(0),
     .meaning = "Seed of the drawn split, the same for all runs.",
     .applies = kDrawnSplit,
     .in_key = false},
    {.path = "data.profile",
     .kind = Kind::kCounts,
     .range = at_least(1),
     .unit = "samples per class",
     .meaning =
         "Originals of these classes that are left in the training split; all of the others. "
         "A smaller number leaves some of those that a larger one leaves.",
     .in_key = false},
    {.path = "data.profile_seed",
     .kind = Kind::kInteger,
     .fallback = "0",
     .range = at_least(0),
     .meaning = "Seed of that choice, the same for all runs.",
     .applies = kThinned,
     .in_key = false},
    {.path = "data.minority_classes",
     .kind = Kind::kNames,
     .meaning = "Classes whose mean recall is reported as minority recall.",
     .may_vary = false,
     .in_key = false},
    {.path = "data.hierarchy",
     .kind = Kind::kPath,
     .fallback = "none",
     .off = "none",
     .meaning = "A label tree.",
     .built = kNotBuilt},
    // The encoder decides whether these matter; its table comes first in the registry.
    {.path = "data.truncation",
     .kind = Kind::kChoice,
     .fallback = "head",
     .choices = kTruncations,
     .meaning = "What is kept of a text that is too long.",
     .applies = kTokens},
    {.path = "data.buckets",
     .kind = Kind::kFlag,
     .fallback = "on",
     .meaning = "Batches of texts of similar length.",
     .applies = kTokens,
     .built = kNotBuilt},
}};

static_assert(paths_unique(kDataParams));
static_assert(sorted_and_unique(kTasks) && sorted_and_unique(kFormats) &&
              sorted_and_unique(kReleases) && sorted_and_unique(kSplits) &&
              sorted_and_unique(kTruncations));

}  // namespace

std::span<const ParamSpec> data_params() { return kDataParams; }

}  // namespace ratbench::specs
