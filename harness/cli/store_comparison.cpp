#include "harness/cli/store_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/error.hpp"

namespace ratbench::cli {
namespace {

// Scores are fractions of 1; differences below this are rounding.
constexpr double kRounding = 1e-12;

std::vector<double> values_of(const SeedScores& scores) {
  std::vector<double> values;
  for (const auto& [seed, value] : scores) values.push_back(value);
  return values;
}

bool same_seeds(const SeedScores& a, const SeedScores& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](const auto& x, const auto& y) { return x.first == y.first; });
}

claims::Measured measure_paired(const SeedScores& a, const SeedScores& b) {
  std::vector<double> differences;
  for (const auto& [seed, value] : a) differences.push_back(b.at(seed) - value);
  const auto n = static_cast<double>(differences.size());
  return {stats::mean(differences), std::sqrt(stats::variance(differences) / n), n - 1};
}

// Welch (1947): unequal variances, degrees of freedom by Satterthwaite.
claims::Measured measure_unpaired(const SeedScores& a, const SeedScores& b) {
  const auto xs = values_of(a);
  const auto ys = values_of(b);
  const auto part = [](const std::vector<double>& v) {
    return stats::variance(v) / static_cast<double>(v.size());
  };
  const double x = part(xs);
  const double y = part(ys);
  const double sum = x + y;
  const double df = sum > 0 ? sum * sum /
                                  (x * x / static_cast<double>(xs.size() - 1) +
                                   y * y / static_cast<double>(ys.size() - 1))
                            : 0;
  return {stats::mean(ys) - stats::mean(xs), std::sqrt(sum), df};
}

// What one database has of one experiment.
struct Side {
  std::vector<store::CellRow> cells;
  std::unordered_map<std::string, std::string> logits;  // run key -> hash, of runs that are done
  std::map<std::string, std::vector<store::MetricRow>> scores;  // selection and metric
  const store::Reader& reader;
  std::string experiment;

  Side(const store::Reader& from, const std::string& name) : reader(from), experiment(name) {
    cells = from.cells(name);
    for (const store::RunRow& run : from.runs(name))
      if (run.status == store::RunStatus::kDone) logits[run.run_key] = run.test_logits_sha256;
  }
  const store::CellRow* find(const std::string& cell) const {
    const auto found = std::find_if(cells.begin(), cells.end(),
                                    [&](const store::CellRow& row) { return row.name == cell; });
    return found == cells.end() ? nullptr : &*found;
  }
  // Of the runs of `cell` that are done.
  SeedScores scores_of(const store::CellRow& cell, const std::string& selection,
                       const std::string& metric) {
    const auto [place, is_new] = scores.try_emplace(selection + " " + metric);
    if (is_new) place->second = reader.metrics(experiment, "test", selection, metric);
    SeedScores out;
    for (const store::MetricRow& row : place->second)
      if (row.cell == cell.index && logits.contains(row.run_key)) out[row.seed] = row.value;
    return out;
  }
};

specs::Config config_of(const store::Reader& reader, const store::CellRow& cell) {
  if (cell.runs.empty()) return {};
  const auto run = reader.stored_run(cell.runs.front().run_key);
  return run ? run->config : specs::Config();
}

// Paths of data differ between machines; their content hashes are compared instead.
std::vector<std::string> differences_of(const specs::Config& a, const specs::Config& b) {
  static const std::set<std::string_view> kPlaces = {"data.train", "data.val", "data.test"};
  std::set<std::string> paths;
  for (const specs::Config* config : {&a, &b})
    for (const auto& [path, value] : config->values())
      if (!kPlaces.contains(path)) paths.insert(path);
  const auto shown = [](const specs::Config& config, const std::string& path) {
    const specs::Value* value = config.find(path);
    return value == nullptr ? std::string("not used") : specs::to_text(*value);
  };
  std::vector<std::string> differences;
  for (const std::string& path : paths)
    if (shown(a, path) != shown(b, path))
      differences.push_back(fmt::format("{} {} / {}", path, shown(a, path), shown(b, path)));
  return differences;
}

// "2 diverged, 1 queued"; empty when all runs are done.
std::string unfinished(const store::CellRow& cell) {
  std::map<std::string_view, std::size_t> counts;
  for (const store::CellRun& run : cell.runs)
    if (run.status != store::RunStatus::kDone) ++counts[to_text(run.status)];
  std::string text;
  for (const auto& [status, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, status);
  return text;
}

std::size_t identical_runs(const Side& a, const store::CellRow& cell_a, const Side& b,
                           const store::CellRow& cell_b) {
  std::map<std::uint64_t, std::string> hashes;
  for (const store::CellRun& run : cell_a.runs)
    if (const auto hash = a.logits.find(run.run_key); hash != a.logits.end())
      hashes[run.seed] = hash->second;
  return static_cast<std::size_t>(
      std::count_if(cell_b.runs.begin(), cell_b.runs.end(), [&](const store::CellRun& run) {
        const auto ours = hashes.find(run.seed);
        const auto theirs = b.logits.find(run.run_key);
        return ours != hashes.end() && theirs != b.logits.end() && !ours->second.empty() &&
               ours->second == theirs->second;
      }));
}

// A cell that cannot be judged keeps its numbers.
void withhold(CellComparison& cell, const std::string& reason) {
  cell.result.outcome = claims::Outcome::kUndecided;
  cell.result.reason = reason;
}

CellComparison compare_cell(Side& a, const store::CellRow& cell_a, Side& b,
                            const store::CellRow& cell_b, const std::string& metric,
                            double margin) {
  const specs::Config config_a = config_of(a.reader, cell_a);
  const specs::Config config_b = config_of(b.reader, cell_b);
  const std::string select_a = config_a.text_or("train.select", "best");
  const std::string select_b = config_b.text_or("train.select", "best");
  const SeedScores scores_a = a.scores_of(cell_a, select_a, metric);
  const SeedScores scores_b = b.scores_of(cell_b, select_b, metric);
  CellComparison out{a.experiment, cell_a.name, metric, {}, {}, {}, 0, 0, 0, "", "", {}};
  out.result = test_equivalence(scores_a, scores_b, margin);
  if (!scores_a.empty()) out.mean_a = stats::mean(values_of(scores_a));
  if (!scores_b.empty()) out.mean_b = stats::mean(values_of(scores_b));
  out.seeds_a = cell_a.runs.size();
  out.seeds_b = cell_b.runs.size();
  out.identical = identical_runs(a, cell_a, b, cell_b);
  out.data_a = cell_a.dataset;
  out.data_b = cell_b.dataset;
  out.differences = differences_of(config_a, config_b);
  const std::string missing_a = unfinished(cell_a);
  const std::string missing_b = unfinished(cell_b);
  if (select_a != select_b) {
    withhold(out, "the epoch is selected differently (train.select)");
  } else if (!missing_a.empty() || !missing_b.empty()) {
    withhold(out, fmt::format("not all runs are done (A: {}; B: {}); leaving the others out could "
                              "choose the result",
                              missing_a.empty() ? "all" : missing_a,
                              missing_b.empty() ? "all" : missing_b));
  }
  return out;
}

std::vector<std::string> experiment_names(const store::Reader& reader, const std::string& wanted) {
  std::vector<std::string> names;
  for (const store::ExperimentRow& row : reader.experiments())
    if (wanted.empty() || row.name == wanted) names.push_back(row.name);
  return names;
}

void note_only(const Side& from, const Side& other, std::vector<CellPlace>& out) {
  for (const store::CellRow& cell : from.cells)
    if (other.find(cell.name) == nullptr) out.push_back({from.experiment, cell.name});
}

void check_metrics(const StoreComparison& comparison, const CompareRequest& request) {
  for (const std::string& metric : request.metrics) {
    const bool known = std::any_of(comparison.cells.begin(), comparison.cells.end(),
                                   [&](const CellComparison& cell) {
                                     return cell.metric == metric && (cell.mean_a || cell.mean_b);
                                   });
    if (!known)
      throw UsageError(fmt::format("--metric {}: neither database has a value of it", metric));
  }
}

}  // namespace

Equivalence test_equivalence(const SeedScores& a, const SeedScores& b, double margin) {
  RB_CHECK_GT(margin, 0.0);
  Equivalence out;
  out.paired = same_seeds(a, b);
  if (!a.empty() && !b.empty())
    out.estimate = stats::mean(values_of(b)) - stats::mean(values_of(a));
  if (a.size() < 2 || b.size() < 2) {
    out.reason = "fewer than two seeds: nothing is known about their spread";
    return out;
  }
  const claims::Measured measured = out.paired ? measure_paired(a, b) : measure_unpaired(a, b);
  if (measured.se <= kRounding) {
    if (out.paired && std::abs(measured.estimate) <= kRounding) {
      out.outcome = claims::Outcome::kSupported;
      out.narrow = out.wide = stats::Interval{0, 0};
    } else {
      out.reason = "zero variance: the scores do not differ between seeds";
    }
    return out;
  }
  const claims::Criterion criterion{claims::Shape::kWithin, margin};
  const std::vector<claims::Measured> steps = {measured};
  out.narrow = claims::interval(measured, 2 * kCompareAlpha);
  out.wide = claims::interval(measured, kCompareAlpha);
  out.p = claims::p_value(criterion, steps);
  out.outcome = claims::decide(criterion, steps, kCompareAlpha);
  if (out.outcome == claims::Outcome::kUndecided)
    out.reason = "the interval lies neither inside nor outside the margin";
  return out;
}

StoreComparison compare_stores(const store::Reader& a, const store::Reader& b,
                               const CompareRequest& request) {
  StoreComparison out;
  const auto names_a = experiment_names(a, request.experiment);
  const auto names_b = experiment_names(b, request.experiment);
  std::set<std::string> names(names_a.begin(), names_a.end());
  names.insert(names_b.begin(), names_b.end());
  for (const std::string& name : names) {
    Side side_a(a, name);
    Side side_b(b, name);
    for (const store::CellRow& cell : side_a.cells) {
      const store::CellRow* other = side_b.find(cell.name);
      if (other == nullptr) continue;
      for (const std::string& metric : request.metrics)
        out.cells.push_back(compare_cell(side_a, cell, side_b, *other, metric, request.margin));
    }
    note_only(side_a, side_b, out.only_a);
    note_only(side_b, side_a, out.only_b);
  }
  if (out.cells.empty())
    throw UsageError(fmt::format(
        "the databases have no cell in common{}: {} only in A, {} only in B",
        request.experiment.empty() ? "" : " in the experiment \"" + request.experiment + "\"",
        out.only_a.size(), out.only_b.size()));
  check_metrics(out, request);
  return out;
}

}  // namespace ratbench::cli
