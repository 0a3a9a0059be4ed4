#include "reports/registry.hpp"

#include <array>

#include "reports/tables/tables.hpp"

namespace ratbench::reports {
namespace {

constexpr std::array<TableEntry, 15> kTables = {{
    {"claims", claims_table},
    {"ablation", ablation_table},
    {"ablation", folds_table},
    {"ablation", crossed_table},
    {"attacks", attacks_table},
    {"losses", losses_table},
    {"cost", cost_table},
    {"cost", cost_steps_table},
    {"per_class", per_class_table},
    {"bands", bands_table},
    {"bands", band_classes_table},
    {"confusion", confusion_table},
    {"fragility", fragility_table},
    {"fragility", rare_classes_table},
    {"appendix", appendix_table},
}};

constexpr std::array<FigureEntry, 9> kFigures = {{
    {"claim_forest", claim_forest_figure},
    {"interaction", interaction_figure},
    {"heat_map", heat_map_figure},
    {"lambda_curve", lambda_curve_figure},
    {"seed_strips", seed_strips_figure},
    {"per_class", per_class_figure},
    {"cost_front", cost_front_figure},
    {"learning_curves", learning_curves_figure},
    {"performance_profile", performance_profile_figure},
}};

constexpr std::array<FormatEntry, 4> kFormats = {{
    {"md", ".md", to_markdown},
    {"latex", ".tex", to_latex},
    {"csv", ".csv", to_csv},
    {"html", "", to_html},
}};

}  // namespace

std::span<const TableEntry> table_registry() { return kTables; }
std::span<const FigureEntry> figure_registry() { return kFigures; }
std::span<const FormatEntry> format_registry() { return kFormats; }

}  // namespace ratbench::reports
