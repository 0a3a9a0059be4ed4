#include "harness/claims/question.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "harness/claims/common_ground.hpp"
#include "harness/grid/expand.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"

namespace ratbench::claims {
namespace {

using specs::ParamId;
using specs::Slots;

double real_or(const std::optional<Decimal>& value, double fallback) {
  return value ? value->real() : fallback;
}

bool same(const specs::Setting* a, const specs::Setting* b) {
  return a == b || (a != nullptr && b != nullptr && a->json == b->json);
}

// Factors that no axis of grid or zip varies.
std::vector<ParamId> include_only_factors(const spec::Experiment& experiment) {
  std::vector<ParamId> only = experiment.factors;
  for (const spec::Axis& axis : experiment.axes)
    for (const spec::Level& level : axis.levels)
      for (const auto& entry : level) std::erase(only, entry.first);
  return only;
}

// Visits the cells in which every include-only factor not among `free` has its base value.
void visit_main_cells(
    const spec::Experiment& experiment, const std::vector<ParamId>& free,
    const std::function<void(const grid::CellView&, const Slots& filled)>& visit) {
  std::vector<ParamId> fixed = include_only_factors(experiment);
  for (const ParamId id : free) std::erase(fixed, id);
  Slots base;
  specs::fill_defaults(experiment.base, base);
  Slots filled;
  grid::visit_cells(experiment, [&](const grid::CellView& view) {
    specs::fill_defaults(*view.given, filled);
    if (std::all_of(fixed.begin(), fixed.end(),
                    [&](ParamId id) { return same(filled[id], base[id]); }))
      visit(view, filled);
  });
}

const spec::Arm& find_arm(const spec::Experiment& experiment, const std::string& name) {
  const auto found = std::find_if(experiment.arms.begin(), experiment.arms.end(),
                                  [&](const spec::Arm& arm) { return arm.name == name; });
  RB_CHECK(found != experiment.arms.end());
  return *found;
}

// Builds contrasts over the cells of several arms.
class ArmContrasts {
 public:
  ArmContrasts(const spec::Experiment& experiment, const spec::Claim& claim, Question& out)
      : out_(out) {
    for (const std::string& name : claim.arms) add(experiment, claim, name);
  }

  // sum_k signs[k] * arm k + constant; arms beyond `signs` count 0.
  void step(const std::vector<std::pair<std::size_t, double>>& signs, double constant = 0) {
    Step made;
    made.contrast.coefficients.assign(out_.cells.size(), 0);
    made.contrast.constant = constant;
    for (const auto& [arm, sign] : signs) {
      if (!made.name.empty()) made.name += sign > 0 ? " + " : " - ";
      made.name += names_[arm];
      for (const std::size_t at : arms_[arm])
        made.contrast.coefficients[at] += sign / static_cast<double>(arms_[arm].size());
    }
    out_.steps.push_back(std::move(made));
  }
  std::size_t size() const { return arms_.size(); }

 private:
  void add(const spec::Experiment& experiment, const spec::Claim& claim, const std::string& name) {
    const auto cells = arm_cells(experiment, find_arm(experiment, name));
    const std::string pointer = "/arms/" + name;
    if (cells.empty()) {
      const std::string problem = "the arm \"" + name + "\" matches no cell";
      if (!experiment.overridden) throw SpecError(experiment.file, pointer, problem);
      out_.blocked = problem + " under the overrides given";
    }
    std::vector<std::size_t> places;
    for (const std::size_t cell : cells) {
      if (std::find(out_.cells.begin(), out_.cells.end(), cell) != out_.cells.end())
        throw SpecError(
            experiment.file, pointer,
            fmt::format("the arm shares a cell with another arm of the claim \"{}\"", claim.name));
      places.push_back(out_.cells.size());
      out_.cells.push_back(cell);
    }
    if (cells.size() > 1)
      out_.notes.push_back(
          fmt::format("the arm \"{}\" is the mean of {} cells", name, cells.size()));
    names_.push_back(name);
    out_.arms.push_back(places);
    arms_.push_back(std::move(places));
  }

  Question& out_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::size_t>> arms_;  // places in out_.cells
};

void ask_arms(const spec::Experiment& experiment, const spec::Claim& claim, Question& out) {
  ArmContrasts arms(experiment, claim, out);
  if (!out.blocked.empty()) return;
  out.criterion = {Shape::kAbove, real_or(claim.effect, 0)};
  if (claim.kind == "interaction") {
    arms.step({{0, 1}, {1, -1}, {2, -1}, {3, 1}});
  } else if (claim.kind == "best_of") {
    for (std::size_t k = 1; k < arms.size(); ++k) arms.step({{0, 1}, {k, -1}});
  } else if (claim.kind == "order") {
    for (std::size_t k = 0; k + 1 < arms.size(); ++k) arms.step({{k, 1}, {k + 1, -1}});
  } else if (claim.kind == "reproduces") {
    arms.step({{0, 1}}, -claim.value->real());
    out.steps.back().name += " - " + claim.value->text();
    out.criterion = {Shape::kWithin, claim.tolerance->real()};
  } else {
    arms.step({{0, 1}, {1, -1}});
    if (claim.kind == "non_inferiority") out.criterion.bound = -claim.margin->real();
    if (claim.kind == "equivalence") out.criterion = {Shape::kWithin, claim.margin->real()};
  }
}

struct TrendCell {
  std::size_t cell = 0;
  double level = 0;
};

// Cells by the values of all other factors; groups in which the factor changes nothing left out.
std::vector<std::vector<TrendCell>> trend_groups(const spec::Experiment& experiment,
                                                 const std::vector<grid::Cell>& cells,
                                                 ParamId factor, Question& out) {
  std::map<std::string, std::vector<TrendCell>> groups;
  visit_main_cells(experiment, {factor}, [&](const grid::CellView& view, const Slots& filled) {
    const auto level =
        filled[factor] == nullptr ? std::nullopt : Decimal::parse(filled[factor]->text);
    if (!level) {
      out.blocked =
          fmt::format("{} has levels that are no numbers", specs::all_params()[factor].path);
      return;
    }
    std::string others;
    for (const ParamId id : experiment.factors)
      if (id != factor) others += (filled[id] == nullptr ? "" : filled[id]->json) + "\n";
    groups[others].push_back({view.index, level->real()});
  });
  std::vector<std::vector<TrendCell>> useful;
  for (auto& [others, group] : groups) {
    const bool changes = std::any_of(group.begin(), group.end(), [&](const TrendCell& cell) {
      return !(cells[cell.cell].config == cells[group.front().cell].config);
    });
    if (changes && group.size() > 1) useful.push_back(std::move(group));
  }
  return useful;
}

// Least squares line in each group, the rise from its lowest to its highest level; mean of groups.
void ask_trend(const spec::Experiment& experiment, const std::vector<grid::Cell>& cells,
               const spec::Claim& claim, Question& out) {
  out.criterion = {Shape::kAbove, real_or(claim.effect, 0)};
  const auto groups = trend_groups(experiment, cells, *specs::find_param(claim.factor), out);
  if (!out.blocked.empty()) return;
  if (groups.empty()) {
    out.blocked = fmt::format("{} has fewer than two levels that differ", claim.factor);
    return;
  }
  Step step{"rise over " + claim.factor, {}};
  for (const auto& group : groups) {
    double mean = 0;
    for (const TrendCell& cell : group) mean += cell.level / static_cast<double>(group.size());
    double squares = 0;
    for (const TrendCell& cell : group) squares += (cell.level - mean) * (cell.level - mean);
    const auto [low, high] = std::minmax_element(
        group.begin(), group.end(),
        [](const TrendCell& a, const TrendCell& b) { return a.level < b.level; });
    for (const TrendCell& cell : group) {
      out.cells.push_back(cell.cell);
      step.contrast.coefficients.push_back((high->level - low->level) * (cell.level - mean) /
                                           squares / static_cast<double>(groups.size()));
    }
  }
  if (groups.size() > 1)
    out.notes.push_back(
        fmt::format("the rise is the mean over {} settings of the other factors", groups.size()));
  out.steps.push_back(std::move(step));
}

}  // namespace

std::vector<std::size_t> arm_cells(const spec::Experiment& experiment, const spec::Arm& arm) {
  std::vector<ParamId> named;
  for (const auto& entry : arm.where) named.push_back(entry.first);
  std::vector<std::size_t> cells;
  visit_main_cells(experiment, named, [&](const grid::CellView& view, const Slots& filled) {
    if (std::all_of(arm.where.begin(), arm.where.end(),
                    [&](const auto& wanted) { return same(filled[wanted.first], wanted.second); }))
      cells.push_back(view.index);
  });
  return cells;
}

Question make_question(const spec::Experiment& experiment, const std::vector<grid::Cell>& cells,
                       const spec::Claim& claim) {
  Question out;
  const auto at = std::find_if(experiment.claims.begin(), experiment.claims.end(),
                               [&](const spec::Claim& one) { return one.name == claim.name; });
  out.pointer = fmt::format("/claims/{}", at - experiment.claims.begin());
  if (claim.kind == "trend") {
    ask_trend(experiment, cells, claim, out);
  } else {
    ask_arms(experiment, claim, out);
  }
  find_common_ground(cells, out);
  return out;
}

void check_questions(const spec::Experiment& experiment) {
  if (experiment.claims.empty()) return;
  const std::vector<grid::Cell> cells = grid::expand(experiment);
  for (const spec::Claim& claim : experiment.claims)
    if (claim.kind != "cost_ratio") make_question(experiment, cells, claim);
}

}  // namespace ratbench::claims
