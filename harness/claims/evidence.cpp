#include "harness/claims/evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/claims/honesty.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"

namespace ratbench::claims {
namespace {

void check_class(const metrics::TaskSetting& setting, const std::string& name,
                 const std::string& file) {
  const std::vector<std::string> names = store::named_classes(setting);
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw SpecError(
        file, "/claims",
        fmt::format("the data have no class \"{}\"; classes: {}", name, fmt::join(names, ", ")));
}

// True when `places` hold as many cells of every arm, and of a trend as much of either sign, as
// each of `groups` equal groups would.
bool covers_every_arm(const Question& question, const std::vector<std::size_t>& places,
                      std::size_t groups) {
  const auto has = [&](std::size_t place) {
    return std::find(places.begin(), places.end(), place) != places.end();
  };
  const bool arms = std::all_of(question.arms.begin(), question.arms.end(), [&](const auto& arm) {
    return static_cast<std::size_t>(std::count_if(arm.begin(), arm.end(), has)) * groups ==
           arm.size();
  });
  if (!question.arms.empty()) return arms;
  double all = 0;
  double own = 0;
  for (std::size_t k = 0; k < question.cells.size(); ++k) {
    const double share = std::max(0.0, question.steps.front().contrast.coefficients[k]);
    all += share;
    if (has(k)) own += share;
  }
  // Sums of equal fractions in another order agree to far more than this.
  return std::abs(own * static_cast<double>(groups) - all) <= 1e-9 * all;
}

// What `data.split` draws; equal for cells that draw the same rows.
std::string split_of(const specs::Config& config) {
  std::string out = config.text_or("data.split.name", "given");
  for (const char* path :
       {"data.split.fraction", "data.split.folds", "data.split.fold", "data.split.seed"})
    out += " " + (config.has(path) ? specs::to_text(*config.find(path)) : "-");
  return out;
}

}  // namespace

store::MetricTables metric_tables(const std::string& metric, const metrics::TaskSetting& setting,
                                  const std::vector<std::string>& minority_classes,
                                  const std::string& file) {
  const std::size_t slash = metric.find('/');
  if (slash != std::string::npos) check_class(setting, metric.substr(slash + 1), file);
  if (metric == "minority_recall")
    for (const std::string& name : minority_classes) check_class(setting, name, file);
  auto found = store::MetricTables::of(setting, metric, minority_classes);
  if (!found)
    throw SpecError(
        file, "/claims",
        fmt::format("the metric \"{}\" is none of the task {}{}; allowed: {}", metric, setting.task,
                    metric.starts_with("hierarchical_") ? " without data.hierarchy" : "",
                    fmt::join(store::metric_names(setting), ", ")));
  return std::move(*found);
}

std::string Evidence::truth_of(std::size_t pattern) const {
  if (rows) return rows->describe(table.rows[pattern].front());
  return class_names[static_cast<std::size_t>(table.labels[pattern])];
}

std::string Evidence::row_in_words(std::size_t pattern, std::size_t row) const {
  if (!rows) return truth_of(pattern);
  const std::string truth = rows->describe(row);
  const std::string& task = rows->setting.task;
  if (task == "ner")
    return truth == "none" ? "a sentence without entities" : "a sentence with " + truth;
  if (task != "multilabel") return truth;
  if (truth == "none") return "no label";
  return (truth.find(", ") == std::string::npos ? "label " : "labels ") + truth;
}

EvidenceReader::EvidenceReader(const store::Reader& reader, const spec::Experiment& experiment,
                               const std::vector<grid::Cell>& cells)
    : reader_(reader),
      experiment_(experiment),
      cells_(cells),
      minority_classes_(reader.minority_classes(experiment.name)),
      guards_(std::make_unique<HonestyGuards>(reader, experiment, cells)) {
  for (store::CellRow& row : reader.cells(experiment.name)) {
    const Factors factors(row.factors.begin(), row.factors.end());
    stored_.emplace(factors, std::move(row));
  }
}

EvidenceReader::~EvidenceReader() = default;

const store::CellRow* EvidenceReader::stored_cell(std::size_t cell) const {
  const auto& factors = cells_[cell].factors;
  const auto found = stored_.find(Factors(factors.begin(), factors.end()));
  return found == stored_.end() ? nullptr : &found->second;
}

const store::StoredRun* EvidenceReader::run_of(std::size_t cell) {
  const auto [place, is_new] = runs_.try_emplace(cell);
  const store::CellRow* row = is_new ? stored_cell(cell) : nullptr;
  if (row != nullptr && !row->runs.empty())
    place->second = reader_.stored_run(row->runs.front().run_key);
  return place->second ? &*place->second : nullptr;
}

bool EvidenceReader::choose_selection(const Question& question, std::string& selection,
                                      Evidence& out) const {
  for (const std::size_t cell : question.cells) {
    const std::string own = cells_[cell].config.text_or("train.select", "best");
    if (!selection.empty() && own != selection) {
      out.nothing = "the arms select their epoch differently (train.select)";
      return false;
    }
    selection = own;
  }
  return true;
}

const EvidenceReader::Rows& EvidenceReader::test_rows(const std::string& dataset) {
  const auto [place, is_new] = test_rows_.try_emplace(dataset);
  if (is_new)
    place->second = std::make_shared<store::SplitRows>(store::split_rows(reader_, dataset, "test"));
  return place->second;
}

// The class that means no relation, which all cells must agree on.
bool EvidenceReader::choose_negative_class(const Question& question, std::string& name,
                                           Evidence& out) const {
  for (std::size_t k = 0; k < question.cells.size(); ++k) {
    const std::string own = cells_[question.cells[k]].config.text_or("data.negative_class", "");
    if (k > 0 && own != name) {
      out.nothing = "the arms name different negative classes (data.negative_class)";
      return false;
    }
    name = own;
  }
  return true;
}

// By the split that the cells draw; one group when they draw none or the same.
bool EvidenceReader::choose_groups(const Question& question, std::vector<Group>& groups,
                                   Evidence& out) const {
  std::map<std::string, std::vector<std::size_t>> by_split;
  for (std::size_t k = 0; k < question.cells.size(); ++k)
    by_split[split_of(cells_[question.cells[k]].config)].push_back(k);
  for (auto& [split, places] : by_split) groups.push_back({std::move(places), ""});
  const bool balanced = std::all_of(groups.begin(), groups.end(), [&](const Group& group) {
    return covers_every_arm(question, group.places, groups.size());
  });
  if (!balanced) out.nothing = "the arms do not cover the same splits of the data (data.split)";
  return balanced;
}

bool EvidenceReader::choose_data(const Question& question, Group& group, Evidence& out) {
  for (const std::size_t place : group.places) {
    const std::size_t cell = question.cells[place];
    const store::CellRow* row = stored_cell(cell);
    if (row == nullptr) {
      out.nothing = fmt::format("the database has no runs of the cell {}", cells_[cell].name);
      return false;
    }
    // Other inputs of the same rows (another encoder, another model) are paired row by row.
    if (!group.dataset.empty() && row->dataset != group.dataset &&
        !store::same_rows(*test_rows(row->dataset), *test_rows(group.dataset))) {
      out.nothing = "the arms are tested on different rows";
      return false;
    }
    group.dataset = row->dataset;
  }
  if (test_rows(group.dataset)->rows() >= 2) return true;
  out.nothing = "the database has no labels of the test split";
  return false;
}

std::optional<store::MetricTables> EvidenceReader::choose_metric(const Question& question,
                                                                 const std::string& metric,
                                                                 const std::vector<Group>& groups,
                                                                 Evidence& out) {
  metrics::TaskSetting setting = test_rows(groups.front().dataset)->setting;
  out.class_names = setting.class_names;
  for (const Group& group : groups) {
    const auto& own = test_rows(group.dataset)->setting;
    if (own.class_names == out.class_names && own.task == setting.task) continue;
    out.nothing = "the splits have different classes";
    return std::nullopt;
  }
  if (setting.task == "relation" && !choose_negative_class(question, setting.negative_class, out))
    return std::nullopt;
  auto tables = metric_tables(metric, setting, minority_classes_, experiment_.file);
  out.metric = tables.function();
  if (metric != "minority_recall" || !out.metric.classes.empty()) return tables;
  out.nothing = "data.minority_classes names no class";
  return std::nullopt;
}

Evidence EvidenceReader::read(const Question& question, const std::string& metric) {
  Evidence out;
  out.nothing = question.blocked;
  std::string selection;
  std::vector<Group> groups;
  if (!out.nothing.empty() || !choose_selection(question, selection, out) ||
      !choose_groups(question, groups, out))
    return out;
  for (Group& group : groups)
    if (!choose_data(question, group, out)) return out;
  auto tables = choose_metric(question, metric, groups, out);
  if (!tables) return out;
  std::vector<const store::SplitRows*> rows(question.cells.size());
  for (const Group& group : groups) {
    const store::SplitRows& test = *test_rows(group.dataset);
    for (const std::size_t place : group.places) rows[place] = &test;
    out.test_rows += test.rows();
  }
  Runs runs = collect(question, selection, rows, out);
  if (!out.nothing.empty()) return out;
  fill_tables(groups, *tables, std::move(runs), out);
  std::vector<const store::CellRow*> stored;
  for (const std::size_t cell : question.cells) stored.push_back(stored_cell(cell));
  guards_->inspect(question, stored, selection, out);
  if (const auto chosen = guards_->best_setting(question, metric)) out.notes.push_back(*chosen);
  return out;
}

}  // namespace ratbench::claims
