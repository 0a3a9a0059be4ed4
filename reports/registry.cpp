#include "reports/registry.hpp"

#include <array>

#include "reports/tables/tables.hpp"

namespace ratbench::reports {
namespace {

constexpr std::array<TableEntry, 3> kTables = {{
    {"ablation", ablation_table},
    {"ablation", crossed_table},
    {"per_class", per_class_table},
}};

constexpr std::array<FigureEntry, 5> kFigures = {{
    {"interaction", interaction_figure},
    {"heat_map", heat_map_figure},
    {"lambda_curve", lambda_curve_figure},
    {"seed_strips", seed_strips_figure},
    {"per_class", per_class_figure},
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
