// The worker's half of the conversation: greet, take groups and texts, train, embed, report, send
// signs of life.
// A worker program implements GroupTrainer and calls run_worker from main.
#pragma once

#include <cstdint>
#include <string>

#include "harness/protocol/messages.hpp"

namespace ratbench::protocol {

// Where a trainer reports. Every call may come from any thread.
class ResultSink {
 public:
  virtual ~ResultSink() = default;
  // End of one run of the group, as soon as that run has ended.
  virtual void report(const RunResult& result) = 0;
  virtual void report(const RunFailure& failure) = 0;
  virtual void report(const RunEvent& event) = 0;
  // Progress for heartbeats; cheap enough for every step. Sending is the loop's business.
  virtual void progress(const std::string& run_key, std::int64_t step,
                        std::int64_t total_steps) = 0;
  // The product routine of the group; the engine hears of it before the first run has ended.
  virtual void chose_kernel(const std::string& kernel) = 0;
};

class GroupTrainer {
 public:
  virtual ~GroupTrainer() = default;
  // What this worker is: devices and libtorch_version. The loop fills in the rest.
  virtual Hello hello() = 0;
  // Trains every run of the group and reports each one's end. A run not reported when this returns
  // or throws is reported as failed: bad_alloc and exceptions whose text says "out of memory" as
  // oom, DataError as data, any other exception as error.
  virtual void train(const TrainGroup& group, ResultSink& sink) = 0;
  // Features of the request's texts. An exception is reported as a failure, its kind as for runs.
  // A worker without encoders says so.
  virtual EmbedResult embed(const EmbedRequest& request);
  // Opens the arms of a cost measurement, then runs blocks of them. Exceptions as above; a worker
  // that cannot measure says so.
  virtual CostReady open_cost(const CostSetup& setup);
  virtual CostTimes run_cost(const CostBlock& block);
};

// Adds the versions of this build, the compiler and the pid.
Hello fill_versions(Hello hello);

inline constexpr int kWorkerSocketFd = 3;

// Serves one engine on `fd` until it says Shutdown or goes away, and returns the exit status.
// While training, a second thread sends a heartbeat every half second and ends the process at once
// when the engine has gone. The process also asks the kernel to be killed when its parent dies.
int run_worker(GroupTrainer& trainer, int fd = kWorkerSocketFd);

}  // namespace ratbench::protocol
