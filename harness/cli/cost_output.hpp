// A cost measurement as rows of v_cost, as JSON, and as tables on a terminal.
// Internal to ratbench cost.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/cost/pinning.hpp"
#include "harness/cost/summary.hpp"
#include "harness/protocol/messages.hpp"
#include "harness/store/cost_row.hpp"

namespace ratbench::cli {

struct CostResult {
  cost::ArmSet set;
  cost::Measurement measurement;
  cost::Summary summary;
  protocol::CostReady ready;
  protocol::Hello worker;
  std::string device;
  cost::Pinning pinning;
  std::string energy_source;       // or "not available: ..."
  std::vector<std::string> notes;  // what speaks against trusting the figures
};

inline constexpr const char* kOptimiser = "adamw, fused";
std::string precision_of(const cost::Arm& arm);

std::vector<store::CostRow> cost_rows(const CostResult& result);
nlohmann::json cost_json(const CostResult& result);
void print_cost(const CostResult& result);

}  // namespace ratbench::cli
