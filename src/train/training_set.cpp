#include "src/train/training_set.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/ones.h>

#include "src/base/error.hpp"

namespace ratbench::train {
namespace {

template <typename T>
at::Tensor copied(const std::vector<T>& values, at::ScalarType type, at::IntArrayRef shape) {
  return at::from_blob(const_cast<T*>(values.data()), shape, type).clone();
}

// Kept rows first, made rows after them.
at::Tensor joined(const at::Tensor& kept, const at::Tensor& made) {
  return at::cat({kept, made.to(kept.device())});
}

}  // namespace

void check_whole_rows(const augment::AugmentParameters& parameters, data::Task task) {
  if (parameters.lambda == 0 || parameters.name == "none") return;
  const bool single = task == data::Task::kClassification || task == data::Task::kRelation;
  if (parameters.name == "samples" || parameters.name == "eda" ||
      (single && parameters.name == "oversample"))
    return;
  throw SpecError("the experiment", "/augmentation/name",
                  "found " + parameters.name + ", which cannot be applied to these data of task " +
                      std::string(data::task_name(task)) + "; allowed: none, samples, eda" +
                      (single ? ", oversample" : ""));
}

TrainingSet::TrainingSet(const Dataset& data, const specs::Config& config, std::uint64_t seed)
    : features_(data.train().features), labels_(data.train().labels) {
  const data::FeatureSet& file = data.training_file();
  const augment::AugmentParameters parameters = augment::augment_parameters(config);
  if (data.task() == data::Task::kMultilabel) {
    choose_rows(data, parameters, seed);
    return;
  }
  const augment::TrainingRows rows = {file.features(), file.dim(), file.labels(), file.aug_index(),
                                      data.classes()};
  augment::AugmentedRows result = augment::augment(rows, parameters, seed, data.class_names());
  examples_.ids = result.kept;
  for (const std::int64_t row : examples_.ids)
    examples_.truth.units.push_back(data.train().truth.units[static_cast<std::size_t>(row)]);
  examples_.class_counts = std::move(result.class_counts);
  examples_.remarks = std::move(result.remarks);
  if (!result.made_ids.empty()) add_made(data, result);
}

void TrainingSet::choose_rows(const Dataset& data, const augment::AugmentParameters& parameters,
                              std::uint64_t seed) {
  const data::FeatureSet& file = data.training_file();
  check_whole_rows(parameters, data.task());
  // Any one class will do: these augmentations only choose rows.
  const std::vector<std::int64_t> one_class(static_cast<std::size_t>(file.rows()), 0);
  augment::AugmentedRows result = augment::augment({{}, 0, one_class, file.aug_index(), 1},
                                                   parameters, seed, data.class_names());
  examples_.ids = std::move(result.kept);
  examples_.remarks = std::move(result.remarks);
  const std::size_t labels = data.class_names().size();
  examples_.class_counts.assign(labels, 0);
  for (const std::int64_t row : examples_.ids)
    for (std::size_t label = 0; label < labels; ++label) {
      const std::int32_t flag =
          data.train().truth.units[static_cast<std::size_t>(row) * labels + label];
      examples_.truth.units.push_back(flag);
      examples_.class_counts[label] += flag;
    }
}

void TrainingSet::add_made(const Dataset& data, const augment::AugmentedRows& rows) {
  const auto made = static_cast<std::int64_t>(rows.made_ids.size());
  const at::Tensor kept = index_of(rows.kept);
  const at::Tensor kept_labels = at::index_select(data.train().labels, 0, kept);
  features_ = joined(at::index_select(data.train().features, 0, kept),
                     copied(rows.made_features, at::kFloat, {made, data.dim()}));
  labels_ = joined(kept_labels, copied(rows.made_labels, at::kLong, {made}));
  if (!rows.made_share.empty()) {
    other_ = joined(kept_labels, copied(rows.made_other, at::kLong, {made}));
    share_ = joined(at::ones(kept_labels.sizes(), kept_labels.options().dtype(at::kDouble)),
                    copied(rows.made_share, at::kDouble, {made}));
  }
  for (std::size_t i = 0; i < rows.made_ids.size(); ++i) {
    examples_.ids.push_back(rows.made_ids[i]);
    examples_.truth.units.push_back(static_cast<std::int32_t>(rows.made_labels[i]));
  }
  for (std::size_t row = 0; row < examples_.ids.size(); ++row)
    positions_.emplace(examples_.ids[row], static_cast<std::int64_t>(row));
}

at::Tensor TrainingSet::index_of(std::span<const std::int64_t> ids) const {
  const auto size = static_cast<std::int64_t>(ids.size());
  if (positions_.empty()) {
    auto* rows = const_cast<std::int64_t*>(ids.data());
    return at::from_blob(rows, {size}, at::kLong).to(features_.device());
  }
  std::vector<std::int64_t> rows;
  rows.reserve(ids.size());
  for (const std::int64_t id : ids) rows.push_back(positions_.at(id));
  return copied(rows, at::kLong, {size}).to(features_.device());
}

TrainingBatch TrainingSet::batch(std::span<const std::int64_t> ids) const {
  const at::Tensor index = index_of(ids);
  at::Tensor features = at::index_select(features_, 0, index);
  at::Tensor labels = at::index_select(labels_, 0, index);
  if (!share_.defined()) return {std::move(features), {std::move(labels)}};
  return {
      std::move(features),
      {std::move(labels), at::index_select(other_, 0, index), at::index_select(share_, 0, index)}};
}

}  // namespace ratbench::train
