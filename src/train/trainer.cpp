#include "src/train/trainer.hpp"

#include <c10/core/InferenceMode.h>
#include <xmmintrin.h>

#include "src/train/run_trainer.hpp"

namespace ratbench::train {
namespace {

// Denormal numbers count as zero on this thread while the object lives: the first moments of AdamW
// decay into them, and arithmetic on denormals is many times slower.
class FlushDenormals {
 public:
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | kFlushToZero | kZeroInputs); }
  ~FlushDenormals() { _mm_setcsr(before_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  static constexpr unsigned kFlushToZero = 0x8000;
  static constexpr unsigned kZeroInputs = 0x0040;
  unsigned before_;
};

}  // namespace

RunOutcome train_run(const Dataset& data, const RunSpec& run, const models::Arithmetic& arithmetic,
                     RunSink& sink) {
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
