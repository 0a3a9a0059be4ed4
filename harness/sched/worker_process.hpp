// One worker program: started with posix_spawn, spoken to over a socket pair on its descriptor 3,
// its output caught. The destructor ends the process; a worker also ends by itself when the engine
// dies.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "harness/protocol/framing.hpp"
#include "harness/protocol/messages.hpp"

namespace ratbench::sched {

// RATBENCH_WORKER, else "ratbench-worker" beside this program. Throws EnvironmentError when it is
// not an executable file.
std::filesystem::path find_worker();

// How long a worker that has closed its connection, or was told to stop, may take to end.
inline constexpr double kReapPatience_s = 2;

// Not safe for use from several threads.
class WorkerProcess {
 public:
  // Throws EnvironmentError when the program cannot be started.
  explicit WorkerProcess(const std::filesystem::path& program);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  pid_t pid() const { return pid_; }
  int socket() const { return socket_; }
  int output() const { return output_; }

  // False when the worker is gone.
  bool send(const protocol::Message& message);
  // Takes what has arrived; call it when poll says readable.
  protocol::FrameReader::Stream read_some() { return frames_.read_some(socket_); }
  // The next complete message. Throws ProtocolError on nonsense.
  std::optional<protocol::Message> next();
  // Text the worker wrote to stdout and stderr since the last call; never waits.
  std::string read_output();

  void signal(int number);
  // Waits for the end of the process, at most `patience_s`, then kills it. Returns the wait status
  // of waitpid.
  int reap(double patience_s);

 private:
  pid_t pid_ = -1;
  int socket_ = -1;
  int output_ = -1;
  protocol::FrameReader frames_;
};

}  // namespace ratbench::sched
