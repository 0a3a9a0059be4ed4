#include "harness/grid/expand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/specs/rules.hpp"

namespace ratbench::grid {
namespace {

using spec::Axis;
using spec::Experiment;
using spec::Given;
using spec::Level;
using specs::ParamId;
using specs::Setting;
using specs::Slots;

constexpr std::size_t kMostCells = 10'000'000;

void apply(const Level& level, Slots& given) {
  for (const auto& [id, value] : level) given[id] = value;
}

bool same(const Setting* a, const Setting* b) {
  return a == b || (a != nullptr && b != nullptr && a->json == b->json);
}

// `filled` has every default filled in.
bool selects(const spec::Selection& where, const Slots& filled) {
  return std::all_of(where.begin(), where.end(),
                     [&](const auto& wanted) { return same(filled[wanted.first], wanted.second); });
}

// True when `id` is the zero (p_rat, lambda) that turns what another parameter names into none.
bool turns_off(ParamId id, const Slots& filled) {
  if (filled[id] == nullptr || filled[id]->json != "0") return false;
  const auto& params = specs::all_params();
  for (ParamId other = 0; other < params.size(); ++other)
    if (params[other].none_when_zero == params[id].path && filled[other] != nullptr)
      return filled[other]->text != "none";
  return false;
}

std::size_t product_size(const Experiment& experiment) {
  std::size_t size = 1;
  for (const Axis& axis : experiment.axes) {
    size *= axis.levels.size();
    if (size > kMostCells)
      throw SpecError(experiment.file, "/grid",
                      fmt::format("more than {} combinations", kMostCells));
  }
  return size;
}

// Walks one experiment's cells; checks each before it is shown.
class Walk {
 public:
  Walk(const Experiment& experiment, const std::function<void(const CellView&)>& visit)
      : experiment_(experiment), visit_(visit), excluded_(experiment.excludes.size(), 0) {}

  void product() {
    const std::size_t size = product_size(experiment_);
    std::vector<std::size_t> at(experiment_.axes.size(), 0);
    for (std::size_t i = 0; i < size; ++i) {
      given_ = experiment_.base;
      for (std::size_t axis = 0; axis < at.size(); ++axis)
        apply(experiment_.axes[axis].levels[at[axis]], given_);
      if (!is_excluded()) show();
      advance(at);
    }
    for (std::size_t i = 0; i < excluded_.size(); ++i)
      if (excluded_[i] == 0 && !experiment_.overridden)
        throw SpecError(experiment_.excludes[i].front().second->file, fmt::format("/exclude/{}", i),
                        "it matches no cell of grid and zip");
  }

  void included() {
    std::set<std::string> names;
    for (std::size_t i = 0; i < experiment_.includes.size(); ++i) {
      given_ = experiment_.base;
      apply(experiment_.includes[i], given_);
      const std::string name = cell_name(factor_texts(experiment_, given_));
      if (!names.insert(name).second || (repeats_product() && !is_excluded()))
        throw SpecError(experiment_.file, fmt::format("/include/{}", i),
                        fmt::format("the cell \"{}\" is there already", name));
      show();
    }
    if (index_ == 0) throw SpecError(experiment_.file, "/exclude", "no cell is left");
  }

 private:
  // The last axis is the fastest.
  void advance(std::vector<std::size_t>& at) const {
    for (std::size_t axis = at.size(); axis-- > 0;) {
      if (++at[axis] < experiment_.axes[axis].levels.size()) return;
      at[axis] = 0;
    }
  }

  bool is_excluded() {
    if (experiment_.excludes.empty()) return false;
    specs::fill_defaults(given_, filled_);
    bool any = false;
    for (std::size_t i = 0; i < excluded_.size(); ++i)
      if (selects(experiment_.excludes[i], filled_)) {
        ++excluded_[i];
        any = true;
      }
    return any;
  }

  // True when the product holds a cell with the same values of all factors: each axis has a level
  // that agrees, and the factors outside the axes are at their base value.
  bool repeats_product() const {
    Slots rebuilt = experiment_.base;
    for (const Axis& axis : experiment_.axes) {
      const auto level = std::find_if(axis.levels.begin(), axis.levels.end(), [&](const Level& l) {
        Slots with = given_;
        apply(l, with);
        return equal_factors(with, given_);
      });
      if (level == axis.levels.end()) return false;
      apply(*level, rebuilt);
    }
    return equal_factors(rebuilt, given_);
  }

  bool equal_factors(const Slots& a, const Slots& b) const {
    Slots filled_a, filled_b;
    specs::fill_defaults(a, filled_a);
    specs::fill_defaults(b, filled_b);
    return std::all_of(experiment_.factors.begin(), experiment_.factors.end(),
                       [&](ParamId id) { return same(filled_a[id], filled_b[id]); });
  }

  void show() {
    specs::resolve(given_, resolved_);
    if (const auto broken = specs::check_rules(given_, resolved_))
      refuse(broken->param, broken->message);
    for (const ParamId id : paths_)
      if (resolved_[id] != nullptr && resolved_[id] == given_[id]) {
        const auto* given = static_cast<const Given*>(given_[id]);
        if (!given->unset.empty()) throw SpecError(given->file, given->pointer, given->unset);
      }
    visit_({index_++, &given_, &resolved_});
  }

  [[noreturn]] void refuse(ParamId param, const std::string& message) const {
    const std::string in_cell =
        experiment_.factors.empty()
            ? ""
            : fmt::format(" (in the cell {})", cell_name(factor_texts(experiment_, given_)));
    if (const auto* given = static_cast<const Given*>(given_[param]))
      throw SpecError(given->file, given->pointer, message + in_cell);
    std::string pointer = "/" + std::string(specs::all_params()[param].path);
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    throw SpecError(experiment_.file, pointer, message + in_cell);
  }

  static std::vector<ParamId> path_params() {
    std::vector<ParamId> ids;
    for (ParamId id = 0; id < specs::all_params().size(); ++id)
      if (specs::all_params()[id].kind == specs::Kind::kPath) ids.push_back(id);
    return ids;
  }

  const Experiment& experiment_;
  const std::function<void(const CellView&)>& visit_;
  const std::vector<ParamId> paths_ = path_params();
  std::vector<std::size_t> excluded_;  // cells that each exclude matched
  std::size_t index_ = 0;
  Slots given_, filled_, resolved_;
};

}  // namespace

void visit_cells(const Experiment& experiment, const std::function<void(const CellView&)>& visit) {
  Walk walk(experiment, visit);
  walk.product();
  walk.included();
}

std::vector<std::pair<std::string, std::string>> factor_texts(const Experiment& experiment,
                                                              const Slots& given) {
  Slots filled;
  specs::fill_defaults(given, filled);
  std::vector<std::pair<std::string, std::string>> factors;
  for (const ParamId id : experiment.factors)
    factors.emplace_back(specs::all_params()[id].path,
                         filled[id] == nullptr ? "default" : filled[id]->text);
  return factors;
}

std::string cell_name(const std::vector<std::pair<std::string, std::string>>& factors) {
  if (factors.empty()) return "base";
  std::string name;
  for (const auto& [path, text] : factors) {
    if (!name.empty()) name += ' ';
    name += path + "=" + text;
  }
  return name;
}

CellNamer::CellNamer(const Experiment& experiment)
    : experiment_(experiment), optional_(specs::all_params().size(), false) {
  for (const Axis& axis : experiment.axes) {
    std::map<ParamId, std::size_t> listings;
    for (const Level& level : axis.levels)
      for (const auto& [id, value] : level) ++listings[id];
    for (const auto& [id, count] : listings) optional_[id] = count < axis.levels.size();
  }
}

std::string CellNamer::operator()(const CellView& view) const {
  Slots filled;
  specs::fill_defaults(*view.given, filled);
  std::vector<std::pair<std::string, std::string>> shown;
  for (const ParamId id : experiment_.factors) {
    const specs::ParamSpec& param = specs::all_params()[id];
    if ((*view.given)[id] == nullptr && optional_[id]) continue;
    // The zero that turns an attack or augmentation off is removed with it, and names the cell.
    const bool switches_off = turns_off(id, filled);
    if (!switches_off && !same((*view.resolved)[id], filled[id])) continue;
    shown.emplace_back(param.path, filled[id] == nullptr ? "default" : filled[id]->text);
  }
  return cell_name(shown);
}

std::vector<Cell> expand(const Experiment& experiment) {
  const CellNamer name(experiment);
  std::vector<Cell> cells;
  visit_cells(experiment, [&](const CellView& view) {
    Cell cell;
    cell.index = view.index;
    cell.factors = factor_texts(experiment, *view.given);
    cell.name = name(view);
    cell.config = specs::to_config(*view.resolved);
    cells.push_back(std::move(cell));
  });
  return cells;
}

std::vector<std::size_t> matching_cells(const Experiment& experiment,
                                        const spec::Selection& where) {
  std::vector<std::size_t> indices;
  Slots filled;
  visit_cells(experiment, [&](const CellView& view) {
    specs::fill_defaults(*view.given, filled);
    if (selects(where, filled)) indices.push_back(view.index);
  });
  return indices;
}

}  // namespace ratbench::grid
