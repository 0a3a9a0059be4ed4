// Verdicts on their way from the judge to a report: neither of the two knows the other.
#pragma once

#include <vector>

#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"
#include "reports/claim_data.hpp"

namespace ratbench::cli {

// Judges the experiment's claims from the store, in file order; empty when it states none or the
// store does not know the experiment. Throws SpecError for claims that cannot be asked.
std::vector<reports::ClaimData> claims_for_report(const store::Reader& reader,
                                                  const spec::Experiment& experiment);

}  // namespace ratbench::cli
