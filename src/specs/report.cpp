#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

constexpr std::array<Choice, 8> kTables = {{
    {"ablation", "one row per cell: the paper's number beside ours"},
    {"appendix", "further statistics, which decide nothing"},
    {"attacks", "attack x {AT, RAT}, with gain over clean training"},
    {"claims", "one row per claim"},
    {"cost", "one row per arm", kNotBuilt},
    {"fragility", "which test rows and rare classes carry each verdict"},
    {"losses", "one row per loss, with recall of every class"},
    {"per_class", "recall and support of every class"},
}};
constexpr std::array<Choice, 9> kFigures = {{
    {"claim_forest", "intervals of all claims"},
    {"cost_front", "quality against indicative training time"},
    {"heat_map", "epsilon x p_rat"},
    {"interaction", "two factors, one metric"},
    {"lambda_curve", "metric over lambda"},
    {"learning_curves", "loss, validation metric and attacked batches over epochs"},
    {"per_class", "recall of every class"},
    {"performance_profile", "share of seeds above every score"},
    {"seed_strips", "one dot per seed"},
}};

constexpr std::array<ParamSpec, 3> kReportParams = {{
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
}};

static_assert(paths_unique(kReportParams));
static_assert(sorted_and_unique(kTables) && sorted_and_unique(kFigures));

}  // namespace

std::span<const ParamSpec> report_params() { return kReportParams; }

}  // namespace ratbench::specs
