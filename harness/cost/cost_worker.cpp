#include "harness/cost/cost_worker.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <variant>

#include "harness/sched/device.hpp"
#include "harness/sched/worker_slot.hpp"
#include "src/base/error.hpp"

namespace ratbench::cost {
namespace {

constexpr std::size_t kTailBytes = 2000;
constexpr double kPatience_s = 2;

[[noreturn]] void fail(const protocol::CostFailure& failure) {
  if (failure.kind == "data") throw DataError("cost", "", failure.message);
  throw EnvironmentError("the measurement failed (" + failure.kind + "): " + failure.message);
}

}  // namespace

CostWorker::CostWorker(const std::filesystem::path& program, const std::string& device)
    : program_(program.string()), process_(program) {
  const protocol::Message first = wait();
  const auto* hello = std::get_if<protocol::Hello>(&first);
  if (hello == nullptr)
    throw EnvironmentError(program_ + " did not greet; it is not a worker of this version");
  sched::check_greeting(*hello, program_);
  greeting_ = *hello;
  device_ = sched::assign_devices(sched::parse_device(device),
                                  sched::available_devices(hello->devices), 1)
                .front();
}

protocol::CostReady CostWorker::open(protocol::CostSetup setup) {
  setup.device = device_;
  if (!process_.send(setup)) gone();
  for (;;) {
    const protocol::Message message = wait();
    if (const auto* ready = std::get_if<protocol::CostReady>(&message)) return *ready;
    if (const auto* failure = std::get_if<protocol::CostFailure>(&message)) fail(*failure);
  }
}

protocol::CostTimes CostWorker::run(const protocol::CostBlock& block) {
  if (!process_.send(block)) gone();
  for (;;) {
    const protocol::Message message = wait();
    if (const auto* times = std::get_if<protocol::CostTimes>(&message)) {
      if (times->request_id == block.request_id) return *times;
    } else if (const auto* failure = std::get_if<protocol::CostFailure>(&message)) {
      fail(*failure);
    }
  }
}

protocol::Message CostWorker::wait() {
  for (;;) {
    if (auto message = process_.next()) return *std::move(message);
    // A closed output (-1) is skipped by poll.
    std::array<pollfd, 2> watched = {
        {{process_.socket(), POLLIN, 0}, {process_.output(), POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) gone();
    tail_ += process_.read_output();
    if (tail_.size() > kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
    if (watched[0].revents == 0) continue;
    if (process_.read_some() == protocol::FrameReader::Stream::kEnded) {
      if (auto message = process_.next()) return *std::move(message);
      gone();
    }
  }
}

void CostWorker::gone() {
  process_.reap(kPatience_s);
  tail_ += process_.read_output();
  throw EnvironmentError(
      program_ + " ended while it was measured" +
      (tail_.empty() ? "; perhaps memory ran out" : "; its last words: " + tail_));
}

}  // namespace ratbench::cost
