// A run's progress to and from its checkpoints.
#include "src/base/error.hpp"
#include "src/train/run_trainer.hpp"

namespace ratbench::train {

bool RunTrainer::resume() {
  std::vector<std::string> remarks;
  std::optional<TrainingState> state = checkpoints_.latest(remarks);
  outcome_.remarks.insert(outcome_.remarks.end(), remarks.begin(), remarks.end());
  if (!state) return true;
  auto& parameters = learner_->model().parameters();
  if (state->parameters.size() != parameters.size())
    throw DataError(run_.run_key, "", "its checkpoint holds another model");
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters[i].value.copy_(state->parameters[i]);
  best_weights_.clear();
  for (const at::Tensor& best : state->best_weights)
    best_weights_.push_back(best.to(data_.device()));
  optimiser_.restore(state->optimiser);
  step_ = state->step;
  evaluated_ = state->evaluated;
  best_value_ = state->best_value;
  part_rows_ = static_cast<std::size_t>(state->part_rows);
  outcome_ = std::move(state->outcome);
  outcome_.remarks.insert(outcome_.remarks.end(), remarks.begin(), remarks.end());
  outcome_.remarks.push_back("went on from a checkpoint after batch " + std::to_string(step_));
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
  if (!problem.empty() && problem != checkpoint_problem_) outcome_.remarks.push_back(problem);
  checkpoint_problem_ = problem;
}

}  // namespace ratbench::train
