// ratbench: the command line. The only place where errors become exit statuses.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <vector>

#include "harness/cli/commands.hpp"
#include "harness/cli/version_text.hpp"
#include "src/base/error.hpp"

namespace {

using ratbench::ExitStatus;

int fail(ExitStatus status, const char* message) {
  fmt::print(stderr, "ratbench: {}\n", message);
  return static_cast<int>(status);
}

std::terminate_handler default_terminate = nullptr;

// Destructors of large JSON documents allocate, and may not throw: where memory is gone the program
// ends here instead of in main.
[[noreturn]] void on_terminate() {
  try {
    if (const auto error = std::current_exception()) std::rethrow_exception(error);
  } catch (const std::bad_alloc&) {
    std::fputs("ratbench: out of memory\n", stderr);
    std::_Exit(static_cast<int>(ExitStatus::kEnvironment));
  } catch (...) {
    // Our own mistake; said in the usual way.
  }
  default_terminate();
  std::abort();
}

int run(int argc, char** argv) {
  CLI::App app;
  ratbench::cli::describe_program(app);
  bool version = false;
  app.add_flag("--version", version, "print version, git revision, LibTorch and schema");
  std::vector<std::pair<CLI::App*, ratbench::cli::Action>> actions;
  for (const ratbench::cli::Command& command : ratbench::cli::commands()) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    actions.emplace_back(sub, command.set_up(*sub));
  }
  app.parse_complete_callback([&] {
    if (version) throw CLI::CallForVersion(ratbench::cli::version_text(), 0);
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion& call) {
    fmt::print("{}", call.what());
    return 0;
  } catch (const CLI::ParseError& error) {
    if (version && error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError)) {
      fmt::print("{}", ratbench::cli::version_text());
      return 0;
    }
    // Help goes to stdout with status 0, every other message to stderr.
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitStatus::kUsage);
  }
  for (const auto& [sub, action] : actions) {
    if (sub->parsed()) return action();
  }
  return static_cast<int>(ExitStatus::kUsage);
}

}  // namespace

int main(int argc, char** argv) {
  // A write beyond a file size limit then fails with an error that names the file.
  std::signal(SIGXFSZ, SIG_IGN);
  default_terminate = std::set_terminate(on_terminate);
  try {
    return run(argc, argv);
  } catch (const ratbench::Error& error) {
    return fail(error.status(), error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(ExitStatus::kEnvironment, error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitStatus::kEnvironment, "out of memory");
  } catch (const std::exception& error) {
    return fail(ExitStatus::kRunFailed, error.what());
  }
}
