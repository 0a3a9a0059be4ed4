#include "harness/cli/version_text.hpp"

#include <fmt/format.h>

#include "harness/sched/probe.hpp"
#include "harness/store/schema.hpp"
#include "src/base/error.hpp"
#include "src/base/version.hpp"

namespace ratbench::cli {

std::string version_text() {
  std::string text =
      fmt::format("ratbench {}\ngit revision {}\nmethod version {}\nschema version {}\n",
                  kProgramVersion, git_revision(), kMethodVersion, store::kSchemaVersion);
  try {
    const protocol::Hello hello = sched::probe_worker();
    text += fmt::format("LibTorch {} (worker {}, {})\n", hello.libtorch_version,
                        hello.program_version, hello.git_revision);
  } catch (const EnvironmentError& error) {
    text += fmt::format("LibTorch unknown: {}\n", error.what());
  }
  return text;
}

}  // namespace ratbench::cli
