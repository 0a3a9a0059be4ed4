#include "harness/sched/store_journal.hpp"

#include <fstream>
#include <utility>
#include <variant>

#include "harness/protocol/codec.hpp"

namespace ratbench::sched {

store::ResultCodec result_codec() {
  store::ResultCodec codec;
  codec.encode = [](const protocol::RunResult& result) { return protocol::encode(result); };
  codec.decode = [](std::string_view text) {
    protocol::Message message = protocol::decode(text);
    auto* result = std::get_if<protocol::RunResult>(&message);
    if (result == nullptr) throw protocol::ProtocolError("a spool record is no result");
    return std::move(*result);
  };
  return codec;
}

std::string machine_name() {
  std::ifstream in("/proc/cpuinfo");
  std::string line;
  while (std::getline(in, line)) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown processor";
}

std::string kernel_setting(const std::string& family) { return "kernel/" + family; }

void StoreJournal::begin(std::span<const store::AttemptStart> starts) {
  writer_.begin_attempts(starts);
}

std::vector<store::RejectedResult> StoreJournal::finish(
    std::span<const protocol::RunResult> results) {
  return recorder_.record(results).rejected;
}

void StoreJournal::fail(std::span<const store::AttemptFailure> failures) {
  writer_.fail_attempts(failures);
}

void StoreJournal::alive(std::span<const std::string> run_keys) { writer_.heartbeat(run_keys); }

void StoreJournal::kernel_chosen(const std::string& family, const std::string& kernel) {
  writer_.set_machine_setting(machine_name(), kernel_setting(family), kernel);
}

}  // namespace ratbench::sched
