#include "harness/cost/cost_worker.hpp"

#include <variant>

#include "src/base/error.hpp"

namespace ratbench::cost {
namespace {

constexpr double kBetweenLooks_s = 0.2;  // at the time and at interruptions

[[noreturn]] void fail(const protocol::CostFailure& failure) {
  if (failure.kind == "data") throw DataError("cost", "", failure.message);
  throw EnvironmentError("the measurement failed (" + failure.kind + "): " + failure.message);
}

}  // namespace

protocol::CostReady CostWorker::open(protocol::CostSetup setup) {
  setup.device = worker_.device();
  worker_.send(setup);
  for (;;) {
    const protocol::Message message = worker_.wait();
    if (const auto* ready = std::get_if<protocol::CostReady>(&message)) return *ready;
    if (const auto* failure = std::get_if<protocol::CostFailure>(&message)) fail(*failure);
  }
}

std::optional<protocol::CostTimes> CostWorker::run(const protocol::CostBlock& block,
                                                   const std::function<bool()>& give_up) {
  worker_.send(block);
  while (!give_up()) {
    const auto message = worker_.wait_for(kBetweenLooks_s);
    if (!message) continue;
    if (const auto* times = std::get_if<protocol::CostTimes>(&*message)) {
      if (times->request_id == block.request_id) return *times;
    } else if (const auto* failure = std::get_if<protocol::CostFailure>(&*message)) {
      fail(*failure);
    }
  }
  return std::nullopt;
}

}  // namespace ratbench::cost
