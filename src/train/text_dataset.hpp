// The three splits of one data set as token sequences, with the folder of the model that reads
// them. The files stay mapped; batches are made from them when they are needed.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "src/data/token_file.hpp"
#include "src/train/learner.hpp"

namespace ratbench::train {

class TextDataset final : public TrainingData {
 public:
  // `paths` maps train, val and test to token files, and `model` to the model's folder; `sha256`
  // says what the files must hold (see open_unchanged). Throws DataError for whatever is wrong with
  // the files, one by one or together.
  TextDataset(const std::map<std::string, std::string>& paths, const at::Device& device,
              const std::map<std::string, std::string>& sha256 = {});

  data::Task task() const { return files_.front().task(); }
  const data::TokenSet& file(Split split) const { return files_[static_cast<std::size_t>(split)]; }
  const Truth& truth(Split split) const { return truths_[static_cast<std::size_t>(split)]; }
  // "" when `paths` names none.
  const std::string& model_folder() const { return model_folder_; }

  const std::vector<std::string>& class_names() const override {
    return files_.front().class_names();
  }
  const at::Device& device() const override { return device_; }
  std::unique_ptr<Learner> learner(const RunSpec& run,
                                   const models::Arithmetic& arithmetic) const override;

 private:
  at::Device device_;
  std::string model_folder_;
  std::vector<data::TokenSet> files_;  // by Split
  std::vector<Truth> truths_;
};

// True when `paths` names token files rather than feature files. Throws DataError when the training
// file cannot be read.
bool names_texts(const std::map<std::string, std::string>& paths);

}  // namespace ratbench::train
