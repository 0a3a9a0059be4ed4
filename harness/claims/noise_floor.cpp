#include "harness/claims/noise_floor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "harness/claims/aa_check.hpp"
#include "harness/grid/expand.hpp"
#include "src/base/error.hpp"
#include "src/base/random.hpp"

namespace ratbench::claims {
namespace {

constexpr const char* kProbe = "train.rounding_probe";
constexpr std::size_t kResamples = 2000;
constexpr std::uint64_t kRoundingDraw = 42;

// Values before and after the move, by seed.
struct Pair {
  double plain = 0;
  double moved = 0;
};
using CellPairs = std::map<std::uint64_t, Pair>;

// A cell of both experiments; they come from one file, so its index is the same in both.
struct SharedCell {
  std::size_t index = 0;
  std::string name;
  std::string selection;  // of its epoch
};

bool differ_by_the_move_alone(const store::Reader& reader, const store::CellRow& plain,
                              const store::CellRow& moved) {
  if (plain.runs.empty() || moved.runs.empty()) return true;
  const auto a = reader.stored_run(plain.runs.front().run_key);
  const auto b = reader.stored_run(moved.runs.front().run_key);
  if (!a || !b || a->data.sha256 != b->data.sha256) return false;
  auto values = b->config.values();
  values.erase(kProbe);
  return values == a->config.values();
}

std::vector<SharedCell> shared_cells(const store::Reader& reader,
                                     const spec::Experiment& experiment) {
  const std::string other = rounding_experiment(experiment.name);
  const std::vector<grid::Cell> cells = grid::expand(experiment);
  const auto plain = reader.cells(experiment.name);
  const auto moved = reader.cells(other);
  std::vector<SharedCell> out;
  if (moved.empty()) return out;
  bool same = plain.size() == cells.size() && moved.size() == cells.size();
  for (std::size_t i = 0; same && i < cells.size(); ++i) {
    same = differ_by_the_move_alone(reader, plain[i], moved[i]);
    out.push_back({i, cells[i].name, cells[i].config.text_or("train.select", "best")});
  }
  if (!same)
    throw UsageError(fmt::format(
        "the runs of {} differ from those of {} in more than the moved parameters: ratbench run "
        "{}, then ratbench run {} --noise-floor",
        other, experiment.name, experiment.file, experiment.file));
  return out;
}

CellPairs pairs_of(const store::Reader& reader, const spec::Experiment& experiment,
                   const SharedCell& cell, const std::string& metric) {
  CellPairs pairs;
  std::map<std::uint64_t, double> plain;
  const auto& seeds = experiment.seeds;
  for (const auto& row : reader.metrics(experiment.name, "test", cell.selection, metric))
    if (row.cell == cell.index && std::find(seeds.begin(), seeds.end(), row.seed) != seeds.end())
      plain.emplace(row.seed, row.value);
  for (const auto& row :
       reader.metrics(rounding_experiment(experiment.name), "test", cell.selection, metric)) {
    const auto found = plain.find(row.seed);
    if (row.cell == cell.index && found != plain.end())
      pairs[row.seed] = {found->second, row.value};
  }
  return pairs;
}

CellFloor floor_of(const std::string& name, const std::vector<Pair>& pairs) {
  CellFloor out;
  out.cell = name;
  out.seeds = pairs.size();
  std::vector<double> plain;
  for (const Pair& pair : pairs) {
    const double move = pair.moved - pair.plain;
    plain.push_back(pair.plain);
    if (move == 0) ++out.unchanged;
    out.largest_move = std::max(out.largest_move, std::abs(move));
    out.rounding_variance += move * move / 2 / static_cast<double>(pairs.size());
  }
  out.seed_variance = stats::variance(plain);
  return out;
}

std::optional<double> share_of(const std::vector<std::vector<Pair>>& cells) {
  double rounding = 0;
  double seed = 0;
  for (const auto& pairs : cells) {
    const CellFloor floor = floor_of("", pairs);
    rounding += floor.rounding_variance;
    seed += floor.seed_variance;
  }
  if (seed <= 0) return std::nullopt;
  return rounding / seed;
}

// Seeds are resampled within each cell; draws in which nothing varies say nothing.
std::optional<stats::Interval> interval_of_share(const std::vector<std::vector<Pair>>& cells) {
  // Without a single move the draws would all say 0.
  if (share_of(cells) == 0.0) return std::nullopt;
  const RandomStream stream(kRoundingDraw, Purpose::kBootstrap);
  std::vector<double> shares;
  for (std::size_t draw = 0; draw < kResamples; ++draw) {
    std::vector<std::vector<Pair>> resampled;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      resampled.emplace_back();
      const auto lane = static_cast<std::uint32_t>(draw);
      for (std::size_t i = 0; i < cells[c].size(); ++i)
        resampled.back().push_back(cells[c][stream.below(cells[c].size(), lane, c * 100000 + i)]);
    }
    if (const auto share = share_of(resampled)) shares.push_back(*share);
  }
  if (shares.size() < kResamples / 2) return std::nullopt;
  return stats::Interval{stats::percentile(shares, 0.025), stats::percentile(shares, 0.975)};
}

}  // namespace

std::string rounding_experiment(const std::string& experiment) { return experiment + ".rounding"; }

std::vector<std::string> rounding_overrides(const std::string& experiment) {
  return {std::string(kProbe) + "=1", "name=" + rounding_experiment(experiment)};
}

std::vector<NoiseFloor> noise_floor(const store::Reader& reader,
                                    const spec::Experiment& experiment) {
  const std::vector<SharedCell> cells = shared_cells(reader, experiment);
  std::vector<NoiseFloor> out;
  for (const std::string& metric : claimed_metrics(experiment)) {
    NoiseFloor floor;
    floor.metric = metric;
    std::vector<std::vector<Pair>> all;
    for (const SharedCell& cell : cells) {
      std::vector<Pair> pairs;
      for (const auto& [seed, pair] : pairs_of(reader, experiment, cell, metric))
        pairs.push_back(pair);
      if (pairs.size() < 2) {
        floor.left_out.push_back(
            fmt::format("{}: {} seeds finished in both, 2 are needed", cell.name, pairs.size()));
        continue;
      }
      floor.cells.push_back(floor_of(cell.name, pairs));
      all.push_back(std::move(pairs));
    }
    if (all.empty()) continue;
    floor.share = share_of(all);
    floor.share_ci = interval_of_share(all);
    out.push_back(std::move(floor));
  }
  return out;
}

}  // namespace ratbench::claims
