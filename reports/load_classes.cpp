#include "reports/load_classes.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

namespace ratbench::reports {
namespace {

constexpr std::string_view kBegin = "B-";

// Of ner every tag "B-TYPE" stands for a type: there are as many as entities.
std::vector<ClassData> classes_of(const store::Reader& reader, const std::string& dataset,
                                  const std::string& task) {
  const std::vector<std::string> names = reader.class_names(dataset);
  const std::vector<std::int64_t> test = reader.support(dataset, "test");
  const std::vector<std::int64_t> training = reader.support(dataset, "train");
  std::vector<ClassData> classes;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool tag = task == "ner";
    if (tag && !names[i].starts_with(kBegin)) continue;
    ClassData klass{tag ? names[i].substr(kBegin.size()) : names[i], i < test.size() ? test[i] : 0};
    klass.most_support = klass.support;
    if (i < training.size()) klass.training = training[i];
    classes.push_back(std::move(klass));
  }
  return classes;
}

bool same_names(const std::vector<ClassData>& a, const std::vector<ClassData>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ClassData& x, const ClassData& y) { return x.name == y.name; });
}

// Group of every class by index; groups.size() for classes in none.
std::vector<std::size_t> groups_by_class(const std::vector<spec::ClassGroup>& groups,
                                         const std::vector<ClassData>& classes) {
  std::vector<std::size_t> by_class(classes.size(), groups.size());
  for (std::size_t c = 0; c < classes.size(); ++c)
    for (std::size_t g = 0; g < groups.size(); ++g)
      if (std::find(groups[g].classes.begin(), groups[g].classes.end(), classes[c].name) !=
          groups[g].classes.end())
        by_class[c] = g;
  return by_class;
}

// Adds the shares of one run's confusion counts, [classes, classes].
void add_shares(const std::vector<std::int64_t>& confusion, const std::vector<std::size_t>& of,
                std::size_t groups, std::vector<std::vector<double>>& sums) {
  const std::size_t classes = of.size();
  std::vector<std::vector<double>> counts(groups, std::vector<double>(groups + 2, 0));
  std::vector<double> rows(groups, 0);
  for (std::size_t truth = 0; truth < classes; ++truth) {
    if (of[truth] == groups) continue;
    for (std::size_t predicted = 0; predicted < classes; ++predicted) {
      const auto count = static_cast<double>(confusion[truth * classes + predicted]);
      counts[of[truth]][truth == predicted ? 0 : 1 + of[predicted]] += count;
      rows[of[truth]] += count;
    }
  }
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t k = 0; k < groups + 2 && rows[g] > 0; ++k)
      sums[g][k] += counts[g][k] / rows[g];
}

}  // namespace

void add_split_sizes(const store::Reader& reader, const std::vector<store::CellRow>& rows,
                     ReportData& data) {
  std::map<std::string, double> known;
  const auto total = [&](const std::string& dataset, const char* split) {
    const std::vector<std::int64_t> counts = reader.support(dataset, split);
    return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto [place, is_new] = known.try_emplace(rows[i].dataset, 0);
    if (is_new) {
      data.validation_is_test |= reader.validates_on_test(rows[i].dataset);
      if (const double train = total(rows[i].dataset, "train"); train > 0)
        place->second = total(rows[i].dataset, "test") / train;
    }
    data.cells[i].test_to_train = place->second;
  }
}

void add_classes(const store::Reader& reader, const std::vector<store::CellRow>& rows,
                 ReportData& data) {
  std::set<std::string> seen;
  for (const store::CellRow& row : rows) {
    if (!seen.insert(row.dataset).second) continue;
    const std::vector<ClassData> own = classes_of(reader, row.dataset, data.task);
    if (seen.size() == 1) {
      data.classes = own;
      continue;
    }
    if (!same_names(own, data.classes)) {
      data.classes.clear();
      return;
    }
    for (std::size_t i = 0; i < own.size(); ++i) {
      ClassData& klass = data.classes[i];
      if (own[i].training != klass.training) klass.training.reset();
      klass.most_support = std::max(klass.most_support, own[i].support);
      klass.support = std::min(klass.support, own[i].support);
    }
  }
}

void add_class_settings(const spec::Experiment& experiment, ReportData& data) {
  data.bands = spec::bands(experiment);
  data.groups = spec::class_groups(experiment);
  if (data.classes.empty()) return;
  std::vector<std::string> names;
  for (const ClassData& klass : data.classes) names.push_back(klass.name);
  spec::check_groups(experiment, names);
}

void add_group_shares(const store::Reader& reader, ReportData& data) {
  if (data.groups.empty() || data.classes.empty() || data.task == "ner" ||
      data.task == "multilabel")
    return;
  const std::size_t groups = data.groups.size();
  const std::vector<std::size_t> of = groups_by_class(data.groups, data.classes);
  for (CellData& cell : data.cells) {
    std::vector<std::vector<double>> sums(groups, std::vector<double>(groups + 2, 0));
    double runs = 0;
    for (const CellRun& run : cell.runs) {
      if (run.status != "done") continue;
      const auto confusion = reader.confusion(run.run_key, "test", cell.selection);
      if (confusion.size() != of.size() * of.size()) continue;
      add_shares(confusion, of, groups, sums);
      ++runs;
    }
    if (runs == 0) continue;
    for (auto& row : sums)
      for (double& share : row) share /= runs;
    cell.group_shares = std::move(sums);
  }
}

}  // namespace ratbench::reports
