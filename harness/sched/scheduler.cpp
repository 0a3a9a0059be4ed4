#include "harness/sched/scheduler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "harness/sched/worker_slot.hpp"
#include "src/base/error.hpp"

namespace ratbench::sched {
namespace {

constexpr double kFlushPeriod_s = 0.1;
constexpr double kPollPeriod_s = 0.25;

}  // namespace

Scheduler::Scheduler(ScheduleOptions options, Journal& journal, Progress& progress)
    : options_(std::move(options)),
      journal_(journal),
      progress_(progress),
      memory_(options_.system_root) {}

Scheduler::~Scheduler() = default;

ScheduleReport Scheduler::run(std::vector<QueuedRun> runs) {
  queue_.assign(std::make_move_iterator(runs.begin()), std::make_move_iterator(runs.end()));
  report_ = {};
  report_.counts.total = queue_.size();
  if (queue_.empty()) return report_;
  std::filesystem::create_directories(options_.log_dir);
  interrupts_ = std::make_unique<Interrupts>();
  last_alive_s_ = monotonic_s();
  try {
    await_first_greeting();
    open_slots();
    loop();
    close_workers();
  } catch (...) {
    slots_.erase(std::remove(slots_.begin(), slots_.end(), nullptr), slots_.end());
    requeue_open_runs();
    slots_.clear();
    interrupts_.reset();
    throw;
  }
  interrupts_.reset();
  report_.counts = counts();
  progress_.finish(report_.counts);
  return report_;
}

// Only a greeting tells which devices there are.
void Scheduler::await_first_greeting() {
  slots_.push_back(std::make_unique<WorkerSlot>());
  WorkerSlot& slot = *slots_.front();
  slot.process = std::make_unique<WorkerProcess>(options_.worker);
  slot.enter(WorkerSlot::State::kGreeting, monotonic_s());
  while (slot.state == WorkerSlot::State::kGreeting && interrupts_->count() == 0) {
    wait_and_read(kPollPeriod_s);
    check_deadlines();
  }
}

void Scheduler::open_slots() {
  if (interrupts_->count() > 0) return;
  std::vector<std::string> devices = assign_devices(
      options_.device, available_devices(slots_.front()->hello.devices), options_.jobs);
  devices.resize(std::min(devices.size(), queue_.size()));
  while (slots_.size() < devices.size()) slots_.push_back(std::make_unique<WorkerSlot>());
  for (std::size_t i = 0; i < devices.size(); ++i) slots_[i]->device = devices[i];
}

void Scheduler::loop() {
  while (true) {
    if (interrupts_->count() > 0) report_.interrupted = true;
    if (interrupts_->count() > 1) {
      slots_.clear();
      return;
    }
    if (report_.interrupted && !stopping_) begin_stop();
    retire_exhausted();
    if (!draining_) assign_idle();
    const bool idle = busy() == 0;
    if (!results_.empty() && (idle || monotonic_s() - last_flush_s_ >= kFlushPeriod_s)) {
      flush_results();
      continue;
    }
    progress_.update(counts());
    if (idle && (queue_.empty() || draining_)) return;
    wait_and_read(results_.empty() ? kPollPeriod_s : kFlushPeriod_s);
    check_deadlines();
  }
}

// Until a kernel is known for a device family, one worker chooses it alone: two that measured at
// the same time could choose differently.
bool Scheduler::kernel_undecided(const WorkerSlot& slot) const {
  const std::string family = device_family(slot.device);
  if (options_.kernels.contains(family)) return false;
  return std::any_of(slots_.begin(), slots_.end(), [&](const auto& other) {
    return other->state == WorkerSlot::State::kBusy && device_family(other->device) == family;
  });
}

bool Scheduler::memory_admits(const WorkerSlot& slot) {
  if (device_family(slot.device) != "cpu") return true;
  std::vector<pid_t> busy;
  for (const auto& other : slots_)
    if (other->state == WorkerSlot::State::kBusy && other->process &&
        device_family(other->device) == "cpu")
      busy.push_back(other->process->pid());
  const bool admitted = memory_.admits(slot.process->pid(), busy);
  if (const std::string reason = memory_.take_reason(); !reason.empty()) progress_.message(reason);
  return admitted;
}

void Scheduler::retire_exhausted() {
  for (const auto& slot : slots_) {
    if (!slot->ran_out_of_memory || slot->state != WorkerSlot::State::kIdle) continue;
    slot->process.reset();
    slot->tail.clear();
    slot->ran_out_of_memory = false;
    slot->enter(WorkerSlot::State::kEmpty, monotonic_s());
  }
}

void Scheduler::assign_idle() {
  std::vector<store::AttemptStart> starts;
  std::vector<WorkerSlot*> started;
  for (const auto& slot : slots_) {
    if (queue_.empty()) break;
    if (slot->state == WorkerSlot::State::kEmpty) {
      slot->process = std::make_unique<WorkerProcess>(options_.worker);
      slot->enter(WorkerSlot::State::kGreeting, monotonic_s());
    }
    if (slot->state != WorkerSlot::State::kIdle || kernel_undecided(*slot) || !memory_admits(*slot))
      continue;
    QueuedRun run = std::move(queue_.front());
    queue_.pop_front();
    begin_group(*slot, std::move(run), starts);
    started.push_back(slot.get());
  }
  if (starts.empty()) return;
  journal_.begin(starts);
  for (WorkerSlot* slot : started) {
    protocol::TrainGroup group;
    group.group_id = slot->group_id;
    group.device = slot->device;
    group.threads = options_.threads;
    const auto kernel = options_.kernels.find(device_family(slot->device));
    if (kernel != options_.kernels.end()) group.kernel = kernel->second;
    group.data = *slot->open.front().run.data;
    if (!options_.log_dir.empty())
      group.checkpoints = std::filesystem::absolute(options_.log_dir / "checkpoints").string();
    group.checkpoint_every_s = options_.checkpoint_every_s;
    for (const OpenRun& open : slot->open) {
      group.runs.push_back({open.run.run_key, open.run.seed, *open.run.config});
    }
    // A worker that has gone meanwhile shows as the end of its stream.
    slot->process->send(group);
  }
}

void Scheduler::begin_group(WorkerSlot& slot, QueuedRun run,
                            std::vector<store::AttemptStart>& starts) {
  const auto kernel = options_.kernels.find(device_family(slot.device));
  OpenRun open{std::move(run), AttemptLog()};
  open.log = AttemptLog(options_.log_dir, open.run.run_key);
  open.log.write(fmt::format("run {}\ncell {}\nseed {}\ndevice {}, worker {}\n", open.run.run_key,
                             open.run.label, open.run.seed, slot.device, slot.process->pid()));
  slot.group_id = next_group_++;
  slot.enter(WorkerSlot::State::kBusy, monotonic_s());

  store::Provenance provenance;
  provenance.program_version = slot.hello.program_version;
  provenance.git_revision = slot.hello.git_revision;
  provenance.compiler = slot.hello.compiler;
  provenance.libtorch_version = slot.hello.libtorch_version;
  provenance.device = slot.device;
  provenance.kernel = kernel == options_.kernels.end() ? "auto" : kernel->second;
  provenance.threads = options_.threads;
  provenance.concurrent_runs = static_cast<int>(busy());
  provenance.worker_pid = slot.process->pid();
  provenance.log_file = open.log.file();
  starts.push_back({open.run.run_key, std::move(provenance)});
  slot.open.push_back(std::move(open));
}

void Scheduler::flush_results() {
  const std::vector<protocol::RunResult> batch = std::exchange(results_, {});
  const std::map<std::string, QueuedRun> runs = std::exchange(result_runs_, {});
  const auto rejected = journal_.finish(batch);
  last_flush_s_ = monotonic_s();
  for (const store::RejectedResult& reject : rejected) {
    const QueuedRun& run = runs.at(reject.run_key);
    report_.failures.push_back({run.run_key, run.label, run.seed, "error", reject.problem});
  }
  for (const protocol::RunResult& result : batch) {
    const bool refused = std::any_of(rejected.begin(), rejected.end(), [&](const auto& reject) {
      return reject.run_key == result.run_key;
    });
    if (refused) continue;
    forget_checkpoints(result.run_key);
    ++report_.counts.done;
    if (result.diverged) ++report_.counts.diverged;
  }
}

void Scheduler::forget_checkpoints(const std::string& run_key) const {
  std::error_code ignored;
  if (!options_.log_dir.empty())
    std::filesystem::remove_all(options_.log_dir / "checkpoints" / run_key, ignored);
}

void Scheduler::end_run_failed(const QueuedRun& run, const Ending& ending) {
  if (stopping_) {
    const store::AttemptFailure stopped{run.run_key, "preempted", "stopped by the user",
                                        store::AfterFailure::kRequeue};
    journal_.fail({&stopped, 1});
    return;
  }
  const bool again = retries_.may_retry(run.run_key, ending.kind);
  const store::AttemptFailure failure{
      run.run_key, ending.kind, ending.message,
      again ? store::AfterFailure::kRequeue : store::AfterFailure::kStayFailed};
  journal_.fail({&failure, 1});
  progress_.message(fmt::format("run {:.12} ({}, seed {}) failed, {}: {}{}", run.run_key, run.label,
                                run.seed, ending.kind, ending.message,
                                again ? "; it will be tried again" : ""));
  if (again) {
    queue_.push_back(run);
    return;
  }
  report_.failures.push_back({run.run_key, run.label, run.seed, ending.kind, ending.message});
  if (options_.stop_after_failures && report_.failures.size() >= *options_.stop_after_failures) {
    draining_ = true;
    report_.stopped_early = true;
  }
}

void Scheduler::begin_stop() {
  stopping_ = true;
  draining_ = true;
  progress_.message("stopping, runs save where they are; once more to stop at once");
  for (const auto& slot : slots_) {
    if (slot->state == WorkerSlot::State::kGreeting) {
      slot->process.reset();
      slot->enter(WorkerSlot::State::kEmpty, monotonic_s());
    } else if (slot->state == WorkerSlot::State::kBusy) {
      slot->process->signal(SIGTERM);
      slot->since_s = monotonic_s();
    }
  }
}

void Scheduler::requeue_open_runs() {
  std::vector<store::AttemptFailure> failures;
  for (const auto& slot : slots_) {
    for (const OpenRun& open : slot->open) {
      failures.push_back(
          {open.run.run_key, "preempted", "the sweep ended early", store::AfterFailure::kRequeue});
    }
  }
  if (failures.empty()) return;
  try {
    journal_.fail(failures);
  } catch (const Error&) {
    // The journal may be the reason for the end; its leases then expire with this process.
  }
}

void Scheduler::close_workers() {
  for (const auto& slot : slots_) {
    if (slot->process) slot->process->send(protocol::Shutdown{});
  }
  for (const auto& slot : slots_) {
    if (slot->process) slot->process->reap(kReapPatience_s);
  }
  slots_.clear();
}

std::size_t Scheduler::busy() const {
  return static_cast<std::size_t>(std::count_if(slots_.begin(), slots_.end(), [](const auto& slot) {
    return slot->state == WorkerSlot::State::kBusy;
  }));
}

ProgressCounts Scheduler::counts() const {
  ProgressCounts counts = report_.counts;
  counts.failed = report_.failures.size();
  counts.running = busy();
  return counts;
}

}  // namespace ratbench::sched
