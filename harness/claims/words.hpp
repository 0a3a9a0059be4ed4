// Verdicts in plain words: what a claim states and one sentence with what was found.
// Internal to this folder.
#pragma once

#include <string>

#include "harness/claims/verdict.hpp"
#include "harness/spec/experiment.hpp"

namespace ratbench::claims {

// "both exceeds none by more than 2.0 points in minority_recall".
std::string statement(const spec::Claim& claim);

std::string sentence_of(const Verdict& verdict, const spec::Claim& claim);

}  // namespace ratbench::claims
