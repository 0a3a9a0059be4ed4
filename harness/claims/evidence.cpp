#include "harness/claims/evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/claims/common_ground.hpp"
#include "harness/claims/honesty.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/specs/nearest.hpp"
#include "src/stats/rare_class.hpp"

namespace ratbench::claims {
namespace {

void check_class(const metrics::TaskSetting& setting, const std::string& name,
                 const std::string& file, const std::string& pointer) {
  const std::vector<std::string> names = store::named_classes(setting);
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  const std::string near =
      specs::nearest(name, std::vector<std::string_view>(names.begin(), names.end()));
  throw SpecError(file, pointer,
                  fmt::format("the data have no class \"{}\"{}; classes: {}", name,
                              near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near),
                              fmt::join(names, ", ")));
}

}  // namespace

store::MetricTables metric_tables(const std::string& metric, const metrics::TaskSetting& setting,
                                  const std::vector<std::string>& minority_classes,
                                  const std::string& file, const std::string& pointer) {
  const std::size_t slash = metric.find('/');
  if (slash != std::string::npos)
    check_class(setting, metric.substr(slash + 1), file, pointer + "/metric");
  if (metric == "minority_recall")
    for (const std::string& name : minority_classes)
      check_class(setting, name, file, "/data/minority_classes");
  auto found = store::MetricTables::of(setting, metric, minority_classes);
  if (!found)
    throw SpecError(
        file, pointer,
        fmt::format("the metric \"{}\" is none of the task {}{}; allowed: {}", metric, setting.task,
                    metric.starts_with("hierarchical_") ? " without data.hierarchy" : "",
                    fmt::join(store::metric_names(setting), ", ")));
  return std::move(*found);
}

std::vector<const stats::PredictionTable*> Evidence::tables() const {
  if (splits.empty()) return {&table};
  std::vector<const stats::PredictionTable*> all;
  for (const Split& split : splits) all.push_back(&split.table);
  return all;
}

// A split's own metric rests on the rows that it has, not on those of all splits together.
std::map<std::size_t, double> Evidence::rare_classes() const {
  std::map<std::size_t, double> fewest;
  for (const stats::PredictionTable* of : tables()) {
    const auto support = stats::support(*of, of->weights);
    for (const std::size_t c : stats::rare_classes(*of, of->weights))
      fewest[c] = fewest.contains(c) ? std::min(fewest[c], support[c]) : support[c];
  }
  return fewest;
}

std::string Evidence::truth_of(const stats::PredictionTable& of, std::size_t pattern) const {
  if (rows) return rows->describe(of.rows[pattern].front());
  const std::int32_t label = of.labels[pattern];
  if (!of.book) return class_names[static_cast<std::size_t>(label)];
  std::string words;
  for (const stats::ColumnCount& one : (*of.book)[label])
    words += (words.empty() ? "" : ", ") +
             (one.gold > 1 ? fmt::format("{:g} ", static_cast<double>(one.gold)) : "") +
             of.book->names()[one.column];
  return words.empty() ? "none" : words;
}

std::string Evidence::row_in_words(std::size_t pattern, std::size_t row) const {
  if (!rows) return truth_of(table, pattern);
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

const EvidenceReader::Rows& EvidenceReader::test_rows(const std::string& dataset) {
  const auto [place, is_new] = test_rows_.try_emplace(dataset);
  if (is_new)
    place->second = std::make_shared<store::SplitRows>(store::split_rows(reader_, dataset, "test"));
  return place->second;
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
  if (setting.task == "relation") setting.negative_class = question.negative_class;
  auto tables =
      metric_tables(metric, setting, minority_classes_, experiment_.file, question.pointer);
  out.metric = tables.function();
  if (setting.task == "relation" && !setting.negative_class.empty() && metric.starts_with("micro_"))
    out.caveats.push_back(
        fmt::format("{} leaves out the class {}", metric, setting.negative_class));
  if (metric != "minority_recall" || !out.metric.classes.empty()) return tables;
  out.nothing = "data.minority_classes names no class";
  return std::nullopt;
}

Evidence EvidenceReader::read(const Question& question, const std::string& metric) {
  Evidence out;
  out.nothing = question.blocked;
  if (!out.nothing.empty()) return out;
  std::vector<Group> groups;
  for (const std::vector<std::size_t>& places : question.splits)
    groups.push_back({places, "", split_name(cells_[question.cells[places.front()]].config)});
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
  Runs runs = collect(question, rows, out);
  if (!out.nothing.empty()) return out;
  fill_tables(groups, *tables, std::move(runs), out);
  std::vector<const store::CellRow*> stored;
  for (const std::size_t cell : question.cells) stored.push_back(stored_cell(cell));
  guards_->inspect(question, stored, out);
  if (const auto chosen = guards_->best_setting(question, metric)) out.notes.push_back(*chosen);
  return out;
}

}  // namespace ratbench::claims
