#include "src/train/trainer.hpp"

#include <c10/core/InferenceMode.h>

#include "src/train/flush_denormals.hpp"
#include "src/train/run_trainer.hpp"

namespace ratbench::train {

RunOutcome train_run(const TrainingData& data, const RunSpec& run,
                     const models::Arithmetic& arithmetic, RunSink& sink) {
  const c10::InferenceMode no_autograd;
  const FlushDenormals flush;
  return RunTrainer(data, run, arithmetic, sink).train();
}

void train_group(const GroupSpec& group, RunSink& sink) {
  for (const RunSpec& run : group.runs) {
    std::exception_ptr failure;
    RunOutcome outcome;
    try {
      outcome = train_run(*group.data, run, group.arithmetic, sink);
    } catch (...) {
      failure = std::current_exception();
    }
    // Outside the try block: what the sink throws is not the run's fault.
    if (failure)
      sink.failed(run.run_key, failure);
    else
      sink.finished(outcome);
  }
}

}  // namespace ratbench::train
