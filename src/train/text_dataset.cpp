#include "src/train/text_dataset.hpp"

#include "src/base/error.hpp"
#include "src/data/content.hpp"
#include "src/train/prior.hpp"
#include "src/train/text_examples.hpp"
#include "src/train/text_learner.hpp"

namespace ratbench::train {
namespace {

constexpr const char* kModel = "model";

}  // namespace

bool names_texts(const std::map<std::string, std::string>& paths) {
  const auto train = paths.find("train");
  return train != paths.end() && data::Safetensors::open(train->second).find("ids") != nullptr;
}

TextDataset::TextDataset(const std::map<std::string, std::string>& paths, const at::Device& device,
                         const std::map<std::string, std::string>& sha256)
    : device_(device) {
  if (const auto model = paths.find(kModel); model != paths.end()) model_folder_ = model->second;
  for (const char* split : {"train", "val", "test"}) {
    const auto path = paths.find(split);
    if (path == paths.end()) throw DataError(split, "", "no file is named for this split");
    files_.push_back(data::TokenSet::from(data::open_unchanged(path->second, split, sha256)));
  }
  data::check_splits(files_[0], files_[1], files_[2]);
  for (const data::TokenSet& file : files_)
    truths_.push_back({file.unit_labels(), file.row_units()});
}

std::unique_ptr<Learner> TextDataset::learner(const RunSpec& run,
                                              const models::Arithmetic& arithmetic) const {
  if (is_prior(run.config))
    return std::make_unique<PriorLearner>(task(), training_examples(*this, run), truth(Split::kVal),
                                          truth(Split::kTest), device_);
  return std::make_unique<TextLearner>(*this, run, arithmetic);
}

}  // namespace ratbench::train
