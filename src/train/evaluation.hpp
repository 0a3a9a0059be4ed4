// Predictions of a model on a split, and the scalar metrics computed from them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "src/metrics/classification.hpp"
#include "src/models/model.hpp"

namespace ratbench::train {

// Logits [rows, classes] of all rows in evaluation mode, in the order of `features` [rows, dim].
at::Tensor predict_logits(models::Model& model, const at::Tensor& features);

// Index of the largest logit of every row, the first one on ties.
std::vector<std::int32_t> predicted_classes(const at::Tensor& logits);

// The scalar metrics of an epoch record, by their names in the store; minority_recall only where
// `minority` lists class indices. Each in 0..1.
std::map<std::string, double> scalar_metrics(const metrics::Confusion& confusion,
                                             std::span<const std::size_t> minority);

}  // namespace ratbench::train
