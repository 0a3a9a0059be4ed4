// Verdicts as rows of v_claim, as JSON, and as a table on a terminal.
// Internal to ratbench verify.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "harness/claims/verdict.hpp"
#include "harness/store/verdict_row.hpp"

namespace ratbench::cli {

// Numbers that were not measured are null.
nlohmann::json verdict_json(const claims::Verdict& verdict);

store::VerdictRow verdict_row(const claims::Verdict& verdict);

// To stdout: one line per claim, then the sentences.
void print_verdicts(const std::vector<claims::Verdict>& verdicts);

}  // namespace ratbench::cli
