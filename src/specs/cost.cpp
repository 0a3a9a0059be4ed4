#include <array>

#include "src/specs/tables.hpp"

namespace ratbench::specs {
namespace {

constexpr std::array<ParamSpec, 4> kCostParams = {{
    {.path = "cost.half_width",
     .kind = Kind::kReal,
     .fallback = "0.02",
     .range = {.low = 0, .high = 1, .low_open = true, .high_open = true},
     .unit = "fraction of the ratio",
     .meaning = "The measurement ends when every ratio's interval is this narrow.",
     .may_vary = false,
     .in_key = false},
    {.path = "cost.max_s",
     .kind = Kind::kReal,
     .fallback = "600",
     .range = above(0),
     .unit = "s",
     .meaning = "The measurement, its profiles included, ends after this time at the latest.",
     .may_vary = false,
     .in_key = false},
    {.path = "cost.block_steps",
     .kind = Kind::kInteger,
     .fallback = "auto",
     .range = between(1, 1e6),
     .off = "auto",
     .unit = "batches",
     .meaning = "Length of one block of one arm.",
     .may_vary = false,
     .in_key = false},
    {.path = "cost.baseline",
     .kind = Kind::kText,
     .fallback = "clean",
     .meaning = "The arm that the others are divided by; `clean` is the same training without "
                "an attack.",
     .may_vary = false,
     .in_key = false},
}};

static_assert(paths_unique(kCostParams));

}  // namespace

std::span<const ParamSpec> cost_params() { return kCostParams; }

}  // namespace ratbench::specs
