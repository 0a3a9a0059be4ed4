#include "reports/load_evidence.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "src/stats/metric_name.hpp"
#include "src/stats/multiplicity.hpp"

namespace ratbench::reports {
namespace {

struct TestSplit {
  std::vector<std::int32_t> labels;
  std::vector<std::string> class_names;
  bool operator==(const TestSplit&) const = default;
};

// Predictions of the finished runs of one cell, by seed.
struct CellPredictions {
  std::vector<std::uint64_t> seeds;
  SeedPredictions by_seed;
};

class EvidenceLoader {
 public:
  EvidenceLoader(const store::Reader& reader, const std::vector<store::CellRow>& rows,
                 ReportData& data)
      : reader_(reader), rows_(rows), data_(data) {}

  void load() {
    const CellPredictions baseline = predictions(data_.baseline);
    for (std::size_t i = 0; i < data_.cells.size(); ++i) {
      const CellPredictions own = i == data_.baseline ? baseline : predictions(i);
      fill_metrics(i, own);
      if (i != data_.baseline) compare(i, own, baseline);
    }
    correct();
  }

 private:
  const TestSplit& split(std::size_t cell) {
    const std::string& dataset = rows_[cell].dataset;
    const auto [place, is_new] = splits_.try_emplace(dataset);
    if (is_new) place->second = {reader_.labels(dataset, "test"), reader_.class_names(dataset)};
    return place->second;
  }

  CellPredictions predictions(std::size_t cell) {
    const TestSplit& test = split(cell);
    const auto classes = static_cast<std::int32_t>(test.class_names.size());
    CellPredictions out;
    for (const CellRun& run : data_.cells[cell].runs) {
      if (run.status != "done") continue;
      std::vector<std::int32_t> values =
          reader_.predictions(run.run_key, "test", data_.cells[cell].selection);
      const bool usable = values.size() == test.labels.size() &&
                          std::all_of(values.begin(), values.end(), [&](std::int32_t value) {
                            return value >= 0 && value < classes;
                          });
      if (!usable) return {};
      out.seeds.push_back(run.seed);
      out.by_seed.push_back(std::move(values));
    }
    return out;
  }

  void fill_metrics(std::size_t cell, const CellPredictions& own) {
    const TestSplit& test = split(cell);
    std::vector<std::string> wanted = data_.metrics;
    for (const ClassData& klass : data_.classes) wanted.push_back("recall/" + klass.name);
    std::vector<std::string> names;
    std::vector<stats::MetricFunction> functions;
    for (const std::string& name : wanted) {
      auto function = stats::metric_by_name(name, test.class_names, data_.minority_classes);
      // Minority recall of an experiment that names no minority class.
      const bool of_nothing = function && function->classes.empty() && name == "minority_recall";
      if (!function || of_nothing) continue;
      names.push_back(name);
      functions.push_back(std::move(*function));
    }
    const auto found =
        two_way_metrics(test.labels, own.by_seed, test.class_names.size(), functions);
    for (std::size_t m = 0; m < names.size(); ++m)
      if (found[m]) data_.cells[cell].two_way.emplace(names[m], *found[m]);
  }

  void compare(std::size_t cell, const CellPredictions& own, const CellPredictions& baseline) {
    const TestSplit& test = split(cell);
    if (data_.cells[cell].selection != data_.cells[data_.baseline].selection ||
        test != split(data_.baseline))
      return;
    const auto metric =
        stats::metric_by_name(data_.primary_metric(), test.class_names, data_.minority_classes);
    if (!metric) return;
    SeedPredictions a, b;
    for (std::size_t i = 0; i < own.seeds.size(); ++i) {
      const auto at = std::find(baseline.seeds.begin(), baseline.seeds.end(), own.seeds[i]);
      if (at == baseline.seeds.end()) continue;
      a.push_back(own.by_seed[i]);
      b.push_back(baseline.by_seed[static_cast<std::size_t>(at - baseline.seeds.begin())]);
    }
    data_.cells[cell].against_baseline =
        paired_difference(test.labels, a, b, test.class_names.size(), *metric);
  }

  // Holm over all cells that are compared with the baseline.
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
  const std::vector<store::CellRow>& rows_;
  ReportData& data_;
  std::map<std::string, TestSplit> splits_;
};

}  // namespace

void add_evidence(const store::Reader& reader, const std::vector<store::CellRow>& rows,
                  ReportData& data) {
  EvidenceLoader(reader, rows, data).load();
}

}  // namespace ratbench::reports
