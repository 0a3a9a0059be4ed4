#include "harness/plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

#include "harness/grid/expand.hpp"
#include "harness/grid/keys.hpp"
#include "harness/grid/sweep.hpp"
#include "src/base/counted.hpp"
#include "src/specs/json_text.hpp"

namespace ratbench::plan {
namespace {

// The 256 bits of a key; a million of them as texts would take three times the memory.
struct PackedKey {
  std::array<std::uint64_t, 4> words{};
  bool operator==(const PackedKey&) const = default;
};

struct PackedKeyHash {
  std::size_t operator()(const PackedKey& key) const { return key.words[0]; }
};

PackedKey pack(const std::string& hex) {
  PackedKey key;
  for (std::size_t i = 0; i < hex.size() && i < 64; ++i) {
    const char c = hex[i];
    const auto digit = static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    key.words[i / 16] = (key.words[i / 16] << 4U) | digit;
  }
  return key;
}

class Planner {
 public:
  Planner(const spec::Experiment& experiment, const PlanInputs& inputs)
      : experiment_(experiment), inputs_(inputs) {
    plan_.experiment = experiment.name;
    plan_.title = experiment.title;
    plan_.seeds = experiment.seeds.size();
  }

  Plan run() {
    grid::visit_cells(experiment_, [&](const grid::CellView& view) { add(view); });
    plan_.runs = plan_.cells * plan_.seeds;
    plan_.distinct_runs = first_cells_.size() * plan_.seeds;
    plan_.merged_runs = plan_.runs - plan_.distinct_runs;
    plan_.left = plan_.distinct_runs - plan_.done;
    if (plan_.left == 0)
      plan_.expected_s = 0;
    else if (inputs_.mean_run_s.has_value())
      plan_.expected_s = *inputs_.mean_run_s * static_cast<double>(plan_.left) /
                         static_cast<double>(std::max(1, inputs_.jobs));
    return std::move(plan_);
  }

 private:
  void add(const grid::CellView& view) {
    ++plan_.cells;
    std::vector<grid::KeyMaker>& makers = makers_for(*view.resolved);
    const std::string first_key = makers.front().key(*view.resolved);
    // Cells with one equal run have all runs equal: the keys differ in nothing but the seed.
    const auto [it, is_first] = first_cells_.emplace(pack(first_key), view.index);
    const std::size_t done =
        is_first || lists(view.index) ? count_done(makers, first_key, view) : 0;
    if (is_first) plan_.done += done;
    if (lists(view.index)) plan_.listed.push_back({view.index, name_(view), it->second, done});
  }

  bool lists(std::size_t index) const { return index < inputs_.listed_cells; }

  std::size_t count_done(std::vector<grid::KeyMaker>& makers, const std::string& first_key,
                         const grid::CellView& view) const {
    if (!inputs_.is_done) return 0;
    std::size_t done = inputs_.is_done(first_key) ? 1 : 0;
    for (std::size_t seed = 1; seed < makers.size(); ++seed)
      if (inputs_.is_done(makers[seed].key(*view.resolved))) ++done;
    return done;
  }

  // One key maker per seed for the data of this cell.
  std::vector<grid::KeyMaker>& makers_for(const specs::Slots& resolved) {
    const bool augmented = grid::augments_texts(resolved);
    if (last_ != nullptr && !data_varies_ && !augmented && !last_augmented_) return *last_;
    last_augmented_ = augmented;
    const std::string identity = grid::data_identity(resolved);
    auto it = makers_.find(identity);
    if (it == makers_.end()) {
      const auto hashes = inputs_.data_sha256(specs::to_config(resolved));
      std::vector<grid::KeyMaker> makers;
      for (const std::uint64_t seed : experiment_.seeds) makers.emplace_back(hashes, seed);
      it = makers_.emplace(identity, std::move(makers)).first;
    }
    last_ = &it->second;
    return *last_;
  }

  static bool touches_data(const spec::Experiment& experiment) {
    return std::any_of(experiment.factors.begin(), experiment.factors.end(), [](auto id) {
      const std::string_view path = specs::all_params()[id].path;
      return !path.starts_with("attack.") && !path.starts_with("augmentation.") &&
             !path.starts_with("loss.") && !path.starts_with("train.");
    });
  }

  const spec::Experiment& experiment_;
  const PlanInputs& inputs_;
  const grid::CellNamer name_{experiment_};
  const bool data_varies_ = touches_data(experiment_);
  Plan plan_;
  std::unordered_map<PackedKey, std::size_t, PackedKeyHash> first_cells_;
  std::unordered_map<std::string, std::vector<grid::KeyMaker>> makers_;
  std::vector<grid::KeyMaker>* last_ = nullptr;
  bool last_augmented_ = false;  // the data of `last_` hold augmented texts
};

}  // namespace

Plan make_plan(const spec::Experiment& experiment, const PlanInputs& inputs) {
  return Planner(experiment, inputs).run();
}

std::string to_text(const Plan& plan) {
  std::string out = fmt::format("{}: {}\n", plan.experiment, plan.title);
  out += fmt::format("{} x {} = {}", counted(plan.cells, "cell"), counted(plan.seeds, "seed"),
                     counted(plan.runs, "run"));
  if (plan.merged_runs > 0)
    out += fmt::format(", {} of them repeat another cell's computation", plan.merged_runs);
  out += fmt::format("\n{}: {} done, {} left, expected time {}\n",
                     counted(plan.distinct_runs, "distinct run"), plan.done, plan.left,
                     plan.expected_s.has_value() ? duration(*plan.expected_s)
                                                 : "unknown (no stored run to go by)");
  out += looks_text(plan.looks);
  for (const PlannedCell& cell : plan.listed) {
    out += fmt::format("{:>6}  {:<60} {}/{} done", cell.index, cell.name, cell.done, plan.seeds);
    if (cell.same_as != cell.index) out += fmt::format(", same as {}", cell.same_as);
    out += '\n';
  }
  if (plan.listed.size() < plan.cells)
    out += fmt::format("        and {}\n", counted(plan.cells - plan.listed.size(), "more cell"));
  out += claims_text(plan.claims);
  for (const std::string& note : plan.notes) out += note + '\n';
  return out;
}

std::string to_json(const Plan& plan) {
  const auto quoted = [](const std::string& text) {
    std::string out;
    specs::append_json_string(out, text);
    return out;
  };
  std::string out = fmt::format(
      "{{\"experiment\": {}, \"title\": {}, \"cells\": {}, \"seeds\": {}, \"runs\": {}, "
      "\"distinct_runs\": {}, \"merged_runs\": {}, \"done\": {}, \"left\": {}, \"expected_s\": {}, "
      "\"listed_cells\": [",
      quoted(plan.experiment), quoted(plan.title), plan.cells, plan.seeds, plan.runs,
      plan.distinct_runs, plan.merged_runs, plan.done, plan.left,
      plan.expected_s.has_value() ? fmt::format("{:.3f}", *plan.expected_s) : "null");
  for (const PlannedCell& cell : plan.listed)
    out += fmt::format("{}\n  {{\"index\": {}, \"name\": {}, \"same_as\": {}, \"done\": {}}}",
                       &cell == plan.listed.data() ? "" : ",", cell.index, quoted(cell.name),
                       cell.same_as, cell.done);
  out += "],\n\"looks\": " + looks_json(plan.looks) + ",\n\"claims\": " + claims_json(plan.claims) +
         ",\n\"notes\": [";
  for (const std::string& note : plan.notes)
    out += (&note == plan.notes.data() ? "" : ", ") + quoted(note);
  return out + "]}\n";
}

}  // namespace ratbench::plan
