#include "src/train/checkpoint_text.hpp"

#include <nlohmann/json.hpp>

#include "src/base/error.hpp"
#include "src/base/json.hpp"

namespace ratbench::train {
namespace {

using nlohmann::json;

json counts_json(const WorkCounts& c) {
  return {c.batches, c.attacked_batches, c.forward_passes, c.backward_passes,
          c.samples, c.real_tokens,      c.padded_tokens};
}

WorkCounts counts_of(const json& j) {
  WorkCounts c;
  std::size_t next = 0;
  for (std::int64_t* count : {&c.batches, &c.attacked_batches, &c.forward_passes,
                              &c.backward_passes, &c.samples, &c.real_tokens, &c.padded_tokens})
    j.at(next++).get_to(*count);
  return c;
}

json epochs_json(const std::vector<EpochScores>& epochs) {
  json all = json::array();
  for (const EpochScores& e : epochs)
    all.push_back({{"epoch", e.epoch},
                   {"train_loss", e.train_loss},
                   {"batches", e.batches},
                   {"attacked_batches", e.attacked_batches},
                   {"val", e.val}});
  return all;
}

std::vector<EpochScores> epochs_of(const json& all) {
  std::vector<EpochScores> epochs;
  for (const json& j : all) {
    EpochScores e;
    j.at("epoch").get_to(e.epoch);
    j.at("train_loss").get_to(e.train_loss);
    j.at("batches").get_to(e.batches);
    j.at("attacked_batches").get_to(e.attacked_batches);
    j.at("val").get_to(e.val);
    epochs.push_back(std::move(e));
  }
  return epochs;
}

}  // namespace

std::string text_of(const TrainingState& state, const std::string& setting) {
  const RunOutcome& o = state.outcome;
  return json_text(json{{"step", state.step},
                        {"evaluated", state.evaluated},
                        {"best_value", state.best_value},
                        {"part_rows", state.part_rows},
                        {"optimiser_steps", state.optimiser.steps},
                        {"run_key", o.run_key},
                        {"best_epoch", o.best_epoch},
                        {"counts", counts_json(o.counts)},
                        {"train_s", o.train_s},
                        {"wall_s", o.wall_s},
                        {"step_losses", o.step_losses},
                        {"attacked", o.attacked},
                        {"epochs", epochs_json(o.epochs)},
                        {"precision", o.precision},
                        {"train_class_counts", o.train_class_counts},
                        {"remarks", o.remarks},
                        {"events", o.events},
                        {"setting", setting}});
}

TrainingState state_of_text(const std::string& text, const std::string& file) {
  try {
    const json j = json_from(text);
    TrainingState state;
    RunOutcome& o = state.outcome;
    j.at("step").get_to(state.step);
    j.at("evaluated").get_to(state.evaluated);
    j.at("best_value").get_to(state.best_value);
    j.at("part_rows").get_to(state.part_rows);
    j.at("optimiser_steps").get_to(state.optimiser.steps);
    j.at("run_key").get_to(o.run_key);
    j.at("best_epoch").get_to(o.best_epoch);
    o.counts = counts_of(j.at("counts"));
    j.at("train_s").get_to(o.train_s);
    j.at("wall_s").get_to(o.wall_s);
    j.at("step_losses").get_to(o.step_losses);
    j.at("attacked").get_to(o.attacked);
    o.epochs = epochs_of(j.at("epochs"));
    j.at("precision").get_to(o.precision);
    j.at("train_class_counts").get_to(o.train_class_counts);
    j.at("remarks").get_to(o.remarks);
    j.at("events").get_to(o.events);
    j.at("setting").get_to(state.setting);
    return state;
  } catch (const json::exception& error) {
    throw DataError(file, "the state of the run", error.what());
  }
}

}  // namespace ratbench::train
