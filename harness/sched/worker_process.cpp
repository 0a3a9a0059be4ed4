#include "harness/sched/worker_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

#include "harness/protocol/codec.hpp"
#include "harness/protocol/worker_loop.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"

extern char** environ;

namespace ratbench::sched {
namespace {

[[noreturn]] void fail(const std::string& doing, int code) {
  throw EnvironmentError(doing + ": " + std::strerror(code));
}

// Descriptors and signals as the worker is to find them.
class SpawnSetup {
 public:
  SpawnSetup(int socket, int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, 1);
    ::posix_spawn_file_actions_adddup2(&actions_, output, 2);
    ::posix_spawn_file_actions_adddup2(&actions_, socket, protocol::kWorkerSocketFd);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, protocol::kWorkerSocketFd + 1);
    // A process group of its own: Ctrl-C in the terminal reaches the engine alone, which decides.
    sigset_t none;
    sigset_t usual;
    ::sigemptyset(&none);
    ::sigfillset(&usual);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSetup() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  int spawn(const std::string& program, pid_t& pid) const {
    std::string name = program;
    std::array<char*, 2> arguments = {name.data(), nullptr};
    return ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_, arguments.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

void close_if_open(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

}  // namespace

std::filesystem::path find_worker() {
  namespace fs = std::filesystem;
  const char* named = std::getenv("RATBENCH_WORKER");
  std::error_code ignored;
  const fs::path program =
      named != nullptr
          ? fs::path(named)
          : fs::read_symlink("/proc/self/exe", ignored).parent_path() / "ratbench-worker";
  if (!fs::is_regular_file(program, ignored) || ::access(program.c_str(), X_OK) != 0) {
    throw EnvironmentError("the worker program " + program.string() +
                           " is missing or cannot be run" +
                           (named != nullptr ? " (named by RATBENCH_WORKER)"
                                             : "; build it, or name it in RATBENCH_WORKER"));
  }
  return program;
}

WorkerProcess::WorkerProcess(const std::filesystem::path& program) {
  std::array<int, 2> sockets{};
  std::array<int, 2> pipe{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
    fail("no socket for a worker", errno);
  }
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    const int code = errno;
    ::close(sockets[0]);
    ::close(sockets[1]);
    fail("no pipe for a worker", code);
  }
  const int code = SpawnSetup(sockets[1], pipe[1]).spawn(program.string(), pid_);
  ::close(sockets[1]);
  ::close(pipe[1]);
  socket_ = sockets[0];
  output_ = pipe[0];
  if (code != 0) {
    close_if_open(socket_);
    close_if_open(output_);
    fail("the worker program " + program.string() + " cannot be started", code);
  }
  ::fcntl(output_, F_SETFL, O_NONBLOCK);
}

WorkerProcess::~WorkerProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  close_if_open(socket_);
  close_if_open(output_);
}

bool WorkerProcess::send(const protocol::Message& message) {
  return protocol::write_frame(socket_, protocol::encode(message));
}

std::optional<protocol::Message> WorkerProcess::next() {
  const auto frame = frames_.next();
  if (!frame) return std::nullopt;
  return protocol::decode(*frame);
}

std::string WorkerProcess::read_output() {
  std::string text;
  std::array<char, 4096> bytes;
  while (output_ >= 0) {
    const ssize_t count = ::read(output_, bytes.data(), bytes.size());
    if (count > 0) {
      text.append(bytes.data(), static_cast<std::size_t>(count));
    } else if (count < 0 && errno == EINTR) {
      continue;
    } else {
      if (count == 0) close_if_open(output_);
      break;
    }
  }
  return text;
}

void WorkerProcess::signal(int number) {
  if (pid_ > 0) ::kill(pid_, number);
}

int WorkerProcess::reap(double patience_s) {
  // Without a process of its own, kill and waitpid would mean every process.
  RB_CHECK_GT(pid_, 0);
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(patience_s);
  int status = 0;
  while (true) {
    const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) break;
    if (Clock::now() >= deadline) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  pid_ = -1;
  return status;
}

}  // namespace ratbench::sched
