#include "reports/tables/attack_sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace ratbench::reports {
namespace {

std::string ball_text(const TrainingData& training) {
  const bool batch = training.norm == "batch";
  if (training.unit_size)
    return fmt::format("scaled to {} about 1 whatever epsilon",
                       training.ball == "linf" ? "a largest component of" : "an L2 norm of");
  // Every component is bounded on its own: it does not matter whose norm is taken.
  if (training.ball == "linf") return "ball linf (every component at most epsilon)";
  if (batch)
    return "ball l2 of the whole batch (L2 norm of all its perturbations together at most epsilon)";
  return "ball l2 (L2 norm of a sample's perturbation at most epsilon)";
}

}  // namespace

std::optional<std::string> unequal_sizes_note(const ReportData& data) {
  std::vector<std::pair<std::string, std::vector<std::string>>> balls;  // in file order
  for (const CellData& cell : data.cells) {
    if (cell.training.clean() || cell.training.zero_epsilon) continue;
    const std::string ball = ball_text(cell.training);
    auto found = std::find_if(balls.begin(), balls.end(),
                              [&](const auto& known) { return known.first == ball; });
    if (found == balls.end()) found = balls.insert(balls.end(), {ball, std::vector<std::string>{}});
    std::vector<std::string>& attacks = found->second;
    const std::string attack =
        cell.training.attack + (cell.training.unit_size ? ", variant mtdnn" : "");
    if (std::find(attacks.begin(), attacks.end(), attack) == attacks.end())
      attacks.push_back(attack);
  }
  if (balls.size() < 2) return std::nullopt;
  std::string note = "Equal epsilon is not equal size here: ";
  for (std::size_t i = 0; i < balls.size(); ++i)
    note +=
        fmt::format("{}{}: {}", i ? "; " : "", balls[i].first, fmt::join(balls[i].second, ", "));
  return note +
         ". Perturbations of different balls are not of one size, so a difference between such "
         "rows may be one of size.";
}

}  // namespace ratbench::reports
