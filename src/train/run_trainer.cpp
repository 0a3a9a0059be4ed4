#include "src/train/run_trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "src/base/error.hpp"
#include "src/base/sha256.hpp"
#include "src/models/registry.hpp"
#include "src/train/evaluation.hpp"
#include "src/train/order.hpp"
#include "src/train/rounding_probe.hpp"

namespace ratbench::train {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<std::size_t> class_indices(const std::vector<std::string>& wanted,
                                       const std::vector<std::string>& names) {
  std::vector<std::size_t> indices;
  for (const std::string& name : wanted) {
    const auto it = std::find(names.begin(), names.end(), name);
    if (it == names.end())
      throw DataError(name, "", "data.minority_classes names no class of the data");
    indices.push_back(static_cast<std::size_t>(it - names.begin()));
  }
  return indices;
}

std::vector<optim::TrainedTensor> trained_tensors(models::Model& model) {
  std::vector<optim::TrainedTensor> tensors;
  for (const models::Parameter& p : model.parameters())
    tensors.push_back({.parameter = p.value, .gradient = p.grad});
  return tensors;
}

optim::AdamWOptions adamw_options(const Settings& settings) {
  optim::AdamWOptions options;
  options.lr = settings.lr;
  options.weight_decay = settings.weight_decay;
  options.clip_norm = settings.clip_norm;
  return options;
}

void hash_tensor(Sha256& hash, const at::Tensor& values) {
  const at::Tensor host = values.to(at::kCPU).contiguous();
  hash.update(std::span(static_cast<const std::byte*>(host.const_data_ptr()), host.nbytes()));
}

}  // namespace

RunTrainer::RunTrainer(const Dataset& data, const RunSpec& run,
                       const models::Arithmetic& arithmetic, RunSink& sink)
    : data_(data),
      run_(run),
      sink_(sink),
      settings_(settings_of(run.config)),
      training_(data, run.config, run.seed),
      minority_(class_indices(settings_.minority_classes, data.class_names())),
      total_steps_(settings_.total_steps(static_cast<std::int64_t>(training_.ids().size()))),
      context_{data.dim(), data.classes(), run.seed, data.device(), arithmetic},
      model_(models::make_model(run.config, context_)),
      loss_(losses::make_loss(run.config, training_.class_counts(), data.class_names())),
      attack_(attacks::make_attack(attacks::attack_parameters(run.config))),
      objective_(*model_, *loss_, run.seed),
      optimiser_(adamw_options(settings_), trained_tensors(*model_)),
      schedule_(settings_.schedule, settings_.warmup,
                settings_.total_updates(static_cast<std::int64_t>(training_.ids().size()))),
      accumulation_(*model_, settings_.accumulate),
      noise_(run.seed, Purpose::kAttackNoise) {
  if (settings_.rounding_probe)
    move_by_one_ulp(model_->parameters(), run.seed, *settings_.rounding_probe);
  outcome_.run_key = run.run_key;
  outcome_.precision = models::name(models::precision_of(run.config, context_));
  for (const double count : training_.class_counts())
    outcome_.train_class_counts.push_back(std::llround(count));
  outcome_.remarks = training_.remarks();
}

RunOutcome RunTrainer::train() {
  const auto start = Clock::now();
  bool goes_on = true;
  for (int epoch = 0; goes_on && step_ < total_steps_; ++epoch) goes_on = train_epoch(epoch);
  outcome_.counts = counts();
  record_final();
  outcome_.wall_s = seconds_since(start);
  return std::move(outcome_);
}

WorkCounts RunTrainer::counts() const {
  WorkCounts counts = outcome_.counts;
  counts.forward_passes = objective_.forward_passes();
  counts.backward_passes = objective_.backward_passes();
  return counts;
}

bool RunTrainer::train_steps(std::int64_t first, std::int64_t steps, StepClock* clock) {
  const auto rows = static_cast<std::int64_t>(training_.ids().size());
  const std::int64_t per_epoch = settings_.steps_per_epoch(rows);
  clock_ = clock;
  objective_.time_with(clock);
  if (clock != nullptr) clock->start();
  for (std::int64_t i = 0; i < steps; ++i) {
    step_ = (first + i) % total_steps_;
    const std::int64_t epoch = step_ / per_epoch;
    if (epoch != order_epoch_) order_ = epoch_order(training_.ids(), run_.seed, epoch);
    order_epoch_ = epoch;
    const std::int64_t begin = step_ % per_epoch * settings_.batch_size;
    const std::int64_t size = std::min(settings_.batch_size, rows - begin);
    const auto batch =
        std::span(order_).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(size));
    if (!train_batch(batch, static_cast<int>(epoch))) return false;
    if (accumulation_.full() || begin + size == rows || step_ == total_steps_) update();
    lap(clock_, Phase::kOptimiser);
  }
  return true;
}

bool RunTrainer::train_epoch(int epoch) {
  auto start = Clock::now();
  const std::vector<std::int64_t> order = epoch_order(training_.ids(), run_.seed, epoch);
  const auto batch_size = static_cast<std::size_t>(settings_.batch_size);
  for (std::size_t begin = 0; begin < order.size() && step_ < total_steps_; begin += batch_size) {
    const std::size_t size = std::min(batch_size, order.size() - begin);
    const bool finite = train_batch(std::span(order).subspan(begin, size), epoch);
    const bool pass_ends = begin + size == order.size() || step_ == total_steps_;
    if (finite && (accumulation_.full() || pass_ends)) update();
    if (finite && !evaluation_is_due(pass_ends)) continue;
    outcome_.train_s += seconds_since(start);
    if (!finite || !evaluate()) return false;
    start = Clock::now();
  }
  outcome_.train_s += seconds_since(start);
  return true;
}

bool RunTrainer::train_batch(std::span<const std::int64_t> rows, int epoch) {
  const bool attacked = attack_ && batch_is_attacked(run_.seed, step_, settings_.p_rat);
  TrainingBatch batch = training_.batch(rows);
  objective_.begin_step(step_, epoch, std::move(batch.targets));
  lap(clock_, Phase::kData);
  const double loss = attacked ? attacked_loss(batch.features, rows) : clean_loss(batch.features);
  lap(clock_, attacked ? Phase::kAttack : Phase::kBackward);
  const auto recorded = static_cast<float>(loss);
  if (!std::isfinite(recorded)) {
    diverge("the training loss is not finite");
    return false;
  }
  accumulation_.add(static_cast<std::int64_t>(rows.size()));
  outcome_.step_losses.push_back(recorded);
  outcome_.attacked.push_back(attacked ? '1' : '0');
  outcome_.counts.batches += 1;
  outcome_.counts.attacked_batches += attacked ? 1 : 0;
  outcome_.counts.samples += static_cast<std::int64_t>(rows.size());
  ++step_;
  sink_.progress(run_.run_key, step_, total_steps_);
  lap(clock_, Phase::kOther);
  return true;
}

void RunTrainer::update() {
  accumulation_.finish();
  optimiser_.step(schedule_.factor(optimiser_.steps()));
}

bool RunTrainer::evaluation_is_due(bool pass_ends) const {
  if (!settings_.eval_steps) return pass_ends;
  return step_ % *settings_.eval_steps == 0 || step_ == total_steps_;
}

double RunTrainer::attacked_loss(const at::Tensor& x, std::span<const std::int64_t> rows) {
  const attacks::NoiseSource noise(noise_, static_cast<std::uint32_t>(step_), rows);
  return attack_->apply(objective_, {x, {}}, noise).loss.item<double>();
}

double RunTrainer::clean_loss(const at::Tensor& x) {
  const at::Tensor logits = objective_.forward(x, attacks::Slot::kFirst);
  const losses::LossValue loss = objective_.loss(logits);
  objective_.backward(attacks::Slot::kFirst, loss.dlogits, attacks::Want::kParameters);
  return loss.value.item<double>();
}

void RunTrainer::diverge(const char* reason) {
  outcome_.diverged = true;
  outcome_.diverged_reason = reason;
  outcome_.diverged_step = step_;
}

EpochScores RunTrainer::since_evaluation() const {
  EpochScores scores;
  scores.epoch = static_cast<int>(outcome_.epochs.size()) + 1;
  scores.batches = step_ - evaluated_;
  double loss_sum = 0;
  for (auto s = static_cast<std::size_t>(evaluated_); s < outcome_.step_losses.size(); ++s) {
    loss_sum += outcome_.step_losses[s];
    scores.attacked_batches += outcome_.attacked[s] == '1' ? 1 : 0;
  }
  scores.train_loss = loss_sum / static_cast<double>(scores.batches);
  return scores;
}

bool RunTrainer::evaluate() {
  const at::Tensor logits = predict_logits(*model_, data_.val().features);
  if (!std::isfinite(logits.sum().item<double>())) {
    diverge("the validation logits are not finite");
    return false;
  }
  const auto confusion = metrics::confusion_matrix(data_.val().truth, predicted_classes(logits),
                                                   static_cast<std::size_t>(data_.classes()));
  EpochScores scores = since_evaluation();
  scores.val = scalar_metrics(confusion, minority_);
  evaluated_ = step_;
  const int number = scores.epoch;
  const auto metric = scores.val.find(settings_.select_metric);
  // Minority recall without minority classes selects nothing: every epoch ties at 0.
  const double value = metric == scores.val.end() ? 0 : metric->second;
  outcome_.epochs.push_back(std::move(scores));
  if (value > best_value_) {
    best_value_ = value;
    outcome_.best_epoch = number;
    keep_best();
  }
  return !settings_.patience || number - outcome_.best_epoch < *settings_.patience;
}

void RunTrainer::keep_best() {
  const auto& parameters = model_->parameters();
  best_weights_.resize(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (best_weights_[i].defined())
      best_weights_[i].copy_(parameters[i].value);
    else
      best_weights_[i] = parameters[i].value.clone();
  }
}

void RunTrainer::record_final() {
  Sha256 history;
  history.update(std::as_bytes(std::span(outcome_.step_losses)));
  outcome_.loss_history_sha256 = history.hex();
  Sha256 weights;
  for (const models::Parameter& p : model_->parameters()) hash_tensor(weights, p.value);
  outcome_.weights_sha256 = weights.hex();
  if (outcome_.diverged) return;

  Sha256 logits;
  hash_tensor(logits, record_splits("last"));
  auto& parameters = model_->parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].value.copy_(best_weights_[i]);
  hash_tensor(logits, record_splits("best"));
  outcome_.test_logits_sha256 = logits.hex();
}

at::Tensor RunTrainer::record_splits(const char* selection) {
  const auto classes = static_cast<std::size_t>(data_.classes());
  const auto add = [&](const char* split, const std::vector<std::int32_t>& truth,
                       const at::Tensor& logits, bool keeps_predictions) {
    std::vector<std::int32_t> predictions = predicted_classes(logits);
    auto confusion = metrics::confusion_matrix(truth, predictions, classes);
    if (!keeps_predictions) predictions.clear();
    outcome_.splits.push_back(
        {split, selection, std::move(predictions), std::move(confusion.counts)});
  };
  add("train", training_.truth(),
      predict_logits(*model_, training_.batch(training_.ids()).features), false);
  add("val", data_.val().truth, predict_logits(*model_, data_.val().features), true);
  const at::Tensor test_logits = predict_logits(*model_, data_.test().features);
  add("test", data_.test().truth, test_logits, true);
  return test_logits;
}

}  // namespace ratbench::train
