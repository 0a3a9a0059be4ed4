#include "src/metrics/row_counts.hpp"

#include <algorithm>
#include <iterator>

#include "src/base/check.hpp"

namespace ratbench::metrics {
namespace {

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

Scores scores_of(const ItemCounts& c) {
  const auto right = static_cast<double>(c.right);
  return {share(right, static_cast<double>(c.predicted)), share(right, static_cast<double>(c.gold)),
          share(2 * right, static_cast<double>(c.predicted + c.gold))};
}

double of(const Scores& scores, CountFormula formula) {
  switch (formula) {
    case CountFormula::kPooledPrecision:
    case CountFormula::kMeanPrecision:
      return scores.precision;
    case CountFormula::kPooledRecall:
    case CountFormula::kMeanRecall:
      return scores.recall;
    default:
      return scores.f1;
  }
}

bool is_pooled(CountFormula formula) {
  return formula == CountFormula::kPooledPrecision || formula == CountFormula::kPooledRecall ||
         formula == CountFormula::kPooledF1;
}

std::vector<std::size_t> columns_from(std::size_t begin, std::size_t count) {
  std::vector<std::size_t> columns(count);
  for (std::size_t i = 0; i < count; ++i) columns[i] = begin + i;
  return columns;
}

void add_pooled(std::vector<CountedMetric>& out, const std::string& f1,
                const std::string& precision, const std::string& recall,
                const std::vector<std::size_t>& columns) {
  out.push_back({f1, CountFormula::kPooledF1, columns});
  out.push_back({precision, CountFormula::kPooledPrecision, columns});
  out.push_back({recall, CountFormula::kPooledRecall, columns});
}

}  // namespace

RowCounter::RowCounter(const TaskSetting& setting) : multilabel_(setting.task == "multilabel") {
  if (setting.task == "ner") {
    TagSet set = tag_set(setting.class_names);
    names_ = std::move(set.types);
    tags_ = std::move(set.tags);
    columns_ = 2 * names_.size();
  } else if (multilabel_) {
    names_ = setting.class_names;
    columns_ = names_.size() + 1;
  }
  const bool has_tree = !setting.hierarchy.empty() && setting.task != "ner";
  if (has_tree) nodes_ = nodes_of_classes(setting.hierarchy, setting.class_names);
  hierarchy_ = columns_;
  if (has_tree) ++columns_;
  conlleval_ = setting.task == "ner" ? names_.size() : columns_;
  exact_ = multilabel_ ? names_.size() : columns_;
}

std::vector<RowCount> RowCounter::count(std::span<const std::int32_t> labels,
                                        std::span<const std::int32_t> predictions) const {
  RB_CHECK_EQ(labels.size(), predictions.size());
  std::vector<RowCount> out;
  if (!tags_.empty()) {
    count_entities(labels, predictions, EntityScheme::kStrictIob2, 0, out);
    count_entities(labels, predictions, EntityScheme::kConlleval, conlleval_, out);
  }
  if (multilabel_) count_labels(labels, predictions, out);
  if (!nodes_.empty()) out.push_back(count_nodes(labels, predictions));
  return out;
}

void RowCounter::count_entities(std::span<const std::int32_t> labels,
                                std::span<const std::int32_t> predictions, EntityScheme scheme,
                                std::size_t begin, std::vector<RowCount>& out) const {
  const auto spans = [&](std::span<const std::int32_t> units) {
    std::vector<TypedTag> tags;
    tags.reserve(units.size());
    for (const std::int32_t unit : units) {
      RB_CHECK_LT(static_cast<std::size_t>(unit), tags_.size());
      tags.push_back(tags_[static_cast<std::size_t>(unit)]);
    }
    return entity_spans(tags, scheme);
  };
  const std::vector<EntitySpan> gold = spans(labels);
  const std::vector<EntitySpan> predicted = spans(predictions);
  if (gold.empty() && predicted.empty()) return;
  std::vector<RowCount> by_type(names_.size());
  for (const EntitySpan& span : gold) ++by_type[static_cast<std::size_t>(span.type)].gold;
  for (const EntitySpan& span : predicted) {
    RowCount& counts = by_type[static_cast<std::size_t>(span.type)];
    ++counts.predicted;
    if (std::find(gold.begin(), gold.end(), span) != gold.end()) ++counts.right;
  }
  for (std::size_t type = 0; type < by_type.size(); ++type) {
    if (by_type[type].gold + by_type[type].predicted == 0) continue;
    by_type[type].column = static_cast<std::uint32_t>(begin + type);
    out.push_back(by_type[type]);
  }
}

void RowCounter::count_labels(std::span<const std::int32_t> labels,
                              std::span<const std::int32_t> predictions,
                              std::vector<RowCount>& out) const {
  RB_CHECK_EQ(labels.size(), names_.size());
  bool all_right = true;
  for (std::uint32_t c = 0; c < labels.size(); ++c) {
    all_right = all_right && labels[c] == predictions[c];
    if (labels[c] + predictions[c] > 0)
      out.push_back({c, labels[c] * predictions[c], predictions[c], labels[c]});
  }
  out.push_back({static_cast<std::uint32_t>(exact_), all_right ? 1 : 0, 1, 1});
}

std::vector<std::int32_t> RowCounter::nodes(std::span<const std::int32_t> units) const {
  std::vector<std::int32_t> all;
  const auto add = [&](std::size_t c) {
    RB_CHECK_LT(c, nodes_.size());
    all.insert(all.end(), nodes_[c].begin(), nodes_[c].end());
  };
  if (multilabel_) {
    for (std::size_t c = 0; c < units.size(); ++c)
      if (units[c] == 1) add(c);
  } else {
    for (const std::int32_t unit : units) add(static_cast<std::size_t>(unit));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

RowCount RowCounter::count_nodes(std::span<const std::int32_t> labels,
                                 std::span<const std::int32_t> predictions) const {
  const auto gold = nodes(labels);
  const auto predicted = nodes(predictions);
  std::vector<std::int32_t> both;
  std::set_intersection(gold.begin(), gold.end(), predicted.begin(), predicted.end(),
                        std::back_inserter(both));
  return {static_cast<std::uint32_t>(hierarchy_), static_cast<std::int32_t>(both.size()),
          static_cast<std::int32_t>(predicted.size()), static_cast<std::int32_t>(gold.size())};
}

std::vector<CountedMetric> counted_metrics(const RowCounter& counter) {
  std::vector<CountedMetric> out;
  const std::vector<std::string>& names = counter.names();
  const auto all = columns_from(0, names.size());
  if (counter.conlleval_begin() < counter.columns()) {
    add_pooled(out, "entity_f1", "entity_precision", "entity_recall", all);
    add_pooled(out, "entity_f1_conlleval", "entity_precision_conlleval", "entity_recall_conlleval",
               columns_from(counter.conlleval_begin(), names.size()));
  } else if (!names.empty()) {
    add_pooled(out, "micro_f1", "micro_precision", "micro_recall", all);
    out.push_back({"exact_match", CountFormula::kPooledRecall, {counter.exact_column()}});
  }
  if (!names.empty()) {
    out.push_back({"macro_f1", CountFormula::kMeanF1, all});
    out.push_back({"macro_f1_of_means", CountFormula::kF1OfMeans, all});
    out.push_back({"weighted_f1", CountFormula::kWeightedF1, all});
  }
  if (counter.hierarchy_column() < counter.columns())
    add_pooled(out, "hierarchical_f1", "hierarchical_precision", "hierarchical_recall",
               {counter.hierarchy_column()});
  for (std::size_t c = 0; c < names.size(); ++c) {
    out.push_back({"precision/" + names[c], CountFormula::kMeanPrecision, {c}});
    out.push_back({"recall/" + names[c], CountFormula::kMeanRecall, {c}});
    out.push_back({"f1/" + names[c], CountFormula::kMeanF1, {c}});
  }
  return out;
}

double counted_value(const CountedMetric& metric, std::span<const ItemCounts> sums) {
  ItemCounts pooled;
  Scores mean;
  double weighted = 0;
  const auto columns = static_cast<double>(metric.columns.size());
  for (const std::size_t c : metric.columns) {
    RB_CHECK_LT(c, sums.size());
    const Scores own = scores_of(sums[c]);
    pooled.right += sums[c].right;
    pooled.predicted += sums[c].predicted;
    pooled.gold += sums[c].gold;
    mean.precision += own.precision / columns;
    mean.recall += own.recall / columns;
    mean.f1 += own.f1 / columns;
    weighted += static_cast<double>(sums[c].gold) * own.f1;
  }
  if (is_pooled(metric.formula)) return of(scores_of(pooled), metric.formula);
  if (metric.formula == CountFormula::kWeightedF1)
    return share(weighted, static_cast<double>(pooled.gold));
  if (metric.formula == CountFormula::kF1OfMeans)
    return share(2 * mean.precision * mean.recall, mean.precision + mean.recall);
  return of(mean, metric.formula);
}

}  // namespace ratbench::metrics
