#include "src/train/evaluation.hpp"

#include <ATen/ops/argmax.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <optional>

namespace ratbench::train {
namespace {

// Rows forwarded at once: enough for efficient products, small enough to stay in cache.
constexpr std::int64_t kChunkRows = 256;

}  // namespace

at::Tensor predict_logits(models::Model& model, const at::Tensor& features) {
  std::vector<at::Tensor> chunks;
  models::Activations scratch;
  for (std::int64_t begin = 0; begin < features.size(0); begin += kChunkRows) {
    const std::int64_t rows = std::min(kChunkRows, features.size(0) - begin);
    chunks.push_back(model.forward(features.narrow(0, begin, rows), std::nullopt, scratch));
  }
  return at::cat(chunks);
}

std::vector<std::int32_t> predicted_classes(const at::Tensor& logits) {
  const at::Tensor largest = at::argmax(logits, 1).to(at::kCPU);
  const auto* data = largest.const_data_ptr<std::int64_t>();
  std::vector<std::int32_t> classes(static_cast<std::size_t>(largest.numel()));
  std::transform(data, data + largest.numel(), classes.begin(),
                 [](std::int64_t c) { return static_cast<std::int32_t>(c); });
  return classes;
}

std::map<std::string, double> scalar_metrics(const metrics::Confusion& confusion,
                                             std::span<const std::size_t> minority) {
  const metrics::Classification scores = metrics::classify(confusion);
  std::map<std::string, double> values = {{"macro_f1", scores.macro.f1},
                                          {"macro_f1_of_means", scores.macro_f1_of_means},
                                          {"micro_f1", scores.micro.f1},
                                          {"weighted_f1", scores.weighted.f1},
                                          {"accuracy", scores.accuracy}};
  if (!minority.empty()) values["minority_recall"] = metrics::minority_recall(scores, minority);
  return values;
}

}  // namespace ratbench::train
