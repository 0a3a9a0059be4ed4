#include "harness/cli/replay_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "src/base/json.hpp"
#include "src/metrics/classification.hpp"

namespace ratbench::cli {
namespace {

OutcomeComparison compare_outcome(const store::Reader& reader, const std::string& run_key,
                                  const protocol::SplitOutcome& replayed) {
  OutcomeComparison out;
  out.split = replayed.split;
  out.selection = replayed.selection;
  const auto stored = reader.predictions(run_key, replayed.split, replayed.selection);
  out.rows = std::max(stored.size(), replayed.predictions.size());
  const std::size_t common = std::min(stored.size(), replayed.predictions.size());
  out.changed = out.rows - common;
  for (std::size_t row = 0; row < common; ++row) {
    if (stored[row] != replayed.predictions[row]) ++out.changed;
  }
  const auto confusion = reader.confusion(run_key, replayed.split, replayed.selection);
  const auto classes =
      static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(confusion.size()))));
  const auto before = metrics::classify({classes, confusion});
  out.stored_accuracy = before.accuracy;
  out.stored_macro_f1 = before.macro.f1;
  if (replayed.confusion.size() == confusion.size()) {
    const auto after = metrics::classify({classes, replayed.confusion});
    out.replayed_accuracy = after.accuracy;
    out.replayed_macro_f1 = after.macro.f1;
  }
  return out;
}

void compare_losses(const std::vector<float>& stored, const std::vector<float>& replayed,
                    ReplayComparison& out) {
  out.steps = std::min(stored.size(), replayed.size());
  for (std::size_t step = 0; step < out.steps; ++step) {
    const double difference =
        std::abs(static_cast<double>(stored[step]) - static_cast<double>(replayed[step]));
    // Two losses that are not finite have no distance; the hashes tell them apart.
    if (std::isfinite(difference)) {
      out.max_loss_difference = std::max(out.max_loss_difference, difference);
    }
  }
}

}  // namespace

ReplayComparison compare_replay(const store::Reader& reader, const store::RunRow& run,
                                const protocol::RunResult& result) {
  ReplayComparison out;
  out.run_key = run.run_key;
  if (run.status == store::RunStatus::kDiverged)
    out.stored = {true, run.diverged_step, run.diverged_reason};
  if (result.diverged) out.replayed = {true, result.diverged_step, result.diverged_reason};
  // A diverged run has no predictions.
  const bool has_logits = !out.stored.diverged && !out.replayed.diverged;
  out.hashes = {{"weights", run.weights_sha256, result.weights_sha256},
                {"loss_history", run.loss_history_sha256, result.loss_history_sha256}};
  if (has_logits)
    out.hashes.push_back({"test_logits", run.test_logits_sha256, result.test_logits_sha256});
  for (const protocol::SplitOutcome& outcome : result.outcomes) {
    if (!has_logits || outcome.split == "train") continue;
    out.outcomes.push_back(compare_outcome(reader, run.run_key, outcome));
  }
  compare_losses(reader.step_losses(run.run_key), result.step_losses, out);
  out.identical = out.stored == out.replayed &&
                  std::all_of(out.hashes.begin(), out.hashes.end(),
                              [](const auto& hash) { return hash.stored == hash.replayed; }) &&
                  std::all_of(out.outcomes.begin(), out.outcomes.end(),
                              [](const auto& outcome) { return outcome.changed == 0; });
  return out;
}

namespace {

std::string describe_ending(const Ending& ending) {
  if (!ending.diverged) return "trained to its end";
  return fmt::format("diverged at step {} ({})", ending.step, ending.reason);
}

nlohmann::json step_or_null(const Ending& ending) {
  return ending.diverged ? nlohmann::json(ending.step) : nlohmann::json(nullptr);
}

}  // namespace

std::string to_text(const ReplayComparison& comparison) {
  std::string text = fmt::format("run {}\n", comparison.run_key);
  if (comparison.identical && comparison.stored.diverged) {
    return text + fmt::format("bit-identical: {}, with the weights and loss history stored\n",
                              describe_ending(comparison.stored));
  }
  if (comparison.identical) {
    return text + "bit-identical: final weights, loss history, test logits and all predictions\n";
  }
  text += "not bit-identical\n";
  if (comparison.stored != comparison.replayed) {
    text += fmt::format("  stored: {}\n  now: {}\n", describe_ending(comparison.stored),
                        describe_ending(comparison.replayed));
  }
  for (const HashComparison& hash : comparison.hashes) {
    text += fmt::format(
        "  {:<14} {}\n", hash.name,
        hash.stored == hash.replayed
            ? "equal"
            : fmt::format("differs: stored {:.12}, now {:.12}", hash.stored, hash.replayed));
  }
  text += fmt::format("  largest difference of a step's loss: {:.3g} over {} steps\n",
                      comparison.max_loss_difference, comparison.steps);
  for (const OutcomeComparison& o : comparison.outcomes) {
    text += fmt::format(
        "  {}/{}: {} of {} predictions changed, accuracy {:.4f} -> {:.4f}, "
        "macro-F1 {:.4f} -> {:.4f}\n",
        o.split, o.selection, o.changed, o.rows, o.stored_accuracy, o.replayed_accuracy,
        o.stored_macro_f1, o.replayed_macro_f1);
  }
  return text;
}

std::string to_json(const ReplayComparison& comparison) {
  nlohmann::json hashes = nlohmann::json::array();
  for (const HashComparison& hash : comparison.hashes) {
    hashes.push_back({{"name", hash.name},
                      {"stored", hash.stored},
                      {"replayed", hash.replayed},
                      {"equal", hash.stored == hash.replayed}});
  }
  nlohmann::json outcomes = nlohmann::json::array();
  for (const OutcomeComparison& o : comparison.outcomes) {
    outcomes.push_back({{"split", o.split},
                        {"selection", o.selection},
                        {"rows", o.rows},
                        {"changed", o.changed},
                        {"stored_accuracy", o.stored_accuracy},
                        {"replayed_accuracy", o.replayed_accuracy},
                        {"stored_macro_f1", o.stored_macro_f1},
                        {"replayed_macro_f1", o.replayed_macro_f1}});
  }
  return json_text(nlohmann::json{{"run_key", comparison.run_key},
                                  {"identical", comparison.identical},
                                  {"stored_diverged", comparison.stored.diverged},
                                  {"replayed_diverged", comparison.replayed.diverged},
                                  {"stored_diverged_step", step_or_null(comparison.stored)},
                                  {"replayed_diverged_step", step_or_null(comparison.replayed)},
                                  {"hashes", std::move(hashes)},
                                  {"steps", comparison.steps},
                                  {"max_loss_difference", comparison.max_loss_difference},
                                  {"outcomes", std::move(outcomes)}},
                   2) +
         "\n";
}

}  // namespace ratbench::cli
