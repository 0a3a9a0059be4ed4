// Which rate and which decay a parameter of a BERT with a head takes, by its name. Rates fall from
// the head towards the embeddings (Howard and Ruder, "Universal language model fine-tuning for text
// classification", 2018, section 3.2).
#pragma once

#include <cstdint>
#include <string_view>

namespace ratbench::optim {

// What AdamW does with one tensor beside the settings of the run; fields as in TrainedTensor.
struct Group {
  double lr_scale = 1;
  bool decay = true;
};

// Layer of a parameter in a BERT of `layers` encoder layers: 0 for "embeddings.*", i + 1 for
// "encoder.layer.i.*"; -1 for whatever follows the encoder (pooler, classifier).
std::int64_t layer_of(std::string_view parameter, std::int64_t layers);

// lr_scale = layer_decay^(layers - l) for layer l, 1 after the encoder; no weight decay for biases
// and LayerNorm weights (takes_decay).
Group layer_group(std::string_view parameter, std::int64_t layers, double layer_decay);

}  // namespace ratbench::optim
