#include "harness/sched/worker_slot.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <utility>

#include "harness/protocol/codec.hpp"
#include "src/base/version.hpp"

namespace ratbench::sched {
namespace {

constexpr std::size_t kTailBytes = 2000;

void check_equal(const std::string& program, const std::string& what, const std::string& found,
                 const std::string& wanted) {
  if (found == wanted) return;
  throw EnvironmentError("the worker program " + program + " has " + what + " " + found +
                         ", this program " + wanted + "; build both from one revision");
}

}  // namespace

OpenRun WorkerSlot::take(const std::string& run_key) {
  const auto it = std::find_if(open.begin(), open.end(), [&](const OpenRun& candidate) {
    return candidate.run.run_key == run_key;
  });
  if (it == open.end()) throw protocol::ProtocolError("an end of a run that was not asked for");
  OpenRun taken = std::move(*it);
  open.erase(it);
  return taken;
}

void WorkerSlot::append_output(const std::string& text) {
  for (OpenRun& run : open) run.log.write(text);
  tail += text;
  if (tail.size() > kTailBytes) tail.erase(0, tail.size() - kTailBytes);
}

double monotonic_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void check_greeting(const protocol::Hello& hello, const std::string& program) {
  check_equal(program, "protocol version", std::to_string(hello.protocol_version),
              std::to_string(kProtocolVersion));
  check_equal(program, "version", hello.program_version, kProgramVersion);
  check_equal(program, "method version", std::to_string(hello.method_version),
              std::to_string(kMethodVersion));
  static std::atomic<bool> noted = false;
  const std::string note = other_revision(hello, program);
  if (!note.empty() && !noted.exchange(true)) std::fprintf(stderr, "note: %s\n", note.c_str());
}

// A note and no refusal: what moves results raises the method version, and who builds one of the
// two programs alone while developing may go on.
std::string other_revision(const protocol::Hello& hello, const std::string& program) {
  constexpr std::string_view kUnknown = "unknown";
  const std::string own = git_revision();
  const std::string& its = hello.git_revision;
  if (own == its || own == kUnknown || its == kUnknown) return "";
  return "the worker program " + program + " was built from revision " + its +
         ", this program from " + own + "; build both from one revision";
}

std::string last_words(const std::string& output) {
  return output.empty() ? "; it wrote nothing" : "; its last words: " + output;
}

}  // namespace ratbench::sched
