// A worker that is asked one thing after the other and waited for: what embedding and the
// measurement of costs do, while the scheduler serves many workers at once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "harness/protocol/messages.hpp"
#include "harness/sched/worker_process.hpp"

namespace ratbench::sched {

class WorkerConversation {
 public:
  // Starts the program and checks its greeting. `device` is "auto", "cpu" or "cuda[:K]"; `doing`
  // completes "PROGRAM ended while it ..." in errors. Throws EnvironmentError when the program
  // cannot be started, is of another version or lacks the device.
  WorkerConversation(const std::filesystem::path& program, const std::string& device,
                     std::string doing);

  // The device in use: "cpu", "cuda:0".
  const std::string& device() const { return device_; }
  const protocol::Hello& greeting() const { return greeting_; }
  pid_t pid() const { return process_.pid(); }

  // All throw EnvironmentError, with the worker's last words, when it is gone.
  void send(const protocol::Message& message);
  protocol::Message wait();
  // Nothing when the descriptor `interruption` becomes readable before the worker has spoken.
  std::optional<protocol::Message> wait_unless(int interruption);
  // Nothing when the worker has not spoken for that time.
  std::optional<protocol::Message> wait_for(double patience_s);

 private:
  // Negative patience: for ever.
  std::optional<protocol::Message> wait(int interruption, int patience_ms);
  [[noreturn]] void gone();

  std::string program_;
  std::string doing_;
  WorkerProcess process_;
  protocol::Hello greeting_;
  std::string device_;
  std::string tail_;  // the worker's last words
};

}  // namespace ratbench::sched
