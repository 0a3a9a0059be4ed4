// The engine's half of a cost measurement: one worker program that opens the arms and is then asked
// for one block after the other.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "harness/cost/measurement.hpp"
#include "harness/protocol/messages.hpp"
#include "harness/sched/worker_process.hpp"

namespace ratbench::cost {

class CostWorker final : public BlockRunner {
 public:
  // Starts the program and checks its greeting. `device` is "auto", "cpu" or "cuda[:K]". Throws
  // EnvironmentError when the program cannot be started, is of another version or lacks the device.
  CostWorker(const std::filesystem::path& program, const std::string& device);

  // The device in use: "cpu", "cuda:0".
  const std::string& device() const { return device_; }
  const protocol::Hello& greeting() const { return greeting_; }

  // Opens the arms; the device is filled in. Throws DataError when the worker refuses data or a
  // configuration, EnvironmentError when it fails or is gone.
  protocol::CostReady open(protocol::CostSetup setup);
  // Throws as open() does.
  protocol::CostTimes run(const protocol::CostBlock& block) override;

 private:
  protocol::Message wait();
  [[noreturn]] void gone();

  std::string program_;
  sched::WorkerProcess process_;
  protocol::Hello greeting_;
  std::string device_;
  std::string tail_;  // the worker's last words
};

}  // namespace ratbench::cost
