// The real worker program of this build, spoken to as the engine does, and groups to send it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/protocol/codec.hpp"
#include "harness/protocol/framing.hpp"
#include "harness/protocol/worker_loop.hpp"
#include "tests/src/train/toy_data.hpp"

extern char** environ;

namespace ratbench::worker {

using protocol::Message;

// One worker process; messages go through the real framing and codec.
class WorkerProcess {
 public:
  WorkerProcess() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    fd_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], protocol::kWorkerSocketFd);
    const char* build = std::getenv("RATBENCH_BUILD");
    const std::string program = std::string(build == nullptr ? "." : build) + "/ratbench-worker";
    char* const arguments[] = {const_cast<char*>(program.c_str()), nullptr};
    EXPECT_EQ(::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
  }
  ~WorkerProcess() {
    if (fd_ >= 0) ::close(fd_);
    if (pid_ > 0) wait();
  }
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  void send(const Message& message) { ASSERT_TRUE(protocol::write_frame(fd_, encode(message))); }
  std::optional<Message> receive() {
    const auto frame = protocol::read_frame(fd_);
    if (!frame) return std::nullopt;
    return protocol::decode(*frame);
  }
  // The next message of this type; heartbeats on the way are dropped.
  template <typename T>
  T expect() {
    while (auto message = receive()) {
      if (auto* wanted = std::get_if<T>(&*message)) return *wanted;
      if (!std::holds_alternative<protocol::Heartbeat>(*message)) break;
    }
    ADD_FAILURE() << "another message, or none, came";
    return {};
  }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

 private:
  int fd_ = -1;
  pid_t pid_ = -1;
};

inline specs::Config small_config() {
  specs::Config c;
  c.set("model.hidden", *Decimal::parse("16"));
  c.set("train.epochs", *Decimal::parse("2"));
  c.set("attack.name", std::string("fgm"));
  c.set("attack.p_rat", *Decimal::parse("0.5"));
  return c;
}

inline protocol::TrainGroup group_of(const train::testing::ToyFolder& folder,
                                     std::vector<std::string> keys) {
  protocol::TrainGroup group;
  group.group_id = 7;
  group.kernel = "mkl";
  group.data.paths = folder.paths();
  for (std::string& key : keys) group.runs.push_back({std::move(key), 3, small_config()});
  return group;
}

}  // namespace ratbench::worker
