#include "harness/embed/embed_worker.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <variant>

#include "harness/sched/device.hpp"
#include "harness/sched/worker_slot.hpp"
#include "src/base/error.hpp"

namespace ratbench::embed {
namespace {

constexpr std::size_t kTailBytes = 2000;
constexpr double kPatience_s = 2;

// The worker's message names the folder already.
[[noreturn]] void refuse(const std::string& folder, std::string message) {
  const std::string prefix = folder + ": ";
  if (message.starts_with(prefix)) message.erase(0, prefix.size());
  throw DataError(folder, "", message);
}

}  // namespace

EmbedWorker::EmbedWorker(const std::filesystem::path& program, const std::string& device)
    : program_(program.string()), process_(program) {
  const protocol::Message first = wait();
  const auto* hello = std::get_if<protocol::Hello>(&first);
  if (hello == nullptr) {
    throw EnvironmentError(program_ + " did not greet; it is not a worker of this version");
  }
  sched::check_greeting(*hello, program_);
  device_ = sched::assign_devices(sched::parse_device(device),
                                  sched::available_devices(hello->devices), 1)
                .front();
}

protocol::EmbedResult EmbedWorker::embed(protocol::EmbedRequest request) {
  request.request_id = ++requests_;
  request.device = device_;
  if (!process_.send(request)) gone();
  for (;;) {
    const protocol::Message message = wait();
    if (const auto* result = std::get_if<protocol::EmbedResult>(&message)) {
      if (result->request_id == request.request_id) return *result;
    } else if (const auto* failure = std::get_if<protocol::EmbedFailure>(&message)) {
      if (failure->kind == "data") refuse(request.encoder.folder, failure->message);
      throw EnvironmentError("embedding failed (" + failure->kind + "): " + failure->message);
    }
  }
}

protocol::Message EmbedWorker::wait() {
  for (;;) {
    if (auto message = process_.next()) return *std::move(message);
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

void EmbedWorker::gone() {
  process_.reap(kPatience_s);
  tail_ += process_.read_output();
  throw EnvironmentError(
      program_ + " ended while it embedded texts" +
      (tail_.empty() ? "; perhaps memory ran out" : "; its last words: " + tail_));
}

}  // namespace ratbench::embed
