// The method behind the engine's interface: takes groups of runs, trains them with LibTorch and
// reports each one. Data are loaded once per set of files and device.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "harness/protocol/worker_loop.hpp"
#include "harness/worker/cost_probe.hpp"
#include "harness/worker/data_watch.hpp"
#include "harness/worker/embedder.hpp"
#include "src/models/bfloat16.hpp"
#include "src/train/learner.hpp"
#include "src/train/outcome.hpp"

namespace ratbench::worker {

class MethodTrainer final : public protocol::GroupTrainer {
 public:
  protocol::Hello hello() override;
  void train(const protocol::TrainGroup& group, protocol::ResultSink& sink) override;
  protocol::EmbedResult embed(const protocol::EmbedRequest& request) override {
    return embedder_.embed(request);
  }
  protocol::CostReady open_cost(const protocol::CostSetup& setup) override {
    return costs_.open(setup);
  }
  protocol::CostTimes run_cost(const protocol::CostBlock& block) override {
    return costs_.run(block);
  }

 private:
  struct Loaded {
    protocol::DataFiles files;
    std::string device;
    DataWatch watch;
    std::unique_ptr<train::TrainingData> data;
  };

  // Opened and checked anew where a file was touched since. Throws DataError for files that do not
  // hold what their hashes name.
  const Loaded& dataset(const protocol::DataFiles& files, const std::string& device);

  Embedder embedder_;
  CostProbe costs_;
  std::list<Loaded> loaded_;  // latest used first
};

// Feature files, or token files with the model that reads them, if any does; `paths` and `sha256`
// as in DataFiles. Throws DataError, also for a split that does not hold what its hash names.
std::unique_ptr<train::TrainingData> open_data(
    const std::map<std::string, std::string>& paths, const at::Device& device,
    const std::map<std::string, std::string>& sha256 = {});

// The product that takes most of a run's time: [rows, in] to [rows, out]; no rows where nothing is
// multiplied.
struct LayerShape {
  std::int64_t rows = 0;
  std::int64_t in = 0;
  std::int64_t out = 0;
};
LayerShape main_layer(const train::TrainingData& data, const specs::Config& config);

// The routine of the request `kernel` for runs of this shape on `device`: `auto` measures (the
// engine stores what was chosen and asks for it by name from then on). Throws UsageError for a name
// that this build does not have.
models::Product requested_product(const std::string& kernel, const at::Device& device,
                                  const LayerShape& shape);

// The same with what the request says of bfloat16: "mkl+bf16" and "mkl+bf16-emulated" ask for
// bfloat16 as it was recorded; without such an ending the device decides. Throws EnvironmentError
// where the processor cannot do as recorded.
models::Arithmetic requested_arithmetic(const std::string& kernel, const at::Device& device,
                                        const specs::Config& config, const LayerShape& shape);

// One run's outcome as a message; the caller adds what only it knows of device and kernel.
protocol::RunResult to_message(const train::RunOutcome& outcome);

// Kind of a failure as in RunFailure, and its text.
protocol::RunFailure to_failure(const std::string& run_key, std::exception_ptr cause);

}  // namespace ratbench::worker
