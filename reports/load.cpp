#include "reports/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "reports/data_sets.hpp"
#include "reports/honesty.hpp"
#include "reports/load_classes.hpp"
#include "reports/load_cost.hpp"
#include "reports/load_evidence.hpp"
#include "reports/load_scores.hpp"
#include "reports/load_training.hpp"
#include "reports/object_factors.hpp"
#include "reports/task_words.hpp"
#include "reports/test_rows.hpp"
#include "src/base/error.hpp"
#include "src/base/folder_name.hpp"
#include "src/base/version.hpp"
#include "src/stats/summary.hpp"

namespace ratbench::reports {
namespace {

using RunIndex = std::unordered_map<std::string, store::RunRow>;

// Parameters that cannot matter in a cell: those that its configuration lacks. The switches of
// attack and augmentation (p_rat, lambda) always show their value, unless the file switches the
// thing itself off.
std::vector<std::string> inactive_factors(const CellData& cell, const specs::Config& config) {
  std::vector<std::string> inactive;
  for (const auto& [path, value] : cell.factors) {
    const std::string section = path.substr(0, path.find('.'));
    const std::string* name = cell.factor(section + ".name");
    const bool named_none = name != nullptr && *name == "none" && path != section + ".name";
    const bool is_switch = path == "attack.p_rat" || path == "augmentation.lambda";
    const specs::Value* stored = config.find(path);
    const bool replaced =
        path == section + ".name" && stored != nullptr && specs::to_text(*stored) != value;
    if (named_none || (!is_switch && (stored == nullptr || replaced))) inactive.push_back(path);
  }
  return inactive;
}

// "ldam: defer_epochs 5, reweight drw": what the name of a loss in a table leaves open.
std::string loss_text(const specs::Config& config) {
  constexpr std::string_view kSection = "loss.";
  std::string text;
  for (const specs::ParamSpec& param : specs::all_params()) {
    const specs::Value* value = config.find(param.path);
    if (value == nullptr || !param.path.starts_with(kSection) || param.path == "loss.name")
      continue;
    const std::string shown = specs::to_text(*value);
    if (shown == "none" || shown == "0") continue;  // switched off
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", param.path.substr(kSection.size()), shown);
  }
  return text.empty() ? "" : config.text_or("loss.name", "") + ": " + text + ".";
}

bool cell_matches(const CellData& cell, const specs::Config& config,
                  const spec::PaperNumber& number) {
  return std::all_of(number.where_text.begin(), number.where_text.end(), [&](const auto& at) {
    if (const std::string* value = cell.factor(at.first)) return *value == at.second;
    const specs::Value* value = config.find(at.first);
    return value != nullptr && specs::to_text(*value) == at.second;
  });
}

void add_paper(const spec::Paper& paper, const specs::Config& config, CellData& cell) {
  for (const spec::PaperNumber& number : paper.numbers) {
    if (!cell_matches(cell, config, number)) continue;
    const std::string place =
        number.note.empty() ? number.place : number.place + " (" + number.note + ")";
    cell.paper.emplace(number.metric, PaperNumber{number.value.real(), place});
  }
}

CellData make_cell(const store::Reader& reader, const store::CellRow& row,
                   const spec::Experiment& experiment) {
  CellData cell;
  cell.factors = row.factors;
  for (const store::CellRun& run : row.runs)
    cell.runs.push_back(
        {run.seed, run.run_key, std::string(store::to_text(run.status)), run.failure_kind});
  cell.selection = "best";
  if (cell.runs.empty()) return cell;
  const auto stored = reader.stored_run(cell.runs.front().run_key);
  if (!stored) return cell;
  cell.task = stored->config.text_or("task", "classification");
  cell.negative_class = stored->config.text_or("data.negative_class", "");
  cell.selection = stored->config.text_or("train.select", "best");
  cell.inactive = inactive_factors(cell, stored->config);
  cell.training = attack_of(stored->config);
  cell.loss = loss_text(stored->config);
  cell.untreated = stored->config.text_or("attack.name", "none") == "none" &&
                   stored->config.text_or("augmentation.name", "none") == "none";
  add_paper(experiment.paper, stored->config, cell);
  return cell;
}

// "augmentation.lambda 20, attack.p_rat 0.5".
std::string selection_text(const spec::Arm& arm) {
  std::string text;
  for (const auto& [id, value] : arm.where)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", specs::all_params()[id].path,
                        value == nullptr ? "default" : value->text);
  return text;
}

std::vector<std::string> chosen_metrics(const store::Reader& reader,
                                        const spec::Experiment& experiment,
                                        const std::vector<CellData>& cells) {
  if (experiment.settings.has("report.metrics")) return experiment.settings.texts("report.metrics");
  const std::vector<std::string> known = reader.metric_names(experiment.name);
  std::vector<std::string> chosen;
  const auto has = [](const auto& list, std::string_view metric) {
    return std::find(list.begin(), list.end(), metric) != list.end();
  };
  for (const CellData& cell : cells)
    for (const std::string_view metric : default_metrics(cell.task))
      if (has(known, metric) && !has(chosen, metric)) chosen.emplace_back(metric);
  if (chosen.empty()) chosen.emplace_back(default_metrics(cells.front().task).front());
  return chosen;
}

// ---- times ------------------------------------------------------------------------------------

struct Time {
  std::string where;  // device, kernel, threads: times of others are not comparable
  double train_s = 0;
};

// Training time by seed of a cell's finished runs; fused runs have no time of their own.
std::map<std::uint64_t, Time> times_of(const CellData& cell, const RunIndex& runs) {
  std::map<std::uint64_t, Time> times;
  for (const CellRun& run : cell.runs) {
    const auto found = runs.find(run.run_key);
    if (run.status != "done" || found == runs.end() || found->second.mode == "fused") continue;
    const store::RunRow& row = found->second;
    if (row.train_s > 0)
      times[run.seed] = {fmt::format("{} {} {}", row.device_name, row.kernel, row.threads),
                         row.train_s};
  }
  return times;
}

// Of medians: one run that shared the machine with something else moves a mean at will.
std::optional<double> time_ratio(const std::map<std::uint64_t, Time>& cell,
                                 const std::map<std::uint64_t, Time>& clean) {
  std::vector<double> ours, theirs;
  for (const auto& [seed, time] : cell) {
    const auto found = clean.find(seed);
    if (found == clean.end() || found->second.where != time.where) continue;
    ours.push_back(time.train_s);
    theirs.push_back(found->second.train_s);
  }
  if (ours.empty()) return std::nullopt;
  return stats::median(ours) / stats::median(theirs);
}

// Of the runs of one cell, which all do the same work.
std::optional<double> slowest_to_median(const std::map<std::uint64_t, Time>& cell) {
  std::vector<double> times;
  for (const auto& [seed, time] : cell) times.push_back(time.train_s);
  if (times.empty()) return std::nullopt;
  return *std::max_element(times.begin(), times.end()) / stats::median(times);
}

void add_batches(const RunIndex& runs, CellData& cell) {
  std::int64_t batches = 0, attacked = 0, finished = 0;
  for (const CellRun& run : cell.runs) {
    const auto found = runs.find(run.run_key);
    if (run.status != "done" || found == runs.end()) continue;
    ++finished;
    batches += found->second.counters.batches;
    attacked += found->second.counters.attacked_batches;
  }
  if (batches == 0) return;
  cell.training.attacked_share = static_cast<double>(attacked) / static_cast<double>(batches);
  cell.training.batches = static_cast<double>(batches) / static_cast<double>(finished);
}

// The cell that times are relative to: without attack, of the same training file, without
// augmentation if there is one. Null when there is none.
const CellData* first_clean(const std::vector<CellData>& cells, const CellData& cell) {
  const auto file = [](const CellData& of) {
    const std::string* path = of.factor("data.train");
    return path == nullptr ? std::string() : *path;
  };
  const CellData* found = nullptr;
  for (const CellData& other : cells) {
    if (!other.training.clean() || file(other) != file(cell)) continue;
    if (other.untreated) return &other;
    if (found == nullptr) found = &other;
  }
  return found;
}

void add_times(const RunIndex& runs, ReportData& data) {
  for (CellData& cell : data.cells) add_batches(runs, cell);
  for (CellData& cell : data.cells) {
    const auto own = times_of(cell, runs);
    cell.training.slowest_to_median = slowest_to_median(own);
    if (const CellData* clean = first_clean(data.cells, cell)) {
      cell.training.first_clean = static_cast<std::size_t>(clean - data.cells.data());
      cell.training.time_to_first_clean = time_ratio(own, times_of(*clean, runs));
    }
  }
}

// ---- provenance -------------------------------------------------------------------------------

void add_run(const store::Reader& reader, const store::RunRow& run, Provenance& provenance) {
  ++provenance.runs;
  ++provenance.data[run.dataset];
  if (run.status != store::RunStatus::kDone) return;
  ++provenance.devices[run.device_name.empty() ? run.device : run.device_name];
  // The majority is counted, not computed.
  if (run.counters.batches > 0) ++provenance.kernels[run.kernel];
  ++provenance.threads[std::to_string(run.threads)];
  ++provenance.modes[run.mode];
  ++provenance.concurrent_runs[std::to_string(run.concurrent_runs)];
  const std::vector<store::AttemptRow> attempts = reader.attempts(run.run_key);
  if (!attempts.empty()) {
    const store::Provenance& from = attempts.back().provenance;
    ++provenance.programs[from.program_version + " " + from.git_revision];
    ++provenance.libtorch[from.libtorch_version];
  }
  const auto stored = reader.stored_run(run.run_key);
  if (!stored) return;
  ++provenance.method_versions[std::to_string(stored->method_version)];
  const auto folder = stored->data.paths.find("model");
  const auto weights = stored->data.sha256.find("model");
  if (folder != stored->data.paths.end() && weights != stored->data.sha256.end())
    ++provenance.models[fmt::format("{}, weights SHA-256 {}", folder_name(folder->second),
                                    weights->second)];
}

void refuse_mixed_methods(const ReportData& data) {
  if (data.provenance.method_versions.size() < 2) return;
  std::string found;
  for (const auto& [version, runs] : data.provenance.method_versions)
    found += fmt::format("{}{} ({} runs)", found.empty() ? "" : ", ", version, runs);
  throw UsageError(fmt::format(
      "experiment '{}' has runs of several method versions: {}; their numbers cannot be compared. "
      "`ratbench run` with this program trains what is missing.",
      data.experiment, found));
}

}  // namespace

ReportData load_report_data(const store::Reader& reader, const spec::Experiment& experiment,
                            const std::filesystem::path& database) {
  const auto row = reader.experiment(experiment.name);
  if (!row)
    throw UsageError(
        fmt::format("{}: the store has no experiment '{}'; `ratbench run {}` trains it",
                    database.string(), experiment.name, experiment.file));
  ReportData data;
  data.experiment = row->name;
  data.title = row->title.empty() ? row->name : row->title;
  data.file = row->file;
  data.citation = experiment.paper.citation;
  data.minority_classes = reader.minority_classes(experiment.name);
  for (const spec::Arm& arm : experiment.arms) data.arms.push_back({arm.name, selection_text(arm)});
  std::vector<store::CellRow> rows = reader.cells(experiment.name);
  data.other_seeds = leave_out_other_seeds(experiment.seeds, rows);
  for (const store::CellRow& cell : rows) data.cells.push_back(make_cell(reader, cell, experiment));
  data.task = data.cells.front().task;
  data.metrics = chosen_metrics(reader, experiment, data.cells);
  for (const auto& [path, value] : data.cells.front().factors) data.factors.push_back(path);
  add_classes(reader, rows, data);
  add_split_sizes(reader, rows, data);
  add_class_settings(experiment, data);
  add_group_shares(reader, data);
  add_scores(reader, data);
  RunIndex runs;
  for (store::RunRow& run : reader.runs(experiment.name)) {
    add_run(reader, run, data.provenance);
    const std::string key = run.run_key;
    runs.emplace(key, std::move(run));
  }
  refuse_mixed_methods(data);
  add_times(runs, data);
  add_training(reader, data);
  add_costs(reader, rows, data);
  // Divergence is an outcome that a report must state, and so are measured times.
  if (row->progress.done + row->progress.diverged == 0 && data.costs.empty())
    throw UsageError(fmt::format("{}: no run of experiment '{}' has finished yet",
                                 database.string(), experiment.name));
  add_object_factors(experiment, data);
  name_data_sets(data);
  data.provenance.database = database.filename().string();
  data.provenance.registered_at = row->registered_at;
  data.provenance.schema_version = reader.schema_version();
  complete_layout(data);
  TestRows test_rows(reader, rows, data.cells);
  assign_baselines(test_rows, data);
  add_evidence(reader, test_rows, data);
  data.warnings = find_doubts(data);
  return data;
}

}  // namespace ratbench::reports
