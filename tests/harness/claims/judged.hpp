// The verdicts on a planted world, by claim.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "harness/claims/verdict.hpp"
#include "tests/harness/claims/planted_world.hpp"

namespace ratbench::claims {

inline std::map<std::string, Verdict> judged(const PlantedWorld& world,
                                             const spec::Experiment& experiment) {
  std::map<std::string, Verdict> out;
  for (Verdict& verdict : judge_claims(store::Reader(world.db()), experiment)) {
    const std::string name = verdict.claim;
    out.emplace(name, std::move(verdict));
  }
  return out;
}

}  // namespace ratbench::claims
