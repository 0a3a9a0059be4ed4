#include "harness/protocol/worker_loop.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <thread>

#include "harness/protocol/codec.hpp"
#include "harness/protocol/framing.hpp"
#include "src/base/error.hpp"
#include "src/base/heap.hpp"
#include "src/base/version.hpp"

namespace ratbench::protocol {
namespace {

constexpr std::chrono::milliseconds kHeartbeatPeriod{500};

// The stream to the engine, shared by the training and the heartbeat thread.
class Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {}

  void send(const Message& message) {
    const std::string text = encode(message);
    const std::lock_guard lock(mutex_);
    // Without an engine nobody can use a result: end at once, also from deep inside training.
    if (!write_frame(fd_, text)) ::_exit(static_cast<int>(ExitStatus::kRunFailed));
  }
  std::optional<std::string> receive() { return read_frame(fd_); }
  bool engine_gone() const {
    pollfd poll_fd{fd_, POLLRDHUP, 0};
    return ::poll(&poll_fd, 1, 0) > 0 && (poll_fd.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
  }

 private:
  int fd_;
  std::mutex mutex_;
};

// Sends signs of life while a group is being trained. One thread for the worker's whole life.
class Pulse {
 public:
  explicit Pulse(Connection& connection) : connection_(connection), thread_([this] { loop(); }) {}
  ~Pulse() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  void start(const std::string& run_key) {
    const std::lock_guard lock(mutex_);
    beat_ = Heartbeat{run_key, 0, 0, {}};
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    beat_.reset();
  }
  void progress(const std::string& run_key, std::int64_t step, std::int64_t total_steps) {
    const std::lock_guard lock(mutex_);
    if (!beat_) return;
    if (beat_->run_key != run_key) beat_->run_key = run_key;
    beat_->step = step;
    beat_->total_steps = total_steps;
  }
  void chose_kernel(const std::string& kernel) {
    const std::lock_guard lock(mutex_);
    if (beat_) beat_->kernel = kernel;
  }

 private:
  void loop() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kHeartbeatPeriod, [this] { return stopping_; })) {
      if (!beat_) continue;
      const Heartbeat beat = *beat_;
      lock.unlock();
      if (connection_.engine_gone()) ::_exit(static_cast<int>(ExitStatus::kRunFailed));
      connection_.send(beat);
      lock.lock();
    }
  }

  Connection& connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::optional<Heartbeat> beat_;
  std::thread thread_;
};

// Passes results on and remembers which runs of the group have ended.
class GroupSink : public ResultSink {
 public:
  GroupSink(Connection& connection, Pulse& pulse, const TrainGroup& group)
      : connection_(connection), pulse_(pulse) {
    for (const RunRequest& run : group.runs) open_.insert(run.run_key);
  }
  void report(const RunResult& result) override {
    if (close(result.run_key)) connection_.send(result);
  }
  void report(const RunFailure& failure) override {
    if (close(failure.run_key)) connection_.send(failure);
  }
  void report(const RunEvent& event) override { connection_.send(event); }
  void progress(const std::string& run_key, std::int64_t step, std::int64_t total_steps) override {
    pulse_.progress(run_key, step, total_steps);
  }
  void chose_kernel(const std::string& kernel) override { pulse_.chose_kernel(kernel); }
  void fail_open_runs(const std::string& kind, const std::string& message) {
    std::unique_lock lock(mutex_);
    const std::set<std::string> keys = open_;
    lock.unlock();
    for (const std::string& key : keys) report(RunFailure{key, kind, message});
  }

 private:
  // False when the run had ended before.
  bool close(const std::string& run_key) {
    const std::lock_guard lock(mutex_);
    return open_.erase(run_key) > 0;
  }

  Connection& connection_;
  Pulse& pulse_;
  std::mutex mutex_;
  std::set<std::string> open_;
};

// Does the work; what it throws goes to `failed` as (kind, text).
template <typename Work, typename Failed>
void guarded(const Work& work, const Failed& failed) {
  try {
    work();
  } catch (const std::bad_alloc&) {
    failed("oom", "out of memory");
  } catch (const DataError& error) {
    failed("data", error.what());
  } catch (const std::exception& error) {
    failed(lacks_memory(error) ? "oom" : "error", error.what());
  }
}

void train_group(GroupTrainer& trainer, const TrainGroup& group, Connection& connection,
                 Pulse& pulse) {
  GroupSink sink(connection, pulse, group);
  pulse.start(group.runs.empty() ? std::string() : group.runs.front().run_key);
  guarded(
      [&] {
        trainer.train(group, sink);
        sink.fail_open_runs("error", "the trainer returned without an end of this run");
      },
      [&](const char* kind, const char* what) { sink.fail_open_runs(kind, what); });
  pulse.stop();
  connection.send(GroupEnd{group.group_id});
}

void embed(GroupTrainer& trainer, const EmbedRequest& request, Connection& connection,
           Pulse& pulse) {
  pulse.start("");
  guarded([&] { connection.send(trainer.embed(request)); },
          [&](const char* kind, const char* what) {
            connection.send(EmbedFailure{request.request_id, kind, what});
          });
  pulse.stop();
}

// Without signs of life: the heartbeat thread would take time from what is measured, and the engine
// sees the end of the connection.
template <typename Work>
void measure(const Work& work, Connection& connection) {
  guarded([&] { connection.send(work()); },
          [&](const char* kind, const char* what) {
            connection.send(CostFailure{kind, what});
          });
}

}  // namespace

CostReady GroupTrainer::open_cost(const CostSetup&) {
  throw EnvironmentError("this worker measures no costs");
}

CostTimes GroupTrainer::run_cost(const CostBlock&) {
  throw EnvironmentError("this worker measures no costs");
}

EmbedResult GroupTrainer::embed(const EmbedRequest&) {
  throw EnvironmentError("this worker has no encoders");
}

Hello fill_versions(Hello hello) {
  hello.protocol_version = kProtocolVersion;
  hello.program_version = kProgramVersion;
  if (hello.git_revision.empty()) hello.git_revision = git_revision();
  hello.method_version = kMethodVersion;
#if defined(__clang__)
  hello.compiler = "clang " __clang_version__;
#else
  hello.compiler = "gcc " __VERSION__;
#endif
  hello.pid = ::getpid();
  return hello;
}

int run_worker(GroupTrainer& trainer, int fd) {
  // Ctrl-C in a terminal reaches the whole process group; stopping is the engine's decision.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    Connection connection(fd);
    connection.send(fill_versions(trainer.hello()));
    Pulse pulse(connection);
    while (const auto frame = connection.receive()) {
      const Message message = decode(*frame);
      if (std::holds_alternative<Shutdown>(message)) break;
      if (const auto* group = std::get_if<TrainGroup>(&message))
        train_group(trainer, *group, connection, pulse);
      else if (const auto* request = std::get_if<EmbedRequest>(&message))
        embed(trainer, *request, connection, pulse);
      else if (const auto* setup = std::get_if<CostSetup>(&message))
        measure([&] { return trainer.open_cost(*setup); }, connection);
      else if (const auto* block = std::get_if<CostBlock>(&message))
        measure([&] { return trainer.run_cost(*block); }, connection);
      else
        throw ProtocolError("a worker accepts groups, texts, costs and shutdown only");
    }
    return static_cast<int>(ExitStatus::kSuccess);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.status());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(ExitStatus::kRunFailed);
  }
}

}  // namespace ratbench::protocol
