// One reference case of an attack: its settings as the program's parameters, and the comparisons
// that do not depend on the network that is attacked.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/attacks/divergence.hpp"
#include "tests/parity/fixture.hpp"
#include "tests/parity/recorded_objective.hpp"

namespace ratbench::tests {

class AttackCase {
 public:
  AttackCase(Fixture& fixture, const nlohmann::json& about)
      : fixture_(fixture),
        problem_(about.at("problem")),
        name_(about.at("case")),
        parameters_(about.at("parameters")) {}

 protected:
  double number(const char* key) const { return parameters_.at(key).get<double>(); }
  attacks::Norm norm() const;
  at::Tensor given(const std::string& what) {
    return fixture_.tensor(problem_, name_ + "." + what);
  }
  template <typename T>
  void expect(const std::string& what, const T& got) {
    fixture_.expect(problem_, name_ + "." + what, got);
  }
  // Those that the case holds.
  void expect_gradients(const Gradients& gradients);

  int steps() const { return parameters_.at("K").get<int>(); }
  attacks::AttackParameters fgm_parameters() const;
  attacks::AttackParameters pgd_parameters() const;
  attacks::AttackParameters smart_parameters() const;
  // For attacks that start from a given point and draw nothing.
  attacks::NoiseSource no_noise() const { return {stream_, 0, {}}; }

  // Attacks `batch` from the case's start and compares every step.
  void visit_freelb(RecordedObjective& objective, const attacks::Batch& batch);
  // What a case of SMART holds of its three forward passes.
  void expect_smart(const RecordedObjective& objective, const attacks::AttackOutcome& outcome,
                    attacks::Targets targets);

  Fixture& fixture_;
  std::string problem_;
  std::string name_;
  nlohmann::json parameters_;

 private:
  RandomStream stream_{0, Purpose::kAttackNoise};
};

}  // namespace ratbench::tests
