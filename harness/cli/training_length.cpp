#include "harness/cli/training_length.hpp"

#include <fmt/format.h>

#include <cmath>

#include "src/base/error.hpp"

namespace ratbench::cli {
namespace {

std::int64_t rounded_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

struct Lengths {
  std::int64_t epoch = 0;    // batches
  std::int64_t batches = 0;  // of the whole training
  std::int64_t updates = 0;  // steps of the optimiser
  std::int64_t accumulate = 1;
};

Lengths lengths_of(const specs::Config& config, std::int64_t rows) {
  Lengths l;
  l.epoch = rounded_up(rows, config.integer_or("train.batch_size", 32));
  l.batches = config.has("train.steps") ? config.integer("train.steps")
                                        : config.integer_or("train.epochs", 20) * l.epoch;
  l.accumulate = config.integer_or("train.accumulate", 1);
  l.updates = l.batches / l.epoch * rounded_up(l.epoch, l.accumulate) +
              rounded_up(l.batches % l.epoch, l.accumulate);
  return l;
}

void check_deferral(const specs::Config& config, const Lengths& l, const std::string& file) {
  const std::int64_t deferred = config.integer_or("loss.defer_epochs", 0);
  if (deferred == 0 || l.batches > deferred * l.epoch) return;
  throw SpecError(file, "/loss/defer_epochs",
                  fmt::format("found {}, which is {} batches of this data, and training ends after "
                              "{}: the loss that is deferred would never be used",
                              deferred, deferred * l.epoch, l.batches));
}

}  // namespace

std::vector<std::string> length_notes(const specs::Config& config, std::int64_t rows,
                                      const std::string& file) {
  const Lengths l = lengths_of(config, rows);
  check_deferral(config, l, file);
  std::vector<std::string> notes;
  const double warmup = config.real_or("train.warmup", 0);
  if (std::ceil(warmup * static_cast<double>(l.updates)) >= static_cast<double>(l.updates))
    notes.push_back(fmt::format(
        "train.warmup {} takes all {} steps: the learning rate never reaches train.lr{}", warmup,
        l.updates, l.updates == 1 ? ", and the only step has rate 0" : ""));
  const std::int64_t interval =
      config.has("train.eval_steps") ? config.integer("train.eval_steps") : l.epoch;
  if (config.has("train.eval_steps") && interval > l.batches)
    notes.push_back(fmt::format(
        "train.eval_steps {} is beyond the {} batches of training: one validation, at its end",
        interval, l.batches));
  const std::int64_t evaluations = rounded_up(l.batches, interval);
  if (config.has("train.patience") && config.integer("train.patience") >= evaluations)
    notes.push_back(
        fmt::format("train.patience {} is never exhausted in the {} validations of training",
                    config.integer("train.patience"), evaluations));
  if (l.accumulate > l.epoch)
    notes.push_back(fmt::format(
        "train.accumulate {} is more than the {} batches of an epoch: one step an epoch",
        l.accumulate, l.epoch));
  return notes;
}

}  // namespace ratbench::cli
