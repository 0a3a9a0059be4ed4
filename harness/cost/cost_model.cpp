#include "harness/cost/cost_model.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <utility>

#include "src/base/check.hpp"

namespace ratbench::cost {
namespace {

using Row = std::vector<double>;

// What is left of a column's spread, as a share, when the other columns explain it, from which on
// it counts as one of its own. Counts are exact but for RAT's draws, which are alike in both.
constexpr double kOwnSpread = 1e-6;

// Least squares by Gram and Schmidt, column after column; absent when one lies in the span of those
// before it. rows[i] are the regressors of y[i].
std::optional<Row> least_squares(const std::vector<Row>& rows, const Row& y) {
  const std::size_t n = rows.size();
  const std::size_t columns = rows.front().size();
  const auto dot = [n](const Row& a, const Row& b) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
    return sum;
  };
  std::vector<Row> q;
  std::vector<Row> r(columns, Row(columns, 0));
  Row projected(columns, 0);
  for (std::size_t c = 0; c < columns; ++c) {
    Row v(n);
    for (std::size_t i = 0; i < n; ++i) v[i] = rows[i][c];
    const double size = dot(v, v);
    for (std::size_t k = 0; k < c; ++k) {
      r[k][c] = dot(q[k], v);
      for (std::size_t i = 0; i < n; ++i) v[i] -= r[k][c] * q[k][i];
    }
    const double left = dot(v, v);
    if (left <= kOwnSpread * size) return std::nullopt;
    r[c][c] = std::sqrt(left);
    for (double& value : v) value /= r[c][c];
    projected[c] = dot(v, y);
    q.push_back(std::move(v));
  }
  Row solution(columns, 0);
  for (std::size_t c = columns; c-- > 0;) {
    double sum = projected[c];
    for (std::size_t k = c + 1; k < columns; ++k) sum -= r[c][k] * solution[k];
    solution[c] = sum / r[c][c];
  }
  return solution;
}

CostModel none(std::string problem) {
  CostModel model;
  model.problem = std::move(problem);
  return model;
}

}  // namespace

double CostModel::predicted_s(const ModelArm& arm) const {
  return overhead_s + forward_s * arm.forward_passes +
         backward_s.value_or(forward_s) * arm.backward_passes;
}

std::string CostModel::formula() const {
  if (backward_s)
    return fmt::format("{:.4f} ms + {:.4f} ms x forward passes + {:.4f} ms x backward passes",
                       1e3 * overhead_s, 1e3 * forward_s, 1e3 * *backward_s);
  return fmt::format(
      "{:.4f} ms + {:.4f} ms x passes (forward and backward, which these arms cannot tell apart)",
      1e3 * overhead_s, 1e3 * forward_s);
}

CostModel fit_cost_model(std::span<const ModelArm> arms) {
  std::vector<Row> apart, together;
  Row ones;
  for (const ModelArm& arm : arms) {
    RB_CHECK(arm.step_s > 0);
    apart.push_back(
        {1 / arm.step_s, arm.forward_passes / arm.step_s, arm.backward_passes / arm.step_s});
    together.push_back({1 / arm.step_s, (arm.forward_passes + arm.backward_passes) / arm.step_s});
    ones.push_back(1);
  }
  constexpr std::size_t kFewestTogether = 3;  // arms
  if (arms.size() < kFewestTogether)
    return none(fmt::format("{} arms are too few to fit one", arms.size()));
  CostModel model;
  if (arms.size() > kFewestTogether)
    if (const auto found = least_squares(apart, ones)) {
      model.overhead_s = (*found)[0];
      model.forward_s = (*found)[1];
      model.backward_s = (*found)[2];
      return model;
    }
  const auto found = least_squares(together, ones);
  if (!found) return none("all arms count the same passes");
  model.overhead_s = (*found)[0];
  model.forward_s = (*found)[1];
  return model;
}

}  // namespace ratbench::cost
