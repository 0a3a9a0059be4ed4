#include "harness/cost/arms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "harness/grid/expand.hpp"
#include "src/base/error.hpp"
#include "src/specs/json_text.hpp"

namespace ratbench::cost {
namespace {

constexpr const char* kClean = "clean";

// Equal exactly for arms that do the same work.
std::string identity(const specs::Config& config, const protocol::DataFiles& data) {
  std::string text;
  for (const auto& [path, value] : config.values())
    text += path + "=" + specs::to_json(value) + "\n";
  for (const auto& [split, hash] : data.sha256) text += split + " " + hash + "\n";
  return text;
}

// The same training without an attack.
specs::Config without_attack(const specs::Config& config) {
  specs::Config clean;
  for (const auto& [path, value] : config.values())
    if (!path.starts_with("attack.")) clean.set(path, value);
  clean.set("attack.name", std::string("none"));
  return clean;
}

class Builder {
 public:
  Builder(const spec::Experiment& experiment, const grid::Sweep& sweep)
      : experiment_(experiment), sweep_(sweep) {}

  ArmSet build() {
    name_arms();
    for (const grid::Cell& cell : sweep_.cells) {
      cell_arms_.push_back(arm_of_cell(cell));
      set_.arms[cell_arms_.back()].cells.push_back(cell.name);
    }
    set_baselines();
    add_claims();
    for (NamedComparison& c : set_.comparisons) add_draws(c);
    return std::move(set_);
  }

 private:
  // Names of the experiment's arms by the configuration that each of them alone means.
  void name_arms() {
    for (const spec::Arm& arm : experiment_.arms)
      if (const auto cells = grid::matching_cells(experiment_, arm.where); one_work(cells))
        names_.emplace(work(cells.front()), arm.name);
  }
  std::string work(std::size_t cell) const {
    return identity(sweep_.cells[cell].config, sweep_.data[cell]);
  }
  bool one_work(const std::vector<std::size_t>& cells) const {
    return !cells.empty() && std::all_of(cells.begin(), cells.end(), [&](std::size_t cell) {
      return work(cell) == work(cells.front());
    });
  }

  std::size_t arm_of_cell(const grid::Cell& cell) {
    return arm_of(cell.config, sweep_.data[cell.index], cell.name);
  }
  std::size_t arm_of(const specs::Config& config, const protocol::DataFiles& data,
                     const std::string& fallback_name) {
    const std::string key = identity(config, data);
    const auto [known, is_new] = by_identity_.emplace(key, set_.arms.size());
    if (is_new) {
      const auto named = names_.find(key);
      const std::string& name = named == names_.end() ? fallback_name : named->second;
      set_.arms.push_back({name, config, data, known->second, false, {}});
    }
    return known->second;
  }

  void set_baselines() {
    const std::string wanted = experiment_.settings.text_or("cost.baseline", kClean);
    const std::optional<std::size_t> one =
        wanted == kClean ? std::nullopt : std::optional(named_baseline(wanted));
    std::vector<std::size_t> baselines;
    const std::size_t given = set_.arms.size();
    for (std::size_t arm = 0; arm < given; ++arm) {
      const std::size_t baseline = one ? *one : clean_of(arm);
      set_.arms[arm].baseline = baseline;
      if (std::find(baselines.begin(), baselines.end(), baseline) == baselines.end())
        baselines.push_back(baseline);
    }
    for (const std::size_t baseline : baselines) {
      Arm twin = set_.arms[baseline];
      twin.twin = true;
      twin.baseline = baseline;
      set_.arms.push_back(std::move(twin));
    }
    for (std::size_t arm = 0; arm < set_.arms.size(); ++arm)
      if (set_.arms[arm].baseline != arm) compare(arm, set_.arms[arm].baseline);
  }
  std::size_t clean_of(std::size_t arm) {
    const Arm attacked = set_.arms[arm];
    const std::string name =
        attacked.config.text_or("attack.name", "none") == "none"
            ? attacked.name
            : (by_clean_name_.empty() ? kClean : fmt::format("clean of {}", attacked.name));
    const std::size_t clean = arm_of(without_attack(attacked.config), attacked.data, name);
    by_clean_name_.emplace(clean, name);
    return clean;
  }
  std::size_t named_baseline(const std::string& wanted) const {
    std::string allowed = kClean;
    for (std::size_t arm = 0; arm < set_.arms.size(); ++arm) {
      if (set_.arms[arm].name == wanted) return arm;
      if (set_.arms[arm].name != kClean) allowed += ", " + set_.arms[arm].name;
    }
    const std::string option = "--set cost.baseline=";
    for (const spec::Given& given : *experiment_.settings_owner)
      if (given.file.starts_with(option))
        throw SpecError(given.file, "",
                        fmt::format("found \"{}\", allowed are {}", wanted, allowed));
    throw SpecError(experiment_.file, "/cost/baseline",
                    fmt::format("found \"{}\", allowed are {}", wanted, allowed));
  }

  bool is_drawn(std::size_t arm) const { return set_.arms[arm].drawn(); }

  void add_draws(Comparison& c) const {
    for (const auto& arm : {std::optional(c.arm), std::optional(c.baseline), c.floor})
      if (arm && is_drawn(*arm)) c.drawn.push_back({*arm, set_.arms[*arm].p_rat()});
    const std::size_t compared_with = c.floor ? *c.floor : c.baseline;
    if (is_drawn(c.arm) && is_drawn(compared_with)) c.reference = undrawn_like(c.arm);
  }

  // An arm without draws on the same data, its baseline if possible; absent when there is none.
  std::optional<std::size_t> undrawn_like(std::size_t arm) const {
    if (!is_drawn(set_.arms[arm].baseline)) return set_.arms[arm].baseline;
    for (std::size_t other = 0; other < set_.arms.size(); ++other)
      if (!is_drawn(other) && set_.arms[other].data.paths == set_.arms[arm].data.paths)
        return other;
    return std::nullopt;
  }

  void compare(std::size_t arm, std::size_t baseline) {
    NamedComparison c;
    c.arm = arm;
    c.baseline = baseline;
    c.arm_name = set_.arms[arm].name;
    c.baseline_name = set_.arms[baseline].name;
    set_.comparisons.push_back(std::move(c));
  }

  std::size_t claimed_arm(const spec::Claim& claim, const std::string& name) const {
    const auto arm = std::find_if(experiment_.arms.begin(), experiment_.arms.end(),
                                  [&](const spec::Arm& a) { return a.name == name; });
    const auto cells = grid::matching_cells(experiment_, arm->where);
    if (!one_work(cells))
      throw SpecError(experiment_.file, "/arms/" + name,
                      fmt::format("claim {} is about time, so its arm must select cells of one "
                                  "configuration; found {} cells",
                                  claim.name, cells.size()));
    return cell_arms_[cells.front()];
  }

  void add_claims() {
    for (const spec::Claim& claim : experiment_.claims) {
      if (claim.kind != "cost_ratio") continue;
      NamedComparison c;
      c.arm = claimed_arm(claim, claim.arms[0]);
      c.baseline = claimed_arm(claim, claim.arms[1]);
      c.arm_name = claim.arms[0];
      c.baseline_name = claim.arms[1];
      if (claim.arms.size() > 2) {
        c.floor = claimed_arm(claim, claim.arms[2]);
        c.floor_name = claim.arms[2];
      }
      const bool known = std::any_of(
          set_.comparisons.begin(), set_.comparisons.end(), [&](const NamedComparison& other) {
            return other.arm_name == c.arm_name && other.baseline_name == c.baseline_name &&
                   other.floor_name == c.floor_name;
          });
      if (!known) set_.comparisons.push_back(std::move(c));
    }
  }

  const spec::Experiment& experiment_;
  const grid::Sweep& sweep_;
  ArmSet set_;
  std::map<std::string, std::string> names_;          // identity -> name of an arm
  std::map<std::string, std::size_t> by_identity_;    // identity -> index
  std::map<std::size_t, std::string> by_clean_name_;  // index of a clean arm -> its name
  std::vector<std::size_t> cell_arms_;                // arm of each cell
};

}  // namespace

double Arm::p_rat() const {
  return config.text_or("attack.name", "none") == "none" ? 0 : config.real_or("attack.p_rat", 1);
}

bool Arm::drawn() const { return p_rat() > 0 && p_rat() < 1; }

std::vector<Comparison> ArmSet::plain() const { return {comparisons.begin(), comparisons.end()}; }

ArmSet make_arms(const spec::Experiment& experiment, const grid::Sweep& sweep) {
  return Builder(experiment, sweep).build();
}

}  // namespace ratbench::cost
