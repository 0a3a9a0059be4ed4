#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

constexpr std::array<Choice, 10> kTables = {{
    {"ablation", "one row per cell: the paper's number beside ours"},
    {"appendix", "further statistics, which decide nothing"},
    {"attacks", "attack x {AT, RAT}, with gain over clean training"},
    {"bands", "score of the classes by training rows: head, middle, tail"},
    {"claims", "one row per claim"},
    {"confusion", "how the classes of report.groups are taken for each other"},
    {"cost", "measured time of every arm and where it goes"},
    {"fragility", "which test rows and rare classes carry each verdict"},
    {"losses", "one row per loss, with recall of every class"},
    {"per_class", "recall and support of every class"},
}};
constexpr std::array<Choice, 9> kFigures = {{
    {"claim_forest", "intervals of all claims"},
    {"cost_front", "quality against time: measured, else indicative"},
    {"heat_map", "epsilon x p_rat"},
    {"interaction", "two factors, one metric"},
    {"lambda_curve", "metric over lambda"},
    {"learning_curves", "loss, validation metric and attacked batches over epochs"},
    {"per_class", "recall of every class"},
    {"performance_profile", "share of seeds above every score"},
    {"seed_strips", "one dot per seed"},
}};

constexpr std::array<ParamSpec, 5> kReportParams = {{
    {.path = "report.tables",
     .kind = Kind::kNames,
     .choices = kTables,
     .meaning = "Tables of the report; all that apply when not given.",
     .may_vary = false,
     .in_key = false},
    {.path = "report.figures",
     .kind = Kind::kNames,
     .choices = kFigures,
     .meaning = "Figures of the report; all that apply when not given.",
     .may_vary = false,
     .in_key = false},
    {.path = "report.metrics",
     .kind = Kind::kNames,
     .meaning = "Metrics of the report, the first one leading; all that apply when not given.",
     .may_vary = false,
     .in_key = false},
    {.path = "report.bands",
     .kind = Kind::kReals,
     .range = at_least(0),
     .unit = "training rows",
     .meaning = "Bands of classes by training rows, two numbers: head from the first, tail up to "
                "the second, middle between; [100, 20] when not given.",
     .may_vary = false,
     .in_key = false},
    {.path = "report.groups",
     .kind = Kind::kNames,
     .meaning = "Groups of classes that are taken for each other, as \"GROUP: CLASS\" for every "
                "class of a group: [\"Teeth: Dentistry\", \"Teeth: Dental Diseases\"].",
     .may_vary = false,
     .in_key = false},
}};

static_assert(paths_unique(kReportParams));
static_assert(sorted_and_unique(kTables) && sorted_and_unique(kFigures));

}  // namespace

std::span<const ParamSpec> report_params() { return kReportParams; }

}  // namespace ratbench::specs
