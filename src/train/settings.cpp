#include "src/train/settings.hpp"

#include "src/train/judge.hpp"

namespace ratbench::train {

std::int64_t Settings::steps_per_epoch(std::int64_t rows) const {
  return (rows + batch_size - 1) / batch_size;
}

std::int64_t Settings::total_steps(std::int64_t rows) const {
  return steps ? *steps : epochs * steps_per_epoch(rows);
}

std::int64_t Settings::total_updates(std::int64_t rows) const {
  const auto updates = [&](std::int64_t batches) {
    return (batches + accumulate - 1) / accumulate;
  };
  const std::int64_t per_epoch = steps_per_epoch(rows);
  const std::int64_t total = total_steps(rows);
  return total / per_epoch * updates(per_epoch) + updates(total % per_epoch);
}

Settings settings_of(const specs::Config& config) {
  Settings s;
  if (config.has("train.steps")) s.steps = config.integer("train.steps");
  s.epochs = config.integer_or("train.epochs", s.epochs);
  s.batch_size = config.integer_or("train.batch_size", s.batch_size);
  s.lr = config.real_or("train.lr", s.lr);
  s.weight_decay = config.real_or("train.weight_decay", s.weight_decay);
  s.warmup = config.real_or("train.warmup", s.warmup);
  s.schedule = optim::decay_named(config.text_or("train.schedule", "constant"));
  s.clip_norm = config.real_or("train.clip_norm", s.clip_norm);
  s.accumulate = config.integer_or("train.accumulate", s.accumulate);
  if (config.has("train.eval_steps")) s.eval_steps = config.integer("train.eval_steps");
  if (config.has("train.patience")) s.patience = config.integer("train.patience");
  s.select_metric = config.text_or("train.select_metric", default_select_metric(task_of(config)));
  s.layer_decay = config.real_or("train.layer_decay", s.layer_decay);
  if (config.has("data.buckets")) s.buckets = config.flag("data.buckets");
  const bool attacks = config.text_or("attack.name", "none") != "none";
  s.p_rat = attacks ? config.real_or("attack.p_rat", 1) : 0;
  if (config.has("train.rounding_probe")) s.rounding_probe = config.integer("train.rounding_probe");
  return s;
}

}  // namespace ratbench::train
