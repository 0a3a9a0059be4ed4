// Gives runs to workers until every run has ended, one group at a time per worker.
// A single thread waits for all of them with poll, so there is nothing to lock; the order in which
// runs end does not change any result.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/protocol/messages.hpp"
#include "harness/sched/device.hpp"
#include "harness/sched/failure.hpp"
#include "harness/sched/interrupt.hpp"
#include "harness/sched/journal.hpp"
#include "harness/sched/memory.hpp"
#include "harness/sched/progress.hpp"

namespace ratbench::sched {

// One run to be trained. `data` and `config` are borrowed and outlive the scheduler.
struct QueuedRun {
  std::string run_key;
  std::uint64_t seed = 0;
  std::string label;  // cell name, for people
  const specs::Config* config = nullptr;
  const protocol::DataFiles* data = nullptr;
};

struct ScheduleOptions {
  std::filesystem::path worker;  // program
  DeviceRequest device;
  std::optional<int> jobs;  // workers; default: cores or CUDA devices
  int threads = 1;          // per run, whatever `jobs` is
  // Device family -> product routine; a missing one is "auto": the first worker chooses, alone.
  std::map<std::string, std::string> kernels;
  std::optional<double> run_timeout_s;
  double silence_timeout_s = 60;  // a training worker without a sign of life is lost
  double greeting_timeout_s = 120;
  double stop_grace_s = 20;  // for workers to save where their runs stand
  std::optional<std::size_t> stop_after_failures;
  std::filesystem::path log_dir;  // created; a log per attempt, checkpoints of runs in progress
  double checkpoint_every_s = 60;
  std::filesystem::path system_root = "/";  // of the kernel's files; tests describe machines
};

struct FailedRun {
  std::string run_key;
  std::string label;
  std::uint64_t seed = 0;
  std::string kind;
  std::string message;
};

struct ScheduleReport {
  ProgressCounts counts;
  std::vector<FailedRun> failures;
  bool interrupted = false;
  bool stopped_early = false;  // by stop_after_failures
};

struct OpenRun;
struct WorkerSlot;

class Scheduler {
 public:
  // `journal` and `progress` are borrowed.
  Scheduler(ScheduleOptions options, Journal& journal, Progress& progress);
  ~Scheduler();

  // Trains `runs`. Starts no worker when there are none. Throws EnvironmentError for a worker that
  // cannot be used or a device that is not there, and whatever the journal throws; runs in progress
  // are then back in the queue.
  ScheduleReport run(std::vector<QueuedRun> runs);

 private:
  void await_first_greeting();
  void open_slots();
  void loop();
  // A run that is tried again after a lack of memory finds a fresh process.
  void retire_exhausted();
  void assign_idle();
  void begin_group(WorkerSlot& slot, QueuedRun run, std::vector<store::AttemptStart>& starts);
  bool kernel_undecided(const WorkerSlot& slot) const;
  // A GPU serves one worker; workers on the CPU share its memory.
  bool memory_admits(const WorkerSlot& slot);
  void wait_and_read(double wait_s);
  void read_slot(WorkerSlot& slot);
  void read_output(WorkerSlot& slot);
  void handle(WorkerSlot& slot, protocol::Message message);
  void greet(WorkerSlot& slot, const protocol::Hello& hello);
  // The first routine that a worker of a device family chose serves the whole family.
  void learn_kernel(const WorkerSlot& slot, const std::string& kernel);
  // On the terminal and in the log of the attempt.
  void tell(OpenRun& open, const std::string& sentence);
  void take_result(WorkerSlot& slot, protocol::RunResult result);
  void take_failure(WorkerSlot& slot, const protocol::RunFailure& failure);
  void worker_ended(WorkerSlot& slot);
  void end_run_failed(const QueuedRun& run, const Ending& ending);
  void check_deadlines();
  void begin_stop();
  // Its result is kept, so nobody will go on from them.
  void forget_checkpoints(const std::string& run_key) const;
  void flush_results();
  void requeue_open_runs();
  void close_workers();
  std::size_t busy() const;
  ProgressCounts counts() const;

  ScheduleOptions options_;
  Journal& journal_;
  Progress& progress_;
  std::unique_ptr<Interrupts> interrupts_;
  std::vector<std::unique_ptr<WorkerSlot>> slots_;
  std::deque<QueuedRun> queue_;
  std::vector<protocol::RunResult> results_;  // ended, not yet in the journal
  std::map<std::string, QueuedRun> result_runs_;
  RetryBook retries_;
  OomWatch oom_watch_;
  MemoryAdmission memory_;
  ScheduleReport report_;
  std::uint64_t next_group_ = 1;
  double last_flush_s_ = 0;
  double last_alive_s_ = 0;
  bool draining_ = false;  // nothing new is started
  bool stopping_ = false;  // runs in progress are ended too
};

}  // namespace ratbench::sched
