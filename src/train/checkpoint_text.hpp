// The numbers of a training state, histories included, as JSON text and back to the same bits.
// Tensors of the state lie beside the text.
#pragma once

#include <string>

#include "src/train/checkpoint.hpp"

namespace ratbench::train {

// `setting` is written in place of that of the state.
std::string text_of(const TrainingState& state, const std::string& setting);
// Throws DataError naming `file` when the text is not what text_of() writes.
TrainingState state_of_text(const std::string& text, const std::string& file);

}  // namespace ratbench::train
