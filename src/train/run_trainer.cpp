#include "src/train/run_trainer.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "src/base/error.hpp"
#include "src/base/heap.hpp"
#include "src/base/version.hpp"
#include "src/optim/layer_groups.hpp"
#include "src/train/order.hpp"
#include "src/train/rounding_probe.hpp"

namespace ratbench::train {
namespace {

using Clock = std::chrono::steady_clock;

// Batches of texts of many lengths scatter what is free: 32 of them by a few hundred MB.
constexpr std::int64_t kStepsBetweenReturns = 32;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<optim::TrainedTensor> trained_tensors(Learner& learner, double layer_decay) {
  std::vector<optim::TrainedTensor> tensors;
  const std::int64_t layers = learner.encoder_layers();
  for (const models::Parameter& p : learner.model().parameters()) {
    const optim::Group group =
        layers > 0 ? optim::layer_group(p.name, layers, layer_decay) : optim::Group{};
    tensors.push_back({.parameter = p.value,
                       .gradient = p.grad,
                       .lr_scale = group.lr_scale,
                       .decay = group.decay,
                       .written = p.written});
  }
  return tensors;
}

optim::AdamWOptions adamw_options(const Settings& settings) {
  optim::AdamWOptions options;
  options.lr = settings.lr;
  options.weight_decay = settings.weight_decay;
  options.clip_norm = settings.clip_norm;
  return options;
}

// What the bits of a result depend on beside the run key.
std::string setting_text(const TrainingData& data, const models::Arithmetic& arithmetic,
                         const std::string& precision) {
  return std::string("revision ") + git_revision() + ", " +
         (data.device().is_cpu() ? "cpu" : "gpu") + ", " +
         std::string(models::name(arithmetic.product)) + ", " + precision + ", " +
         std::to_string(at::get_num_threads()) + " threads";
}

}  // namespace

RunTrainer::RunTrainer(const TrainingData& data, const RunSpec& run,
                       const models::Arithmetic& arithmetic, RunSink& sink)
    : data_(data),
      run_(run),
      sink_(sink),
      settings_(settings_of(run.config)),
      learner_(data.learner(run, arithmetic)),
      judge_(run.config, data.class_names()),
      total_steps_(learner_->trains() ? settings_.total_steps(examples()) : 0),
      loss_(losses::make_loss(run.config, learner_->examples().class_counts, data.class_names())),
      attack_(attacks::make_attack(attacks::attack_parameters(run.config))),
      objective_(learner_->model(), *loss_, run.seed),
      optimiser_(adamw_options(settings_), trained_tensors(*learner_, settings_.layer_decay)),
      schedule_(settings_.schedule, settings_.warmup, settings_.total_updates(examples())),
      accumulation_(learner_->model(), settings_.accumulate),
      checkpoints_(run.checkpoints, run.run_key,
                   setting_text(data, arithmetic, learner_->precision())),
      noise_(run.seed, Purpose::kAttackNoise),
      part_rows_(static_cast<std::size_t>(settings_.batch_size)) {
  checkpoints_.save_every(run.checkpoint_every_s);
  if (settings_.rounding_probe)
    move_by_one_ulp(learner_->model().parameters(), run.seed, *settings_.rounding_probe);
  outcome_.run_key = run.run_key;
  outcome_.precision = learner_->precision();
  for (const double count : learner_->examples().class_counts)
    outcome_.train_class_counts.push_back(std::llround(count));
  outcome_.remarks = learner_->examples().remarks;
}

std::vector<std::int64_t> RunTrainer::order_of(std::int64_t epoch) const {
  std::vector<std::int64_t> order = epoch_order(learner_->examples().ids, run_.seed, epoch);
  if (!settings_.buckets || !learner_->has_lengths()) return order;
  std::vector<std::int64_t> lengths;
  lengths.reserve(order.size());
  for (const std::int64_t id : order) lengths.push_back(learner_->length(id));
  return bucketed(order, lengths, static_cast<std::size_t>(settings_.batch_size), run_.seed, epoch);
}

RunOutcome RunTrainer::train() {
  started_ = Clock::now();
  bool goes_on = learner_->trains() ? resume() : evaluate();
  before_s_ = outcome_.wall_s;
  for (auto epoch = static_cast<int>(step_ / settings_.steps_per_epoch(examples()));
       goes_on && step_ < total_steps_; ++epoch)
    goes_on = train_epoch(epoch);
  outcome_.counts = counts();
  record_final();
  const auto& remarks = learner_->examples().remarks;  // more of them since the beginning
  for (std::size_t i = outcome_.remarks.size(); i < remarks.size(); ++i) tell(remarks[i]);
  outcome_.wall_s = before_s_ + seconds_since(started_);
  return std::move(outcome_);
}

WorkCounts RunTrainer::counts() const {
  WorkCounts counts = outcome_.counts;
  counts.forward_passes += objective_.forward_passes();  // beside those before a checkpoint
  counts.backward_passes += objective_.backward_passes();
  return counts;
}

bool RunTrainer::train_steps(std::int64_t first, std::int64_t steps, StepClock* clock) {
  if (!learner_->trains())
    throw SpecError("the experiment", "/model/name", "found prior, which has no steps to time");
  const std::int64_t rows = examples();
  const std::int64_t per_epoch = settings_.steps_per_epoch(rows);
  clock_ = clock;
  objective_.time_with(clock);
  if (clock != nullptr) clock->start();
  for (std::int64_t i = 0; i < steps; ++i) {
    step_ = (first + i) % total_steps_;
    const std::int64_t epoch = step_ / per_epoch;
    if (epoch != order_epoch_) order_ = order_of(epoch);
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
  const std::vector<std::int64_t> order = order_of(epoch);
  const auto batch_size = static_cast<std::size_t>(settings_.batch_size);
  const std::int64_t done = step_ % settings_.steps_per_epoch(examples());
  for (std::size_t begin = static_cast<std::size_t>(done) * batch_size;
       begin < order.size() && step_ < total_steps_; begin += batch_size) {
    const std::size_t size = std::min(batch_size, order.size() - begin);
    const bool finite = train_batch(std::span(order).subspan(begin, size), epoch);
    const bool pass_ends = begin + size == order.size() || step_ == total_steps_;
    const bool steps = finite && (accumulation_.full() || pass_ends);
    if (steps) update();
    if (!finite || evaluation_is_due(pass_ends)) {
      outcome_.train_s += seconds_since(start);
      if (!finite || !evaluate()) return false;
      start = Clock::now();
    }
    const bool stops = steps && sink_.must_stop();
    if (stops || (steps && checkpoints_.due())) {
      outcome_.train_s += seconds_since(start);
      save_progress();
      start = Clock::now();
    }
    if (stops) sink_.stop();
  }
  outcome_.train_s += seconds_since(start);
  return true;
}

bool RunTrainer::train_batch(std::span<const std::int64_t> rows, int epoch) {
  const bool attacked = attack_ && batch_is_attacked(run_.seed, step_, settings_.p_rat);
  const auto recorded = static_cast<float>(batch_loss(rows, epoch, attacked));
  if (!std::isfinite(recorded)) {
    diverge("the training loss is not finite");
    return false;
  }
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
  if (learner_->has_lengths() && optimiser_.steps() % kStepsBetweenReturns == 0)
    return_freed_memory();
}

bool RunTrainer::evaluation_is_due(bool pass_ends) const {
  if (!settings_.eval_steps) return pass_ends;
  return step_ % *settings_.eval_steps == 0 || step_ == total_steps_;
}

double RunTrainer::batch_loss(std::span<const std::int64_t> rows, int epoch, bool attacked) {
  if (rows.size() <= part_rows_) {
    try {
      const double loss = part_loss(rows, epoch, attacked, true);
      if (accumulation_.sums_batches()) accumulation_.add(objective_.divisor());
      accumulation_.end_batch();
      return loss;
    } catch (const std::exception& error) {
      halve_parts(rows.size(), error);
    }
  }
  double weighted = 0, divisors = 0;
  for (std::size_t begin = 0; begin < rows.size();) {
    const std::size_t size = std::min(part_rows_, rows.size() - begin);
    try {
      const double loss = part_loss(rows.subspan(begin, size), epoch, attacked, begin == 0);
      const double divisor = objective_.divisor();
      accumulation_.add(divisor);
      weighted += loss * divisor;
      divisors += divisor;
      begin += size;
    } catch (const std::exception& error) {
      halve_parts(size, error);
    }
  }
  accumulation_.end_batch();
  return divisors > 0 ? weighted / divisors : 0;
}

void RunTrainer::halve_parts(std::size_t rows, const std::exception& error) {
  if (rows <= 1 || !lacks_memory(error)) throw;
  objective_.forget_part();
  return_freed_memory();
  part_rows_ = rows / 2;
  tell("out of memory with " + std::to_string(rows) + " examples at once; batches of " +
       std::to_string(settings_.batch_size) + " are now computed in parts of " +
       std::to_string(part_rows_));
}

double RunTrainer::part_loss(std::span<const std::int64_t> rows, int epoch, bool attacked,
                             bool first) {
  BatchInputs batch = learner_->begin_batch(rows);
  const std::int64_t examples = batch.x.size(0);
  if (first)
    objective_.begin_step(step_, epoch, examples, std::move(batch.targets));
  else
    objective_.begin_part(examples, std::move(batch.targets));
  lap(clock_, Phase::kData);
  const double loss = attacked ? attacked_loss(batch, rows) : clean_loss(batch.x);
  learner_->model().complete_gradients();
  lap(clock_, attacked ? Phase::kAttack : Phase::kBackward);
  outcome_.counts.real_tokens += batch.real_tokens;
  outcome_.counts.padded_tokens += batch.padded_tokens;
  return loss;
}

double RunTrainer::attacked_loss(const BatchInputs& batch, std::span<const std::int64_t> rows) {
  const attacks::NoiseSource noise(noise_, static_cast<std::uint32_t>(step_), rows);
  return attack_->apply(objective_, {batch.x, batch.mask, batch.ids}, noise).loss.item<double>();
}

double RunTrainer::clean_loss(const at::Tensor& x) {
  const at::Tensor logits = objective_.forward(x, attacks::Slot::kFirst);
  const losses::LossValue loss = objective_.loss(logits);
  objective_.backward(attacks::Slot::kFirst, loss.dlogits, attacks::Want::kParameters);
  return loss.value.item<double>();
}

}  // namespace ratbench::train
