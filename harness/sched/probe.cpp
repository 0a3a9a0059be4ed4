#include "harness/sched/probe.hpp"

#include <poll.h>

#include <string>

#include "harness/sched/worker_slot.hpp"
#include "src/base/error.hpp"

namespace ratbench::sched {
namespace {

constexpr double kPatience_s = 120;

}  // namespace

protocol::Hello probe_worker() {
  const std::string program = find_worker().string();
  WorkerProcess worker(program);
  const double deadline_s = monotonic_s() + kPatience_s;
  while (monotonic_s() < deadline_s) {
    pollfd fd{worker.socket(), POLLIN, 0};
    if (::poll(&fd, 1, 250) <= 0) continue;
    const auto stream = worker.read_some();
    if (const auto message = worker.next()) {
      const auto* hello = std::get_if<protocol::Hello>(&*message);
      if (hello == nullptr) break;
      check_greeting(*hello, program);
      worker.send(protocol::Shutdown{});
      worker.reap(kReapPatience_s);
      return *hello;
    }
    if (stream == protocol::FrameReader::Stream::kEnded) break;
  }
  std::string output = worker.read_output();
  worker.reap(kReapPatience_s);
  output += worker.read_output();
  throw EnvironmentError("the worker program " + program +
                         " is no usable worker: it did not greet" + last_words(output));
}

}  // namespace ratbench::sched
