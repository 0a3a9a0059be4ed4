#include "harness/worker/method_trainer.hpp"

#include <ATen/Parallel.h>
#include <torch/version.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string_view>

#include "harness/worker/machine.hpp"
#include "harness/worker/termination.hpp"
#include "src/base/error.hpp"
#include "src/base/heap.hpp"
#include "src/models/bert_config.hpp"
#include "src/train/dataset.hpp"
#include "src/train/text_dataset.hpp"
#include "src/train/trainer.hpp"

namespace ratbench::worker {
namespace {

// Data sets kept at a time; a sweep visits them in turn, ten folds for example.
constexpr std::size_t kKeptDatasets = 10;
// Tokens of a usual batch of texts; the choice of a routine hardly depends on the number.
constexpr std::int64_t kProbeTokens = 512;
// What LibTorch multiplies with on a GPU.
constexpr const char* kCublas = "cublas";

// Translates the method's reports into messages, adding what the group says of device and kernel.
class MessageSink final : public train::RunSink {
 public:
  MessageSink(protocol::ResultSink& sink, protocol::RunResult facts, const DataWatch& watch,
              std::filesystem::path checkpoints)
      : sink_(sink),
        facts_(std::move(facts)),
        watch_(watch),
        checkpoints_(std::move(checkpoints)) {}

  void progress(const std::string& run_key, std::int64_t step, std::int64_t total) override {
    sink_.progress(run_key, step, total);
  }
  void event(const std::string& run_key, const std::string& sentence) override {
    sink_.report(protocol::RunEvent{run_key, sentence});
  }
  bool must_stop() const override { return TerminationNoted::asked(); }
  void stop() override { TerminationNoted::obey(); }
  void finished(const train::RunOutcome& outcome) override {
    try {
      watch_.check_mapped();
    } catch (const DataError&) {
      // Nobody is to go on from what was learned of other data.
      std::error_code ignored;
      if (!checkpoints_.empty())
        std::filesystem::remove_all(checkpoints_ / outcome.run_key, ignored);
      failed(outcome.run_key, std::current_exception());
      return;
    }
    // Standard error is the log of the attempt.
    for (const std::string& remark : outcome.remarks) std::cerr << remark << '\n';
    protocol::RunResult result = to_message(outcome);
    result.peak_memory_bytes = peak_memory_bytes();
    result.device_name = facts_.device_name;
    result.driver = facts_.driver;
    result.kernel = facts_.kernel;
    if (outcome.precision != models::name(models::Precision::kFp32))
      result.kernel += "+" + outcome.precision;
    result.threads = facts_.threads;
    sink_.report(result);
  }
  void failed(const std::string& run_key, std::exception_ptr cause) override {
    sink_.report(to_failure(run_key, std::move(cause)));
  }

 private:
  protocol::ResultSink& sink_;
  protocol::RunResult facts_;
  const DataWatch& watch_;
  std::filesystem::path checkpoints_;  // of the group; empty: none
};

}  // namespace

protocol::Hello MethodTrainer::hello() {
  protocol::Hello hello;
  hello.devices = device_list();
  hello.libtorch_version = TORCH_VERSION;
  return hello;
}

const MethodTrainer::Loaded& MethodTrainer::dataset(const protocol::DataFiles& files,
                                                    const std::string& device) {
  check_model(files);  // its weights are read anew by every run
  const auto known = std::find_if(loaded_.begin(), loaded_.end(), [&](const Loaded& other) {
    return other.files == files && other.device == device;
  });
  if (known != loaded_.end() && known->watch.untouched()) {
    loaded_.splice(loaded_.begin(), loaded_, known);
    return loaded_.front();
  }
  if (known != loaded_.end()) loaded_.erase(known);
  DataWatch watch(files);
  auto data = open_data(files.paths, device_named(device), files.sha256);
  loaded_.push_front({files, device, std::move(watch), std::move(data)});
  if (loaded_.size() > kKeptDatasets) loaded_.pop_back();
  return loaded_.front();
}

void MethodTrainer::train(const protocol::TrainGroup& group, protocol::ResultSink& sink) {
  at::set_num_threads(group.threads);
  const at::Device device = device_named(group.device);
  train::GroupSpec spec;
  const Loaded& loaded = dataset(group.data, group.device);
  spec.data = loaded.data.get();
  if (group.runs.empty()) return;
  const specs::Config& config = group.runs.front().config;
  const LayerShape layer = main_layer(*spec.data, config);
  spec.arithmetic = requested_arithmetic(group.kernel, device, config, layer);
  for (const protocol::RunRequest& run : group.runs)
    spec.runs.push_back(
        {run.run_key, run.seed, run.config, group.checkpoints, group.checkpoint_every_s});

  protocol::RunResult facts;
  facts.device_name = device_model(device);
  facts.driver = driver_version(device);
  facts.kernel = device.is_cpu() ? std::string(models::name(spec.arithmetic.product)) : kCublas;
  facts.threads = group.threads;
  if (layer.rows > 0) sink.chose_kernel(facts.kernel);
  MessageSink messages(sink, std::move(facts), loaded.watch, group.checkpoints);
  const TerminationNoted noted;
  train::train_group(spec, messages);
}

std::unique_ptr<train::TrainingData> open_data(const std::map<std::string, std::string>& paths,
                                               const at::Device& device,
                                               const std::map<std::string, std::string>& sha256) {
  if (train::names_texts(paths)) return std::make_unique<train::TextDataset>(paths, device, sha256);
  return std::make_unique<train::Dataset>(paths, device, sha256);
}

LayerShape main_layer(const train::TrainingData& data, const specs::Config& config) {
  if (const auto* features = dynamic_cast<const train::Dataset*>(&data))
    return {config.integer_or("train.batch_size", 32), features->dim(),
            config.integer_or("model.hidden", 512)};
  const auto& texts = dynamic_cast<const train::TextDataset&>(data);
  if (texts.model_folder().empty()) return {};
  const models::BertConfig model = models::read_bert_config(texts.model_folder());
  return {kProbeTokens, model.hidden, model.intermediate};
}

models::Product requested_product(const std::string& kernel, const at::Device& device,
                                  const LayerShape& shape) {
  if (!device.is_cpu() && (kernel == "auto" || kernel == kCublas)) return models::Product::kMkl;
  if (kernel == "auto" && shape.rows == 0) return models::Product::kMkl;
  if (kernel == "auto") return models::faster_product(shape.rows, shape.in, shape.out);
  const auto product = models::product_named(kernel);
  if (product && device.is_cpu()) return *product;
  throw UsageError("product routine \"" + kernel +
                   "\" is not one of the worker's on this device: " +
                   (device.is_cpu() ? "auto, mkl, onednn, avx512" : "auto, cublas"));
}

models::Arithmetic requested_arithmetic(const std::string& kernel, const at::Device& device,
                                        const specs::Config& config, const LayerShape& shape) {
  const std::size_t plus = kernel.find('+');
  models::Arithmetic arithmetic = requested_product(kernel.substr(0, plus), device, shape);
  if (plus == std::string::npos) return arithmetic;
  const std::string ending = kernel.substr(plus + 1);
  for (const models::Precision precision :
       {models::Precision::kBf16, models::Precision::kBf16Emulated})
    if (ending == models::name(precision)) arithmetic.bf16 = precision;
  if (!arithmetic.bf16)
    throw UsageError("kernel \"" + kernel +
                     "\" is unknown; allowed after + are bf16, bf16-emulated");
  const bool asked = config.text_or("train.precision", "fp32") == "bf16";
  if (asked && arithmetic.bf16 == models::Precision::kBf16 &&
      models::bf16_on(device) != models::Precision::kBf16)
    throw EnvironmentError("kernel " + kernel +
                           " needs bfloat16 instructions, which this processor does not have");
  return arithmetic;
}

protocol::RunResult to_message(const train::RunOutcome& outcome) {
  protocol::RunResult result;
  result.run_key = outcome.run_key;
  result.diverged = outcome.diverged;
  result.diverged_reason = outcome.diverged_reason;
  result.diverged_step = outcome.diverged_step;
  result.best_epoch = outcome.best_epoch;
  result.counters.batches = outcome.counts.batches;
  result.counters.attacked_batches = outcome.counts.attacked_batches;
  result.counters.forward_passes = outcome.counts.forward_passes;
  result.counters.backward_passes = outcome.counts.backward_passes;
  result.counters.samples = outcome.counts.samples;
  result.counters.real_tokens = outcome.counts.real_tokens;
  result.counters.padded_tokens = outcome.counts.padded_tokens;
  result.train_s = outcome.train_s;
  result.wall_s = outcome.wall_s;
  result.weights_sha256 = outcome.weights_sha256;
  result.loss_history_sha256 = outcome.loss_history_sha256;
  result.test_logits_sha256 = outcome.test_logits_sha256;
  result.step_losses = outcome.step_losses;
  result.attacked = outcome.attacked;
  for (const train::EpochScores& epoch : outcome.epochs)
    result.epochs.push_back(
        {epoch.epoch, epoch.train_loss, epoch.val, epoch.batches, epoch.attacked_batches});
  for (const train::SplitPredictions& split : outcome.splits)
    result.outcomes.push_back(
        {split.split, split.selection, split.predictions, split.confusion, split.thresholds});
  result.train_class_counts = outcome.train_class_counts;
  return result;
}

protocol::RunFailure to_failure(const std::string& run_key, std::exception_ptr cause) {
  try {
    std::rethrow_exception(std::move(cause));
  } catch (const DataError& e) {
    return {run_key, "data", e.what()};
  } catch (const std::exception& e) {
    return {run_key, lacks_memory(e) ? "oom" : "error", e.what()};
  } catch (...) {
    return {run_key, "error", "an exception without a text"};
  }
}

}  // namespace ratbench::worker
