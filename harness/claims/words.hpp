// Verdicts in plain words: what a claim states, within which scope it was tested, and one sentence.
// Internal to this folder.
#pragma once

#include <string>

#include "harness/claims/verdict.hpp"
#include "harness/grid/cell.hpp"
#include "harness/spec/experiment.hpp"

namespace ratbench::claims {

// The last part of a path: "PubMedBERT" of "/models/PubMedBERT/".
std::string folder_name(const std::string& path);

// "both exceeds none by more than 2.0 points in minority_recall".
std::string statement(const spec::Claim& claim);

// "on osha_minilm/test.safetensors (447 test rows), features as given, model mlp, 20 seeds".
std::string scope_of(const specs::Config& config, std::size_t rows, std::size_t seeds);

std::string sentence_of(const Verdict& verdict, const spec::Claim& claim);

}  // namespace ratbench::claims
