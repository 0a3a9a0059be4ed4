// The engine's half of a cost measurement: one worker program that opens the arms and is then asked
// for one block after the other.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "harness/cost/measurement.hpp"
#include "harness/protocol/messages.hpp"
#include "harness/sched/worker_conversation.hpp"

namespace ratbench::cost {

class CostWorker final : public BlockRunner {
 public:
  // Throws as sched::WorkerConversation does.
  CostWorker(const std::filesystem::path& program, const std::string& device)
      : worker_(program, device, "was measured") {}

  // The device in use: "cpu", "cuda:0".
  const std::string& device() const { return worker_.device(); }
  const protocol::Hello& greeting() const { return worker_.greeting(); }
  pid_t pid() const { return worker_.pid(); }

  // Opens the arms; the device is filled in. Throws DataError when the worker refuses data or a
  // configuration, EnvironmentError when it fails or is gone.
  protocol::CostReady open(protocol::CostSetup setup);
  // Throws as open() does. A worker that was given up is in the middle of a block and is ended with
  // this object.
  std::optional<protocol::CostTimes> run(const protocol::CostBlock& block,
                                         const std::function<bool()>& give_up) override;

 private:
  sched::WorkerConversation worker_;
};

}  // namespace ratbench::cost
