#include "harness/sched/worker_conversation.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <utility>
#include <variant>

#include "harness/sched/device.hpp"
#include "harness/sched/worker_slot.hpp"
#include "src/base/error.hpp"

namespace ratbench::sched {
namespace {

constexpr std::size_t kLastWordsBytes = 2000;

}  // namespace

WorkerConversation::WorkerConversation(const std::filesystem::path& program,
                                       const std::string& device, std::string doing)
    : program_(program.string()), doing_(std::move(doing)), process_(program) {
  const protocol::Message first = wait();
  const auto* hello = std::get_if<protocol::Hello>(&first);
  if (hello == nullptr)
    throw EnvironmentError(program_ + " did not greet; it is not a worker of this version");
  check_greeting(*hello, program_);
  greeting_ = *hello;
  device_ = assign_devices(parse_device(device), available_devices(hello->devices), 1).front();
}

void WorkerConversation::send(const protocol::Message& message) {
  if (!process_.send(message)) gone();
}

protocol::Message WorkerConversation::wait() { return *wait_unless(-1); }

std::optional<protocol::Message> WorkerConversation::wait_unless(int interruption) {
  return wait(interruption, -1);
}

std::optional<protocol::Message> WorkerConversation::wait_for(double patience_s) {
  return wait(-1, static_cast<int>(std::ceil(1e3 * patience_s)));
}

std::optional<protocol::Message> WorkerConversation::wait(int interruption, int patience_ms) {
  for (;;) {
    if (auto message = process_.next()) return message;
    // A closed output, and no interruption to watch for, are -1 and skipped by poll.
    std::array<pollfd, 3> watched = {{{process_.socket(), POLLIN, 0},
                                      {process_.output(), POLLIN, 0},
                                      {interruption, POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), patience_ms);
    if (ready == 0) return std::nullopt;
    if (ready < 0 && errno != EINTR) gone();
    // An interrupted poll leaves the answers of the one before.
    if (ready < 0) continue;
    tail_ += process_.read_output();
    if (tail_.size() > kLastWordsBytes) tail_.erase(0, tail_.size() - kLastWordsBytes);
    if (watched[2].revents != 0) return std::nullopt;
    if (watched[0].revents == 0) continue;
    if (process_.read_some() == protocol::FrameReader::Stream::kEnded) {
      if (auto message = process_.next()) return message;
      gone();
    }
  }
}

void WorkerConversation::gone() {
  process_.reap(kReapPatience_s);
  tail_ += process_.read_output();
  throw EnvironmentError(
      program_ + " ended while it " + doing_ +
      (tail_.empty() ? "; perhaps memory ran out" : "; its last words: " + tail_));
}

}  // namespace ratbench::sched
