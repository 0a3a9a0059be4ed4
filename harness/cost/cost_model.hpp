// The time of a step as a sum of what its passes take: overhead + forward passes x a + backward
// passes x b, by least squares over the arms. Shown beside what was measured, with the residual.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ratbench::cost {

// Of undisturbed blocks, each a mean over the same steps.
struct ModelArm {
  double step_s = 0;
  double forward_passes = 0;  // of a step, batch equivalents
  double backward_passes = 0;
};

struct CostModel {
  std::string problem;  // why there is none; else empty
  double overhead_s = 0;
  // Seconds of a pass. Where all arms count as many backward as forward passes beyond a constant,
  // the two cannot be told apart: then forward_s is that of any pass and backward_s absent.
  double forward_s = 0;
  std::optional<double> backward_s;

  double predicted_s(const ModelArm& arm) const;
  // "0.0558 ms + 0.1933 ms x passes (...)", of a step.
  std::string formula() const;
  // Predicted over measured, less 1.
  double residual(const ModelArm& arm) const { return predicted_s(arm) / arm.step_s - 1; }
};

// Squares of relative residuals are least, since times vary by a share of themselves. There is no
// model of fewer arms than coefficients plus one, nor of arms with the same passes.
CostModel fit_cost_model(std::span<const ModelArm> arms);

}  // namespace ratbench::cost
