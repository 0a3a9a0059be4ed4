// ratbench-worker: trains what the engine sends over its socket. Started by ratbench, not by
// people; by hand it only says its version and its devices.
#include <torch/version.h>

#include <cstdio>
#include <exception>
#include <string_view>

#include "harness/protocol/worker_loop.hpp"
#include "harness/worker/machine.hpp"
#include "harness/worker/method_trainer.hpp"
#include "src/base/error.hpp"
#include "src/base/version.hpp"

namespace {

constexpr const char* kUsage =
    "ratbench-worker is started by ratbench.\n"
    "  --version  its version, git revision, LibTorch and method version\n"
    "  --devices  the devices it can use, one a line\n";

int run(int argc, char** argv) {
  if (argc == 1) {
    ratbench::worker::MethodTrainer trainer;
    return ratbench::protocol::run_worker(trainer);
  }
  const std::string_view option = argv[1];
  if (argc == 2 && option == "--version") {
    std::printf("ratbench-worker %s (%s), LibTorch %s, method %d, protocol %d\n",
                ratbench::kProgramVersion, ratbench::git_revision(), TORCH_VERSION,
                ratbench::kMethodVersion, ratbench::kProtocolVersion);
    return 0;
  }
  if (argc == 2 && option == "--devices") {
    for (const std::string& device : ratbench::worker::device_list())
      std::printf("%s\n", device.c_str());
    return 0;
  }
  const bool asked = argc == 2 && option == "--help";
  std::fputs(kUsage, asked ? stdout : stderr);
  return asked ? 0 : static_cast<int>(ratbench::ExitStatus::kUsage);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const ratbench::Error& e) {
    std::fprintf(stderr, "ratbench-worker: %s\n", e.what());
    return static_cast<int>(e.status());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "ratbench-worker: %s\n", e.what());
    return static_cast<int>(ratbench::ExitStatus::kRunFailed);
  }
}
