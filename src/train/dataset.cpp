#include "src/train/dataset.hpp"

#include <ATen/ops/from_blob.h>

#include "src/base/error.hpp"
#include "src/data/content.hpp"
#include "src/train/feature_learner.hpp"
#include "src/train/prior.hpp"

namespace ratbench::train {
namespace {

using Names = std::map<std::string, std::string>;

data::FeatureSet open_split(const Names& paths, const char* split, const Names& sha256) {
  const auto it = paths.find(split);
  if (it == paths.end()) throw DataError(split, "", "no file is named for this split");
  return data::FeatureSet::from(data::open_unchanged(it->second, split, sha256));
}

SplitTensors with_flags(const data::FeatureSet& file, SplitTensors split) {
  const auto labels = static_cast<std::int64_t>(file.class_names().size());
  auto* flags = const_cast<std::uint8_t*>(file.flags().data());
  split.labels = at::from_blob(flags, {file.rows(), labels}, at::kByte).to(at::kLong);
  split.truth.units.assign(file.flags().begin(), file.flags().end());
  for (std::int64_t row = 0; row <= file.rows(); ++row)
    split.truth.row_starts.push_back(row * labels);
  return split;
}

// Tensors over the memory of `file`, which LibTorch only reads.
SplitTensors view_of(const data::FeatureSet& file) {
  auto* features = const_cast<float*>(file.features().data());
  SplitTensors split;
  split.features = at::from_blob(features, {file.rows(), file.dim()}, at::kFloat);
  if (file.task() == data::Task::kMultilabel) return with_flags(file, std::move(split));
  auto* labels = const_cast<std::int64_t*>(file.labels().data());
  split.labels = at::from_blob(labels, {file.rows()}, at::kLong);
  for (const std::int64_t label : file.labels())
    split.truth.units.push_back(static_cast<std::int32_t>(label));
  return split;
}

SplitTensors on_device(SplitTensors split, const at::Device& device) {
  split.features = split.features.to(device);
  split.labels = split.labels.to(device);
  return split;
}

// A copy, so that the split outlives its file and is aligned as LibTorch's own memory is: the
// rounding of a product can depend on alignment.
SplitTensors copied(const data::FeatureSet& file, const at::Device& device) {
  SplitTensors split = view_of(file);
  split.features = split.features.clone();
  split.labels = split.labels.clone();
  return on_device(std::move(split), device);
}

}  // namespace

Dataset::Dataset(const Names& paths, const at::Device& device, const Names& sha256)
    : device_(device), train_file_(open_split(paths, "train", sha256)) {
  const data::FeatureSet val = open_split(paths, "val", sha256);
  const data::FeatureSet test = open_split(paths, "test", sha256);
  data::check_splits(train_file_, val, test);
  train_ = on_device(view_of(train_file_), device);
  val_ = copied(val, device);
  test_ = copied(test, device);
}

std::unique_ptr<Learner> Dataset::learner(const RunSpec& run,
                                          const models::Arithmetic& arithmetic) const {
  if (is_prior(run.config))
    return std::make_unique<PriorLearner>(task(),
                                          TrainingSet(*this, run.config, run.seed).examples(),
                                          val_.truth, test_.truth, device_);
  return std::make_unique<FeatureLearner>(*this, run, arithmetic);
}

}  // namespace ratbench::train
