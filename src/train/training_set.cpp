#include "src/train/training_set.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/ones.h>

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

TrainingSet::TrainingSet(const Dataset& data, const specs::Config& config, std::uint64_t seed)
    : features_(data.train().features), labels_(data.train().labels) {
  const data::FeatureSet& file = data.training_file();
  const augment::TrainingRows rows = {file.features(), file.dim(), file.labels(), file.aug_index(),
                                      data.classes()};
  augment::AugmentedRows result =
      augment::augment(rows, augment::augment_parameters(config), seed, data.class_names());
  ids_ = result.kept;
  for (const std::int64_t row : ids_)
    truth_.push_back(data.train().truth[static_cast<std::size_t>(row)]);
  class_counts_ = std::move(result.class_counts);
  remarks_ = std::move(result.remarks);
  if (!result.made_ids.empty()) add_made(data, result);
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
    ids_.push_back(rows.made_ids[i]);
    truth_.push_back(static_cast<std::int32_t>(rows.made_labels[i]));
  }
  for (std::size_t row = 0; row < ids_.size(); ++row)
    positions_.emplace(ids_[row], static_cast<std::int64_t>(row));
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
