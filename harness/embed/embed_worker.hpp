// The engine's half of embedding: one worker program that is asked for features and waited for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "harness/protocol/messages.hpp"
#include "harness/sched/worker_conversation.hpp"

namespace ratbench::embed {

class EmbedWorker {
 public:
  // Throws as sched::WorkerConversation does.
  EmbedWorker(const std::filesystem::path& program, const std::string& device)
      : worker_(program, device, "embedded texts") {}

  // Sends a request (its id and device are filled in) and waits for the answer; nothing when the
  // descriptor `interruption` becomes readable first, and then no more may be asked. Throws
  // DataError when the worker refuses the model or the ids, EnvironmentError when it fails or is
  // gone.
  std::optional<protocol::EmbedResult> embed(protocol::EmbedRequest request, int interruption);

 private:
  sched::WorkerConversation worker_;
  std::uint64_t requests_ = 0;
};

}  // namespace ratbench::embed
