#include "src/train/judge.hpp"

#include <ATen/ops/sigmoid.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/metrics/classification.hpp"
#include "src/metrics/entities.hpp"
#include "src/metrics/relations.hpp"
#include "src/train/evaluation.hpp"
#include "src/train/thresholds.hpp"

namespace ratbench::train {
namespace {

std::size_t class_index(const std::string& wanted, const std::vector<std::string>& names,
                        const std::string& path) {
  const auto it = std::find(names.begin(), names.end(), wanted);
  if (it == names.end()) throw DataError(wanted, "", path + " names no class of the data");
  return static_cast<std::size_t>(it - names.begin());
}

// Probabilities [rows, labels] on the host.
at::Tensor probabilities(const at::Tensor& logits) {
  return at::sigmoid(logits.to(at::kCPU, at::kDouble)).contiguous();
}

// Counts of one label, in the order of the confusion of a multilabel split.
enum LabelCount : std::size_t { kTn, kFp, kFn, kTp, kLabelCounts };

double f1_of(std::int64_t tp, std::int64_t fp, std::int64_t fn) {
  const std::int64_t divisor = 2 * tp + fp + fn;
  return divisor == 0 ? 0 : 2 * static_cast<double>(tp) / static_cast<double>(divisor);
}

}  // namespace

std::string default_select_metric(data::Task task) {
  switch (task) {
    case data::Task::kNer:
      return "entity_f1";
    case data::Task::kMultilabel:
    case data::Task::kRelation:
      return "micro_f1";
    case data::Task::kClassification:
      break;
  }
  return "macro_f1";
}

Judge::Judge(const specs::Config& config, const std::vector<std::string>& class_names)
    : task_(task_of(config)),
      class_names_(class_names),
      for_micro_f1_(config.text_or("train.select_metric", default_select_metric(task_)) ==
                    "micro_f1") {
  if (config.has("data.minority_classes"))
    for (const std::string& name : config.texts("data.minority_classes"))
      minority_.push_back(class_index(name, class_names, "data.minority_classes"));
  if (task_ == data::Task::kRelation && config.has("data.negative_class"))
    negative_ = static_cast<std::int64_t>(
        class_index(config.text_or("data.negative_class", ""), class_names, "data.negative_class"));
}

std::vector<double> Judge::thresholds(const at::Tensor& logits, const Truth& truth) const {
  if (task_ != data::Task::kMultilabel) return {};
  const at::Tensor values = probabilities(logits);
  const auto rows = static_cast<std::size_t>(values.size(0));
  const std::size_t labels = class_names_.size();
  RB_CHECK_EQ(truth.units.size(), rows * labels);
  const auto* data = values.const_data_ptr<double>();
  std::vector<LabelColumn> columns(labels);
  for (std::size_t label = 0; label < labels; ++label) {
    for (std::size_t row = 0; row < rows; ++row) {
      columns[label].probabilities.push_back(data[row * labels + label]);
      columns[label].truth.push_back(truth.units[row * labels + label]);
    }
  }
  if (for_micro_f1_) return best_micro_thresholds(columns);
  std::vector<double> chosen;
  for (const LabelColumn& column : columns) chosen.push_back(best_threshold(column));
  return chosen;
}

std::vector<std::int32_t> Judge::predictions(const at::Tensor& logits,
                                             std::span<const double> thresholds) const {
  if (task_ != data::Task::kMultilabel) return predicted_classes(logits);
  RB_CHECK_EQ(thresholds.size(), class_names_.size());
  const at::Tensor values = probabilities(logits);
  const auto* data = values.const_data_ptr<double>();
  std::vector<std::int32_t> decided(static_cast<std::size_t>(values.numel()));
  for (std::size_t i = 0; i < decided.size(); ++i)
    decided[i] = data[i] >= thresholds[i % thresholds.size()] ? 1 : 0;
  return decided;
}

std::vector<std::int64_t> Judge::confusion(const Truth& truth,
                                           std::span<const std::int32_t> predictions) const {
  const std::size_t classes = class_names_.size();
  if (task_ != data::Task::kMultilabel)
    return metrics::confusion_matrix(truth.units, predictions, classes).counts;
  RB_CHECK_EQ(truth.units.size(), predictions.size());
  std::vector<std::int64_t> counts(classes * kLabelCounts);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const auto cell = static_cast<std::size_t>(2 * truth.units[i] + predictions[i]);
    ++counts[i % classes * kLabelCounts + cell];
  }
  return counts;
}

std::map<std::string, double> Judge::scores(const Truth& truth,
                                            std::span<const std::int32_t> predictions) const {
  if (task_ == data::Task::kNer) return entity_scores(truth, predictions);
  if (task_ == data::Task::kMultilabel) return label_scores(truth, predictions);
  return class_scores(truth, predictions);
}

std::map<std::string, double> Judge::class_scores(const Truth& truth,
                                                  std::span<const std::int32_t> predictions) const {
  const metrics::Confusion counts =
      metrics::confusion_matrix(truth.units, predictions, class_names_.size());
  std::map<std::string, double> values = scalar_metrics(counts, minority_);
  if (negative_ >= 0)
    values["micro_f1"] =
        metrics::relation_scores(counts, static_cast<std::size_t>(negative_)).micro.f1;
  return values;
}

std::map<std::string, double> Judge::entity_scores(
    const Truth& truth, std::span<const std::int32_t> predictions) const {
  const auto tags = [&](std::span<const std::int32_t> units) {
    std::vector<std::string> names;
    names.reserve(units.size());
    for (const std::int32_t unit : units)
      names.push_back(class_names_.at(static_cast<std::size_t>(unit)));
    return names;
  };
  metrics::EntityScorer strict(metrics::EntityScheme::kStrictIob2);
  metrics::EntityScorer conlleval(metrics::EntityScheme::kConlleval);
  for (std::size_t row = 0; row + 1 < truth.row_starts.size(); ++row) {
    const auto first = static_cast<std::size_t>(truth.row_starts[row]);
    const std::size_t size = static_cast<std::size_t>(truth.row_starts[row + 1]) - first;
    const auto expected = tags(std::span(truth.units).subspan(first, size));
    const auto found = tags(predictions.subspan(first, size));
    strict.add(expected, found);
    conlleval.add(expected, found);
  }
  const metrics::Scores scores = strict.scores().micro;
  return {{"entity_f1", scores.f1},
          {"entity_precision", scores.precision},
          {"entity_recall", scores.recall},
          {"entity_f1_conlleval", conlleval.scores().micro.f1}};
}

std::map<std::string, double> Judge::label_scores(const Truth& truth,
                                                  std::span<const std::int32_t> predictions) const {
  const std::vector<std::int64_t> counts = confusion(truth, predictions);
  const std::size_t labels = class_names_.size();
  std::vector<std::int64_t> all(kLabelCounts);
  double sum = 0;
  double weighted = 0;
  for (std::size_t label = 0; label < labels; ++label) {
    const std::int64_t* of_label = counts.data() + label * kLabelCounts;
    const double f1 = f1_of(of_label[kTp], of_label[kFp], of_label[kFn]);
    sum += f1;
    weighted += f1 * static_cast<double>(of_label[kTp] + of_label[kFn]);
    for (std::size_t cell = 0; cell < kLabelCounts; ++cell) all[cell] += of_label[cell];
  }
  std::int64_t exact = 0;
  for (std::size_t first = 0; first < predictions.size(); first += labels)
    exact += std::equal(predictions.begin() + static_cast<std::ptrdiff_t>(first),
                        predictions.begin() + static_cast<std::ptrdiff_t>(first + labels),
                        truth.units.begin() + static_cast<std::ptrdiff_t>(first))
                 ? 1
                 : 0;
  const auto rows = static_cast<double>(predictions.size() / labels);
  const std::int64_t positives = all[kTp] + all[kFn];
  return {{"micro_f1", f1_of(all[kTp], all[kFp], all[kFn])},
          {"macro_f1", sum / static_cast<double>(labels)},
          {"weighted_f1", positives == 0 ? 0 : weighted / static_cast<double>(positives)},
          {"exact_match", static_cast<double>(exact) / rows}};
}

}  // namespace ratbench::train
