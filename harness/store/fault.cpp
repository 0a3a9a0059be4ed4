#include "harness/store/fault.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "src/base/check.hpp"
#include "src/base/error.hpp"

namespace ratbench::store {
namespace {

struct Fault {
  std::string point;
  long passes_left = 0;
};

Fault parse(const std::string& text) {
  if (text.empty()) return {};
  const auto colon = text.find(':');
  const std::string point = text.substr(0, colon);
  const long passes =
      colon == std::string::npos ? 1 : std::strtol(text.c_str() + colon + 1, nullptr, 10);
  if (std::find(kFaultPoints.begin(), kFaultPoints.end(), point) == kFaultPoints.end() ||
      passes < 1) {
    std::string known;
    for (const std::string_view name : kFaultPoints)
      known.append(known.empty() ? "" : ", ").append(name);
    throw UsageError("RATBENCH_FAULT: no fault point in \"" + text +
                     "\"; NAME:PASS with NAME one of " + known);
  }
  return {point, passes};
}

Fault& armed() {
  static Fault fault = [] {
    const char* text = std::getenv("RATBENCH_FAULT");
    return parse(text == nullptr ? "" : text);
  }();
  return fault;
}

}  // namespace

void fault_point(std::string_view name) {
  Fault& fault = armed();
  if (fault.point.empty()) return;
  RB_CHECK(std::find(kFaultPoints.begin(), kFaultPoints.end(), name) != kFaultPoints.end());
  if (fault.point != name || --fault.passes_left > 0) return;
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

void arm_fault(const std::string& text) { armed() = parse(text); }

}  // namespace ratbench::store
