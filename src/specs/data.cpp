#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

using Test = Condition::Test;

constexpr std::array<Choice, 5> kFormats = {{
    {"features", "safetensors files with a feature matrix and labels"},
    {"iob",
     "one token and its IOB2 tag per line, a tab between them, an empty line after a "
     "sentence"},
    {"jsonl", "one JSON object per line"},
    {"pairs", "question and answer, from .csv or .tsv files with a line of column names"},
    {"text",
     "texts of the release named by data.release, or from .csv or .tsv files with a line "
     "of column names"},
}};
constexpr std::array<Choice, 4> kReleases = {{
    {"abex_rat", "the published JSON; originals and synthetic samples are told apart by id"},
    {"mentalqa",
     "the folder of MentalQA: training pairs and the two test files; data.format pairs"},
    {"nlupp", "one folder of NLU++ with its folds; the splits are drawn"},
    {"synthetic_reports", "accident reports from the built-in seeded generator; needs no files"},
}};
constexpr std::array<Choice, 5> kSplits = {{
    {"given", "the files say which sample belongs where"},
    {"kfold", "all originals dealt into `folds`: one for testing, the next for validation"},
    {"stratified",
     "a `fraction` of every class of all originals for testing, as much for validation"},
    {"val_from_test", "a `fraction` of every class of the test file validates, the rest tests"},
    {"val_from_train",
     "a `fraction` of every class of the training file validates, the rest "
     "trains; the test file stays"},
}};
constexpr std::array<Choice, 2> kTruncations = {{
    {"head", "the first tokens; of a pair the longer text is cut first"},
    {"head_tail",
     "the first and the last tokens; of a pair the question keeps its head and the "
     "answer both ends"},
}};

constexpr std::array<std::string_view, 1> kGenerated = {"synthetic_reports"};
constexpr std::array<std::string_view, 3> kNamedFields = {"jsonl", "pairs", "text"};
constexpr std::array<std::string_view, 1> kLines = {"jsonl"};
constexpr std::array<std::string_view, 1> kPairs = {"pairs"};
constexpr std::array<std::string_view, 1> kKfold = {"kfold"};
constexpr std::array<std::string_view, 3> kFractions = {"stratified", "val_from_test",
                                                        "val_from_train"};
constexpr std::array<std::string_view, 1> kGiven = {"given"};
constexpr std::array<std::string_view, 3> kTokenEncoders = {"bert", "endpoint", "qwen3"};
constexpr std::array<std::string_view, 2> kTokenModels = {"bert", "prior"};
constexpr std::array<std::string_view, 1> kRelation = {"relation"};

constexpr std::array<Condition, 1> kFromFiles = {{{"data.release", Test::kNotOneOf, kGenerated}}};
constexpr std::array<Condition, 1> kWithFields = {{{"data.format", Test::kOneOf, kNamedFields}}};
constexpr std::array<Condition, 1> kOfPairs = {{{"data.format", Test::kOneOf, kPairs}}};
constexpr std::array<Condition, 2> kOfRelationLines = {
    {{"data.format", Test::kOneOf, kLines}, {"task", Test::kOneOf, kRelation}}};
constexpr std::array<Condition, 1> kWithFolds = {{{"data.split.name", Test::kOneOf, kKfold}}};
constexpr std::array<Condition, 1> kWithFraction = {
    {{"data.split.name", Test::kOneOf, kFractions}}};
constexpr std::array<Condition, 1> kDrawnSplit = {{{"data.split.name", Test::kNotOneOf, kGiven}}};
constexpr std::array<Condition, 1> kThinned = {{{"data.profile", Test::kGiven, {}}}};
constexpr std::array<Condition, 2> kTokens = {
    {{"encoder.name", Test::kOneOf, kTokenEncoders}, {"model.name", Test::kOneOf, kTokenModels}}};
constexpr std::array<Condition, 1> kRelations = {{{"task", Test::kOneOf, kRelation}}};

constexpr std::array<ParamSpec, 26> kDataParams = {{
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
    {.path = "data.train_rows",
     .kind = Kind::kInteger,
     .range = at_least(2),
     .unit = "rows",
     .meaning = "Only the first so many rows of the training file.",
     .applies = kFromFiles,
     .in_key = false},
    {.path = "data.val_rows",
     .kind = Kind::kInteger,
     .range = at_least(2),
     .unit = "rows",
     .meaning = "Only the first so many rows of the validation file.",
     .applies = kFromFiles,
     .in_key = false},
    {.path = "data.test_rows",
     .kind = Kind::kInteger,
     .range = at_least(2),
     .unit = "rows",
     .meaning = "Only the first so many rows of the test file.",
     .applies = kFromFiles,
     .in_key = false},
    {.path = "data.fields.text",
     .kind = Kind::kText,
     .fallback = "text",
     .meaning = "Name of the column or key with the text.",
     .applies = kWithFields,
     .in_key = false},
    {.path = "data.fields.label",
     .kind = Kind::kText,
     .fallback = "label",
     .meaning =
         "Name of the column or key with the label; task multilabel: with the list of labels, in "
         "a column `A, B` or `['A', 'B']`.",
     .applies = kWithFields,
     .in_key = false},
    {.path = "data.fields.question",
     .kind = Kind::kText,
     .fallback = "question",
     .meaning = "Name of the column with the question.",
     .applies = kOfPairs,
     .in_key = false},
    {.path = "data.fields.answer",
     .kind = Kind::kText,
     .fallback = "answer",
     .meaning = "Name of the column with the answer.",
     .applies = kOfPairs,
     .in_key = false},
    {.path = "data.fields.arguments",
     .kind = Kind::kText,
     .fallback = "none",
     .meaning =
         "Key with the places of both arguments, `[[0, 7], [12, 19]]`: characters counted from 0, "
         "the end not included; none: the text marks them, `<< first >>` and `[[ second ]]`.",
     .applies = kOfRelationLines,
     .in_key = false},
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
     .range = {.low = 0, .high = 1, .low_open = true, .high_open = true},
     .meaning = "Share of every class that is held out (of all rows for tasks multilabel and ner); "
                "stratified: for testing, and again for validation, so below 0.5.",
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
     .meaning = "A label tree: a JSON object that gives the parent of each class, and of inner "
                "nodes; scores over the tree stand beside the flat ones.",
     .may_vary = false,
     .in_key = false},
    {.path = "data.negative_class",
     .kind = Kind::kText,
     .fallback = "none",
     .off = "none",
     .meaning =
         "The class that stands for no relation: micro-F1 leaves it out. A class whose name is "
         "none cannot be meant; give it another one in the data.",
     .applies = kRelations,
     .may_vary = false},
    // Encoder and model decide whether these matter; their tables come first in the registry.
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
     .applies = kTokens},
}};

static_assert(paths_unique(kDataParams));
static_assert(sorted_and_unique(kFormats) && sorted_and_unique(kReleases) &&
              sorted_and_unique(kSplits) && sorted_and_unique(kTruncations));

}  // namespace

std::span<const ParamSpec> data_params() { return kDataParams; }

}  // namespace ratbench::specs
