#include "src/train/text_learner.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <optional>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/models/length_batches.hpp"
#include "src/models/registry.hpp"
#include "src/train/text_examples.hpp"
#include "src/train/token_batch.hpp"

namespace ratbench::train {
namespace {

// As for a frozen encoder: larger batches only leave the processor's caches.
constexpr std::int64_t kTokensPerThread = 512;
constexpr std::int64_t kTokensOnDevice = 65536;

void check_model(const data::TokenSet& file, const models::BertConfig& model) {
  if (file.largest_id() >= model.vocabulary)
    throw DataError(file.file(), "tensor \"ids\"",
                    "token " + std::to_string(file.largest_id()) +
                        " is not one of the model's, whose embedding table has " +
                        std::to_string(model.vocabulary) + " rows");
  if (file.longest() > model.max_positions)
    throw DataError(file.file(), "tensor \"starts\"",
                    "a window has " + std::to_string(file.longest()) + " tokens; the model takes " +
                        std::to_string(model.max_positions));
  for (const std::uint8_t type : file.types())
    if (type >= model.types)
      throw DataError(
          file.file(), "tensor \"types\"",
          "a second text, but the model knows " + std::to_string(model.types) + " segment types");
}

// A head reads what the data have: tags of words, marked arguments, or a text.
void check_head(const TextDataset& data, const specs::Config& config) {
  const bool words = data.task() == data::Task::kNer;
  const std::string head = config.text_or("model.head", words ? "token" : "cls");
  if ((head == "token") != words)
    throw SpecError("the experiment", "/model/head",
                    "found " + head + " with data of task " +
                        std::string(data::task_name(data.task())) +
                        "; head token and task ner go together");
  if (head != "entity_pair") return;
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest})
    if (data.file(split).markers().empty())
      throw DataError(data.file(split).file(), "tensor \"markers\"",
                      "missing, and head entity_pair reads the marked arguments");
}

}  // namespace

TextLearner::TextLearner(const TextDataset& data, const RunSpec& run,
                         const models::Arithmetic& arithmetic)
    : data_(data),
      examples_(training_examples(data, run)),
      evaluation_tokens_(data.device().is_cpu() ? kTokensPerThread * at::get_num_threads()
                                                : kTokensOnDevice) {
  check_head(data, run.config);
  const models::ModelContext context = {
      .dim = 0,
      .classes = static_cast<std::int64_t>(data.class_names().size()),
      .seed = run.seed,
      .device = data.device(),
      .arithmetic = arithmetic,
      .folder = data.model_folder(),
      .task = std::string(data::task_name(data.task()))};
  std::unique_ptr<models::Model> made = models::make_model(run.config, context);
  auto* bert = dynamic_cast<models::BertTask*>(made.get());
  RB_CHECK(bert != nullptr);
  made.release();
  model_ = std::make_unique<PlacedLogits>(std::unique_ptr<models::BertTask>(bert));
  precision_ = models::name(models::precision_of(run.config, context));
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest})
    check_model(data.file(split), bert->bert().config());
}

std::int64_t TextLearner::encoder_layers() const { return model_->task().bert().config().layers; }

std::int64_t TextLearner::length(std::int64_t id) const {
  const data::TokenSet& file = data_.file(Split::kTrain);
  const auto window = static_cast<std::size_t>(id % file.windows());
  return file.starts()[window + 1] - file.starts()[window];
}

BatchInputs TextLearner::begin_batch(std::span<const std::int64_t> ids) {
  PaddedWindows batch =
      padded_windows(data_.file(Split::kTrain), windows_of(data_.file(Split::kTrain), ids),
                     model_->task().bert().config().padding, data_.device());
  BatchInputs inputs = {
      .x = {}, .mask = {}, .ids = batch.tokens.ids, .targets = {std::move(batch.labels)}};
  inputs.mask = std::move(batch.free);
  inputs.real_tokens = batch.real_tokens;
  inputs.padded_tokens = batch.padded_tokens;
  inputs.x = model_->begin_batch(std::move(batch.tokens), std::move(batch.markers),
                                 std::move(batch.places));
  return inputs;
}

at::Tensor TextLearner::logits_of(const data::TokenSet& file,
                                  std::span<const std::int64_t> windows) {
  const bool words = file.task() == data::Task::kNer;
  std::vector<std::int32_t> lengths;
  std::vector<std::int64_t> first;  // row of each window's first logits
  std::int64_t rows = 0;
  for (const std::int64_t window : windows) {
    const auto begin = static_cast<std::size_t>(file.starts()[static_cast<std::size_t>(window)]);
    const auto end = static_cast<std::size_t>(file.starts()[static_cast<std::size_t>(window) + 1]);
    lengths.push_back(static_cast<std::int32_t>(end - begin));
    first.push_back(rows);
    if (words)
      for (std::size_t t = begin; t < end; ++t) rows += file.tags()[t] != data::kNoTag ? 1 : 0;
    else
      rows += 1;
  }
  first.push_back(rows);
  at::Tensor logits = at::empty({rows, static_cast<std::int64_t>(file.class_names().size())});
  models::Activations scratch;
  const auto compute = [&](std::span<const std::size_t> members) {
    std::vector<std::int64_t> batch_windows;
    std::vector<std::int64_t> targets;
    for (const std::size_t member : members) {
      batch_windows.push_back(windows[member]);
      for (std::int64_t row = first[member]; row < first[member + 1]; ++row) targets.push_back(row);
    }
    if (targets.empty()) return;
    PaddedWindows batch =
        padded_windows(file, batch_windows, model_->task().bert().config().padding, data_.device());
    const at::Tensor x = model_->begin_batch(std::move(batch.tokens), std::move(batch.markers),
                                             std::move(batch.places));
    const at::Tensor part = model_->forward(x, std::nullopt, scratch).to(at::kCPU, at::kFloat);
    logits.index_copy_(0, at::tensor(targets), part);
  };
  models::for_each_batch(lengths, evaluation_tokens_, compute,
                         [&](const std::string& remark) { examples_.remarks.push_back(remark); });
  return logits;
}

at::Tensor TextLearner::unit_logits(Split split) {
  if (split == Split::kTrain)
    return logits_of(data_.file(split), windows_of(data_.file(split), examples_.ids));
  const data::TokenSet& file = data_.file(split);
  std::vector<std::int64_t> windows(static_cast<std::size_t>(file.windows()));
  for (std::size_t i = 0; i < windows.size(); ++i) windows[i] = static_cast<std::int64_t>(i);
  const at::Tensor logits = logits_of(file, windows);
  if (file.task() != data::Task::kNer) return logits;
  // A word that no window predicts keeps equal logits, which are O.
  at::Tensor units = at::zeros({file.units(), logits.size(1)});
  std::vector<std::int64_t> places;
  for (std::size_t t = 0; t < file.tags().size(); ++t)
    if (file.tags()[t] != data::kNoTag) places.push_back(file.unit()[t]);
  return units.index_copy_(0, at::tensor(places), logits);
}

const Truth& TextLearner::truth(Split split) const {
  return split == Split::kTrain ? examples_.truth : data_.truth(split);
}

}  // namespace ratbench::train
