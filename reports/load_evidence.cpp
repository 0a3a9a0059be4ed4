#include "reports/load_evidence.hpp"

#include <algorithm>
#include <optional>

#include "harness/store/split_rows.hpp"
#include "reports/class_bands.hpp"
#include "reports/task_words.hpp"
#include "src/metrics/task_metrics.hpp"
#include "src/stats/multiplicity.hpp"

namespace ratbench::reports {
namespace {

// Where scores and their differences can lie; t intervals of few seeds pass it.
constexpr stats::Interval kScores{0, 1};
constexpr stats::Interval kDifferences{-1, 1};

// Metrics that are functions of one confusion matrix share the table of a cell.
bool one_class(const store::SplitRows& split, const std::string& metric) {
  return (split.setting.task == "classification" || split.setting.task == "relation") &&
         !metric.starts_with("hierarchical_");
}

// Predictions of the finished runs of one cell, by seed.
struct CellPredictions {
  std::vector<std::uint64_t> seeds;
  SeedPredictions by_seed;
};

class EvidenceLoader {
 public:
  EvidenceLoader(const store::Reader& reader, TestRows& test_rows, ReportData& data)
      : reader_(reader), test_rows_(test_rows), data_(data) {}

  void load() {
    // One baseline at a time is kept: cells of the same test rows mostly stand together.
    std::size_t held = data_.cells.front().baseline;
    CellPredictions baseline = predictions(held);
    for (std::size_t i = 0; i < data_.cells.size(); ++i) {
      if (const auto first = data_.cells[i].repeats) {
        data_.cells[i].two_way = data_.cells[*first].two_way;
        data_.cells[i].without_predictions = data_.cells[*first].without_predictions;
        continue;
      }
      if (const std::size_t wanted = data_.cells[i].baseline; wanted != held) {
        held = wanted;
        baseline = predictions(held);
      }
      const CellPredictions own = i == held ? baseline : predictions(i);
      fill_metrics(i, own);
      if (i != held) compare(i, own, baseline);
    }
    correct();
  }

 private:
  // Of a cell that lacks those of one run none: intervals would be over other seeds than means.
  CellPredictions predictions(std::size_t cell) {
    const store::SplitRows& test = test_rows_.of(cell);
    CellPredictions out;
    std::size_t& unusable = data_.cells[cell].without_predictions;
    unusable = 0;
    for (const CellRun& run : data_.cells[cell].runs) {
      if (run.status != "done") continue;
      std::vector<std::int32_t> values =
          reader_.predictions(run.run_key, "test", data_.cells[cell].selection);
      if (!store::are_predictions_of(test, values)) {
        ++unusable;
        continue;
      }
      out.seeds.push_back(run.seed);
      out.by_seed.push_back(std::move(values));
    }
    if (unusable > 0) return {};
    return out;
  }

  // Metrics of the tables by name, with what counts them.
  std::vector<std::pair<std::string, store::MetricTables>> wanted(
      const metrics::TaskSetting& setting) const {
    std::vector<std::pair<std::string, store::MetricTables>> out;
    const auto add = [&](const std::string& name) {
      auto tables = store::MetricTables::of(setting, name, data_.minority_classes);
      // Minority recall of an experiment that names no minority class.
      const bool of_nothing =
          tables && tables->function().classes.empty() && name == "minority_recall";
      if (tables && !of_nothing) out.emplace_back(name, std::move(*tables));
    };
    for (const std::string& name : data_.metrics) add(name);
    const std::string score(class_score(data_.task).prefix);
    for (const ClassData& klass : data_.classes) add(score + klass.name);
    const std::vector<ClassBand> bands = class_bands(data_);
    for (const ClassBand& band : bands) {
      std::vector<std::string> names;
      for (const ClassData* klass : band.classes) names.push_back(klass->name);
      if (auto mean = store::MetricTables::mean_f1(setting, names))
        out.emplace_back(band.metric(), std::move(*mean));
    }
    // The table of the bands' classes shows F1, whatever the others show.
    for (const ClassData& klass : data_.classes)
      if (!bands.empty() && score != "f1/") add("f1/" + klass.name);
    for (const spec::ClassGroup& group : data_.groups)
      if (auto share = store::MetricTables::pooled_recall(setting, group.classes))
        out.emplace_back(group_recall(group), std::move(*share));
    return out;
  }

  void fill_metrics(std::size_t cell, const CellPredictions& own) {
    const store::SplitRows& test = test_rows_.of(cell);
    if (own.by_seed.size() < 2 || test.rows() < 2) return;
    std::optional<stats::PredictionTable> shared;
    for (auto& [name, tables] : wanted(test.setting)) {
      std::optional<TwoWayMetric> found;
      if (one_class(test, name)) {
        if (!shared) shared = tables.table(test, {own.by_seed});
        found = two_way_metric(*shared, tables.function());
      } else {
        found = two_way_metric(tables.table(test, {own.by_seed}), tables.function());
      }
      if (!found) continue;
      found->t95 = stats::clipped(found->t95, kScores);
      data_.cells[cell].two_way.emplace(name, *found);
    }
  }

  void compare(std::size_t cell, const CellPredictions& own, const CellPredictions& baseline) {
    const store::SplitRows& test = test_rows_.of(cell);
    const CellData& own_cell = data_.cells[cell];
    if (own_cell.selection != data_.cells[own_cell.baseline].selection || test.rows() < 2) return;
    const std::string& metric = data_.leading_metric(own_cell);
    auto tables = store::MetricTables::of(test.setting, metric, data_.minority_classes);
    if (!tables) return;
    SeedPredictions a, b;
    for (std::size_t i = 0; i < own.seeds.size(); ++i) {
      const auto at = std::find(baseline.seeds.begin(), baseline.seeds.end(), own.seeds[i]);
      if (at == baseline.seeds.end()) continue;
      a.push_back(own.by_seed[i]);
      b.push_back(baseline.by_seed[static_cast<std::size_t>(at - baseline.seeds.begin())]);
    }
    if (a.size() < 2) return;
    // McNemar's test is about rows that are right or wrong.
    std::optional<PairedDifference> found =
        one_class(test, metric)
            ? paired_difference(test.labels, a, b, test.setting.class_names.size(),
                                tables->function())
            : paired_difference(tables->table(test, {a, b}), tables->function());
    if (found) found->t95 = stats::clipped(found->t95, kDifferences);
    data_.cells[cell].against_baseline = std::move(found);
  }

  // Holm over all cells that are compared with a baseline.
  void correct() {
    std::vector<PairedDifference*> compared;
    std::vector<double> p;
    for (CellData& cell : data_.cells) {
      if (!cell.against_baseline) continue;
      compared.push_back(&*cell.against_baseline);
      p.push_back(cell.against_baseline->p);
    }
    const std::vector<double> adjusted = stats::holm(p);
    for (std::size_t i = 0; i < compared.size(); ++i) compared[i]->p_holm = adjusted[i];
  }

  const store::Reader& reader_;
  TestRows& test_rows_;
  ReportData& data_;
};

}  // namespace

void add_evidence(const store::Reader& reader, TestRows& test_rows, ReportData& data) {
  EvidenceLoader(reader, test_rows, data).load();
}

}  // namespace ratbench::reports
