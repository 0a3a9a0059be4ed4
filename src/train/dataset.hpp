// The three splits of one data set as tensors on a device, checked once and shared by all runs of a
// worker. Features of the training split stay in the mapped file while the device is the CPU.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "src/data/features.hpp"
#include "src/train/learner.hpp"

namespace ratbench::train {

struct SplitTensors {
  at::Tensor features;  // [rows, dim] float32
  at::Tensor labels;    // [rows] int64; multilabel [rows, labels], 0 or 1
  Truth truth;          // labels on the host, for metrics
  std::int64_t rows() const { return features.size(0); }
};

class Dataset final : public TrainingData {
 public:
  // `paths` maps train, val and test to safetensors files, `sha256` to what they must hold (see
  // open_unchanged). Throws DataError for whatever is wrong with them, one by one or together.
  Dataset(const std::map<std::string, std::string>& paths, const at::Device& device,
          const std::map<std::string, std::string>& sha256 = {});

  const data::FeatureSet& training_file() const { return train_file_; }
  const SplitTensors& train() const { return train_; }
  const SplitTensors& val() const { return val_; }
  const SplitTensors& test() const { return test_; }
  const std::vector<std::string>& class_names() const override { return train_file_.class_names(); }
  data::Task task() const { return train_file_.task(); }
  std::int64_t dim() const { return train_file_.dim(); }
  std::int64_t classes() const { return static_cast<std::int64_t>(class_names().size()); }
  const at::Device& device() const override { return device_; }
  std::unique_ptr<Learner> learner(const RunSpec& run,
                                   const models::Arithmetic& arithmetic) const override;

 private:
  at::Device device_;
  data::FeatureSet train_file_;
  SplitTensors train_;
  SplitTensors val_;
  SplitTensors test_;
};

}  // namespace ratbench::train
