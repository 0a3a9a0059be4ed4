// Evaluations of a run and what it leaves behind.
#include <cmath>

#include "src/base/heap.hpp"
#include "src/base/sha256.hpp"
#include "src/train/run_trainer.hpp"

namespace ratbench::train {
namespace {

void hash_tensor(Sha256& hash, const at::Tensor& values) {
  const at::Tensor host = values.to(at::kCPU).contiguous();
  hash.update(std::span(static_cast<const std::byte*>(host.const_data_ptr()), host.nbytes()));
}

}  // namespace

void RunTrainer::diverge(const char* reason) {
  outcome_.diverged = true;
  outcome_.diverged_reason = reason;
  outcome_.diverged_step = step_;
}

void RunTrainer::tell(std::string sentence) {
  sink_.event(run_.run_key, sentence);
  outcome_.events.push_back(std::move(sentence));
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
  scores.train_loss = scores.batches == 0 ? 0 : loss_sum / static_cast<double>(scores.batches);
  return scores;
}

bool RunTrainer::evaluate() {
  const at::Tensor logits = learner_->unit_logits(Split::kVal);
  if (!std::isfinite(logits.sum().item<double>())) {
    diverge("the validation logits are not finite");
    return false;
  }
  if (learner_->has_lengths()) return_freed_memory();
  const Truth& truth = learner_->truth(Split::kVal);
  const auto predictions = judge_.predictions(logits, judge_.thresholds(logits, truth));
  EpochScores scores = since_evaluation();
  scores.val = judge_.scores(truth, predictions);
  evaluated_ = step_;
  evaluated_logits_ = logits;
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
  best_logits_ = evaluated_logits_;
  const auto& parameters = learner_->model().parameters();
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
  for (const models::Parameter& p : learner_->model().parameters()) hash_tensor(weights, p.value);
  outcome_.weights_sha256 = weights.hex();
  if (outcome_.diverged) return;

  Sha256 logits;
  at::Tensor test_logits =
      record_splits("last", evaluated_ == step_ ? evaluated_logits_ : at::Tensor());
  hash_tensor(logits, test_logits);
  if (last_is_best()) {
    repeat_splits("best");
  } else {
    auto& parameters = learner_->model().parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].set(best_weights_[i]);
    test_logits = record_splits("best", best_logits_);
  }
  hash_tensor(logits, test_logits);
  outcome_.test_logits_sha256 = logits.hex();
  if (learner_->has_lengths()) return_freed_memory();
}

bool RunTrainer::last_is_best() {
  const auto& parameters = learner_->model().parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (!parameters[i].value.equal(best_weights_[i])) return false;
  return true;
}

// Evaluating the same weights once more would take as long as many steps of fine-tuning.
void RunTrainer::repeat_splits(const char* selection) {
  const std::size_t recorded = outcome_.splits.size();
  for (std::size_t i = 0; i < recorded; ++i) {
    SplitPredictions split = outcome_.splits[i];
    split.selection = selection;
    outcome_.splits.push_back(std::move(split));
  }
}

at::Tensor RunTrainer::record_splits(const char* selection, at::Tensor val_logits) {
  if (!val_logits.defined()) val_logits = learner_->unit_logits(Split::kVal);
  const std::vector<double> thresholds =
      judge_.thresholds(val_logits, learner_->truth(Split::kVal));
  const auto add = [&](const char* name, Split split, const at::Tensor& logits) {
    std::vector<std::int32_t> predictions = judge_.predictions(logits, thresholds);
    auto confusion = judge_.confusion(learner_->truth(split), predictions);
    if (split == Split::kTrain) predictions.clear();
    outcome_.splits.push_back(
        {name, selection, std::move(predictions), std::move(confusion), thresholds});
  };
  add("train", Split::kTrain, learner_->unit_logits(Split::kTrain));
  add("val", Split::kVal, val_logits);
  at::Tensor test_logits = learner_->unit_logits(Split::kTest);
  add("test", Split::kTest, test_logits);
  return test_logits;
}

}  // namespace ratbench::train
