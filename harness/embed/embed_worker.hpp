// The engine's half of embedding: one worker program that is asked for features and waited for.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/protocol/messages.hpp"
#include "harness/sched/worker_process.hpp"

namespace ratbench::embed {

class EmbedWorker {
 public:
  // Starts the program and checks its greeting. `device` is "auto", "cpu" or "cuda[:K]". Throws
  // EnvironmentError when the program cannot be started, is of another version or lacks the device.
  EmbedWorker(const std::filesystem::path& program, const std::string& device);

  // Sends a request (its id and device are filled in) and waits for the answer. Throws DataError
  // when the worker refuses the model or the ids, EnvironmentError when it fails or is gone.
  protocol::EmbedResult embed(protocol::EmbedRequest request);

 private:
  protocol::Message wait();
  [[noreturn]] void gone();

  std::string program_;
  sched::WorkerProcess process_;
  std::string device_;
  std::string tail_;  // the worker's last words
  std::uint64_t requests_ = 0;
};

}  // namespace ratbench::embed
