// What the scheduler does when a worker says something, falls silent or ends.
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "harness/protocol/codec.hpp"
#include "harness/sched/scheduler.hpp"
#include "harness/sched/worker_slot.hpp"
#include "src/base/error.hpp"

namespace ratbench::sched {
namespace {

constexpr double kAlivePeriod_s = 10;

// How a worker that never greeted ended, for people.
std::string never_greeted(const std::string& program, const std::string& how,
                          const std::string& tail) {
  return "the worker program " + program + " is no usable worker: " + how + last_words(tail);
}

}  // namespace

void Scheduler::wait_and_read(double wait_s) {
  std::vector<pollfd> fds = {{interrupts_->fd(), POLLIN, 0}};
  for (const auto& slot : slots_) {
    fds.push_back({slot->process ? slot->process->socket() : -1, POLLIN, 0});
    fds.push_back({slot->process ? slot->process->output() : -1, POLLIN, 0});
  }
  // After an interruption its descriptor stays readable; the deadlines wake us then.
  if (stopping_) fds[0].fd = -1;
  if (::poll(fds.data(), fds.size(), static_cast<int>(wait_s * 1000)) <= 0) return;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (fds[2 + 2 * i].revents != 0) read_output(*slots_[i]);
    if (fds[1 + 2 * i].revents != 0) read_slot(*slots_[i]);
  }
}

void Scheduler::read_output(WorkerSlot& slot) {
  const std::string text = slot.process->read_output();
  if (!text.empty()) slot.append_output(text);
}

void Scheduler::read_slot(WorkerSlot& slot) {
  const auto stream = slot.process->read_some();
  try {
    while (auto message = slot.process->next()) handle(slot, std::move(*message));
  } catch (const protocol::ProtocolError& error) {
    if (slot.state == WorkerSlot::State::kGreeting) {
      throw EnvironmentError(never_greeted(options_.worker.string(), error.what(), slot.tail));
    }
    slot.verdict = Ending{"error", error.what()};
    slot.process->signal(SIGKILL);
    worker_ended(slot);
    return;
  }
  if (stream == protocol::FrameReader::Stream::kEnded) worker_ended(slot);
}

void Scheduler::handle(WorkerSlot& slot, protocol::Message message) {
  slot.last_sign_s = monotonic_s();
  if (slot.state == WorkerSlot::State::kGreeting) {
    const auto* hello = std::get_if<protocol::Hello>(&message);
    if (hello == nullptr) throw protocol::ProtocolError("the first message is no greeting");
    greet(slot, *hello);
  } else if (auto* result = std::get_if<protocol::RunResult>(&message)) {
    take_result(slot, std::move(*result));
  } else if (const auto* failure = std::get_if<protocol::RunFailure>(&message)) {
    take_failure(slot, *failure);
  } else if (const auto* end = std::get_if<protocol::GroupEnd>(&message)) {
    if (end->group_id != slot.group_id || !slot.open.empty()) {
      throw protocol::ProtocolError("a group ended before its runs");
    }
    slot.enter(WorkerSlot::State::kIdle, monotonic_s());
  } else if (const auto* beat = std::get_if<protocol::Heartbeat>(&message)) {
    learn_kernel(slot, beat->kernel);
  } else if (const auto* event = std::get_if<protocol::RunEvent>(&message)) {
    for (OpenRun& open : slot.open)
      if (open.run.run_key == event->run_key) tell(open, event->sentence);
  } else {
    throw protocol::ProtocolError("a message that a training worker does not send");
  }
}

void Scheduler::greet(WorkerSlot& slot, const protocol::Hello& hello) {
  check_greeting(hello, options_.worker.string());
  slot.hello = hello;
  slot.enter(WorkerSlot::State::kIdle, monotonic_s());
}

void Scheduler::learn_kernel(const WorkerSlot& slot, const std::string& kernel) {
  const std::string family = device_family(slot.device);
  if (kernel.empty() || options_.kernels.contains(family)) return;
  options_.kernels[family] = kernel;
  journal_.kernel_chosen(family, kernel);
}

void Scheduler::tell(OpenRun& open, const std::string& sentence) {
  open.log.write(sentence + "\n");
  progress_.message(fmt::format("run {:.12} ({}, seed {}): {}", open.run.run_key, open.run.label,
                                open.run.seed, sentence));
}

void Scheduler::take_result(WorkerSlot& slot, protocol::RunResult result) {
  read_output(slot);
  OpenRun open = slot.take(result.run_key);
  if (result.diverged)
    tell(open,
         fmt::format("diverged after batch {}: {}", result.diverged_step, result.diverged_reason));
  else
    open.log.write("done\n");
  // A run without training says nothing of routines.
  if (result.counters.batches > 0) learn_kernel(slot, result.kernel);
  if (device_family(slot.device) == "cpu") memory_.learn(result.peak_memory_bytes);
  result_runs_.emplace(result.run_key, std::move(open.run));
  results_.push_back(std::move(result));
}

void Scheduler::take_failure(WorkerSlot& slot, const protocol::RunFailure& failure) {
  read_output(slot);
  OpenRun open = slot.take(failure.run_key);
  const auto& kinds = store::kFailureKinds;
  const bool known = std::find(kinds.begin(), kinds.end(), failure.kind) != kinds.end();
  open.log.write("failed, " + failure.kind + ": " + failure.message + "\n");
  if (failure.kind == "oom") slot.ran_out_of_memory = true;
  end_run_failed(open.run, {known ? failure.kind : "error", failure.message});
}

void Scheduler::worker_ended(WorkerSlot& slot) {
  read_output(slot);
  const int status = slot.process->reap(kReapPatience_s);
  slot.process.reset();
  slot.ran_out_of_memory = false;
  const auto state = std::exchange(slot.state, WorkerSlot::State::kEmpty);
  Ending ending = classify_ending(status, oom_watch_.seen_since_last());
  if (state == WorkerSlot::State::kGreeting) {
    throw EnvironmentError(
        never_greeted(options_.worker.string(), "it ended before its greeting", slot.tail));
  }
  if (slot.verdict) ending = *std::exchange(slot.verdict, std::nullopt);
  std::vector<OpenRun> open = std::exchange(slot.open, {});
  for (OpenRun& run : open) {
    run.log.write("failed, " + ending.kind + ": " + ending.message + "\n");
    end_run_failed(run.run, ending);
  }
  slot.tail.clear();
}

void Scheduler::check_deadlines() {
  const double now = monotonic_s();
  std::vector<std::string> alive;
  for (const auto& slot : slots_) {
    const double elapsed_s = now - slot->since_s;
    if (slot->state == WorkerSlot::State::kGreeting && elapsed_s > options_.greeting_timeout_s) {
      throw EnvironmentError(never_greeted(options_.worker.string(),
                                           fmt::format("no greeting within {:.0f} s", elapsed_s),
                                           slot->tail));
    }
    if (slot->state != WorkerSlot::State::kBusy) continue;
    for (const OpenRun& open : slot->open) alive.push_back(open.run.run_key);
    if (slot->verdict) continue;
    if (stopping_) {
      if (elapsed_s > options_.stop_grace_s) slot->process->signal(SIGKILL);
    } else if (options_.run_timeout_s && elapsed_s > *options_.run_timeout_s) {
      slot->verdict =
          Ending{"timeout", fmt::format("not finished within {} s", *options_.run_timeout_s)};
      slot->process->signal(SIGKILL);
    } else if (now - slot->last_sign_s > options_.silence_timeout_s) {
      slot->verdict =
          Ending{"lost", fmt::format("no sign of life for {} s", options_.silence_timeout_s)};
      slot->process->signal(SIGKILL);
    }
  }
  if (!alive.empty() && now - last_alive_s_ >= kAlivePeriod_s) {
    journal_.alive(alive);
    last_alive_s_ = now;
  }
}

}  // namespace ratbench::sched
