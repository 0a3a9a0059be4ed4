// ratbench: the only place where errors become exit statuses.
#include <fmt/format.h>

#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <string_view>

#include "harness/cli/commands.hpp"
#include "src/base/error.hpp"

namespace {

using ratbench::ExitStatus;

// Control characters as JSON writes them: what a file holds must not steer the terminal.
std::string shown(std::string_view message) {
  std::string text;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const auto byte = static_cast<unsigned char>(message[i]);
    const auto next = i + 1 < message.size() ? static_cast<unsigned char>(message[i + 1]) : 0U;
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) {
      text += fmt::format("\\u{:04x}", byte);
    } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {  // U+0080 to U+009F
      text += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      text += message[i];
    }
  }
  return text;
}

int fail(ExitStatus status, const char* message) {
  fmt::print(stderr, "ratbench: {}\n", shown(message));
  return static_cast<int>(status);
}

std::terminate_handler default_terminate = nullptr;

// The C++ library ends the program without an exception where there is not even room to throw one.
constexpr std::size_t kRoomOfAnException = 1024;

[[noreturn]] void end_out_of_memory() {
  std::fputs("ratbench: out of memory\n", stderr);
  std::_Exit(static_cast<int>(ExitStatus::kEnvironment));
}

// Destructors of large JSON documents allocate, and may not throw: where memory is gone the program
// ends here instead of in main.
[[noreturn]] void on_terminate() {
  try {
    if (const auto error = std::current_exception()) {
      std::rethrow_exception(error);
    } else if (void* const room = std::malloc(kRoomOfAnException)) {
      std::free(room);
    } else {
      end_out_of_memory();
    }
  } catch (const std::bad_alloc&) {
    end_out_of_memory();
  } catch (...) {
    // Our own mistake; said in the usual way.
  }
  default_terminate();
  std::abort();
}

// Before the objects of the libraries are made, which takes memory too.
[[gnu::constructor(101)]] void end_well_without_memory() {
  default_terminate = std::set_terminate(on_terminate);
}

}  // namespace

int main(int argc, char** argv) {
  // A write beyond a file size limit then fails with an error that names the file.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return ratbench::cli::run_command_line(argc, argv);
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
