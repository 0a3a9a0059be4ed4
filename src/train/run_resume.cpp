// A run's progress to and from its checkpoints.
#include <algorithm>

#include "src/train/run_trainer.hpp"

namespace ratbench::train {
namespace {

bool same_shapes(const std::vector<at::Tensor>& saved,
                 const std::vector<models::Parameter>& parameters) {
  return std::ranges::equal(saved, parameters, [](const at::Tensor& a, const models::Parameter& b) {
    return a.sizes() == b.value.sizes();
  });
}

}  // namespace

bool RunTrainer::resume() {
  std::vector<std::string> problems;
  std::optional<TrainingState> state = checkpoints_.latest(problems);
  auto& parameters = learner_->model().parameters();
  if (state && !same_shapes(state->parameters, parameters)) {
    problems.emplace_back("checkpoint not used: it holds another model");
    state.reset();
  }
  if (!state) {
    for (const std::string& problem : problems) tell(problem);
    if (!problems.empty()) tell("no checkpoint can be used: the run begins anew");
    return true;
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].set(state->parameters[i]);
  best_weights_.clear();
  for (const at::Tensor& best : state->best_weights)
    best_weights_.push_back(best.to(data_.device()));
  optimiser_.restore(state->optimiser);
  step_ = state->step;
  evaluated_ = state->evaluated;
  best_value_ = state->best_value;
  part_rows_ = static_cast<std::size_t>(state->part_rows);
  outcome_ = std::move(state->outcome);
  for (const std::string& problem : problems) tell(problem);
  tell("went on from a checkpoint after batch " + std::to_string(step_) + " of " +
       std::to_string(total_steps_));
  const auto evaluations = static_cast<std::int64_t>(outcome_.epochs.size());
  return !settings_.patience || evaluations - outcome_.best_epoch < *settings_.patience;
}

void RunTrainer::save_progress() {
  TrainingState state;
  state.step = step_;
  state.evaluated = evaluated_;
  state.best_value = best_value_;
  state.part_rows = static_cast<std::int64_t>(part_rows_);
  state.outcome = outcome_;
  state.outcome.counts = counts();
  state.outcome.wall_s =
      before_s_ +
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  for (const models::Parameter& p : learner_->model().parameters())
    state.parameters.push_back(p.value);
  state.best_weights = best_weights_;
  state.optimiser = optimiser_.state();
  const std::string problem = checkpoints_.save(state);
  // Once until it works again: the disk may stay full for hours.
  if (!problem.empty() && checkpoints_work_) tell(problem);
  checkpoints_work_ = problem.empty();
}

}  // namespace ratbench::train
