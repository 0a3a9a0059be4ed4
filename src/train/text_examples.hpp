// Which windows of a token file a run trains on, and what they predict.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "src/train/learner.hpp"
#include "src/train/text_dataset.hpp"

namespace ratbench::train {

// Ids are window + k windows for the k-th repetition of a window. Windows without a word (ner) are
// left out. Throws SpecError for another task than that of the data and for an augmentation that
// texts do not have.
Examples training_examples(const TextDataset& data, const RunSpec& run);

// Windows of `file` with these ids.
std::vector<std::int64_t> windows_of(const data::TokenSet& file, std::span<const std::int64_t> ids);

}  // namespace ratbench::train
