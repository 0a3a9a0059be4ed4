#include "harness/embed/embed_worker.hpp"

#include <variant>

#include "src/base/error.hpp"

namespace ratbench::embed {
namespace {

[[noreturn]] void fail(const protocol::EmbedFailure& failure, const std::string& folder) {
  if (failure.kind != "data")
    throw EnvironmentError("embedding failed (" + failure.kind + "): " + failure.message);
  // Most of the worker's messages name the folder, or a file in it, already.
  const std::size_t end = failure.message.find(": ", folder.size());
  const bool named = failure.message.starts_with(folder) && end != std::string::npos &&
                     (end == folder.size() || failure.message[folder.size()] == '/');
  if (!named) throw DataError(folder, "", failure.message);
  throw DataError(failure.message.substr(0, end), "", failure.message.substr(end + 2));
}

}  // namespace

std::optional<protocol::EmbedResult> EmbedWorker::embed(protocol::EmbedRequest request,
                                                        int interruption) {
  request.request_id = ++requests_;
  request.device = worker_.device();
  worker_.send(request);
  for (;;) {
    const auto message = worker_.wait_unless(interruption);
    if (!message) return std::nullopt;
    if (const auto* result = std::get_if<protocol::EmbedResult>(&*message)) {
      if (result->request_id == request.request_id) return *result;
    } else if (const auto* failure = std::get_if<protocol::EmbedFailure>(&*message)) {
      fail(*failure, request.encoder.folder);
    }
  }
}

}  // namespace ratbench::embed
