#include "harness/embed/embed_worker.hpp"

#include <variant>

#include "src/base/error.hpp"

namespace ratbench::embed {
namespace {

[[noreturn]] void fail(const protocol::EmbedFailure& failure, const std::string& folder) {
  if (failure.kind != "data")
    throw EnvironmentError("embedding failed (" + failure.kind + "): " + failure.message);
  // The worker's message names the folder already.
  const std::string prefix = folder + ": ";
  const bool named = failure.message.starts_with(prefix);
  throw DataError(folder, "", named ? failure.message.substr(prefix.size()) : failure.message);
}

}  // namespace

protocol::EmbedResult EmbedWorker::embed(protocol::EmbedRequest request) {
  request.request_id = ++requests_;
  request.device = worker_.device();
  worker_.send(request);
  for (;;) {
    const protocol::Message message = worker_.wait();
    if (const auto* result = std::get_if<protocol::EmbedResult>(&message)) {
      if (result->request_id == request.request_id) return *result;
    } else if (const auto* failure = std::get_if<protocol::EmbedFailure>(&message)) {
      fail(*failure, request.encoder.folder);
    }
  }
}

}  // namespace ratbench::embed
