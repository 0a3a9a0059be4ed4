// A worker that speaks the real protocol and trains nothing: predictions follow from seed and
// configuration. Told by the run's seed and RATBENCH_ECHO, it also fails in every way a real one
// can.
//
// RATBENCH_ECHO="SEED:ACTION,..." with ACTION diverge, tell, error, data, oom, hang, freeze, abort,
// kill, term, exit, quit, silent-end or garbage; "once-ACTION" acts on a run's first attempt only
// and remembers it in the folder RATBENCH_ECHO_MARKS. RATBENCH_ECHO_MS: duration of a run;
// RATBENCH_ECHO_PEAK: bytes that it says to have taken.
// RATBENCH_ECHO_GREETING: protocol, method, version (a wrong one), revision (another build), none
// (never greets), silent (ends without a word).
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

#include "harness/protocol/codec.hpp"
#include "harness/protocol/framing.hpp"
#include "harness/protocol/worker_loop.hpp"
#include "src/base/error.hpp"
#include "src/base/random.hpp"
#include "src/base/sha256.hpp"
#include "src/data/content.hpp"
#include "src/data/features.hpp"
#include "src/specs/canonical.hpp"

namespace ratbench {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// What RATBENCH_ECHO says for `seed`; "" when nothing.
std::string action_for(std::uint64_t seed) {
  std::string rest = environment("RATBENCH_ECHO");
  const std::string wanted = std::to_string(seed) + ":";
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string entry = rest.substr(0, comma);
    if (entry.starts_with(wanted)) return entry.substr(wanted.size());
    rest.erase(0, comma + 1);
  }
  return "";
}

// True the first time it is asked for `run_key`, in whatever process.
bool first_time(const std::string& run_key) {
  const std::string mark = environment("RATBENCH_ECHO_MARKS") + "/" + run_key;
  const int fd = ::open(mark.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  ::close(fd);
  return true;
}

void misbehave(const std::string& action) {
  if (action == "error") throw std::runtime_error("told to fail");
  if (action == "data") throw DataError("train.safetensors", "row 3", "told to be bad");
  if (action == "oom") throw std::bad_alloc();
  if (action == "hang") std::this_thread::sleep_for(std::chrono::hours(1));
  if (action == "freeze") ::raise(SIGSTOP);
  if (action == "abort") {
    std::fprintf(stderr, "told to abort\n");
    std::abort();
  }
  if (action == "kill") ::raise(SIGKILL);
  if (action == "term") ::raise(SIGTERM);
  if (action == "exit") ::_exit(7);
  if (action == "quit") ::_exit(0);
  if (action == "garbage") {
    protocol::write_frame(protocol::kWorkerSocketFd, "{\"type\":\"nonsense\"}");
    std::this_thread::sleep_for(std::chrono::hours(1));
  }
}

class EchoTrainer : public protocol::GroupTrainer {
 public:
  protocol::Hello hello() override {
    if (environment("RATBENCH_ECHO_GREETING") == "none") {
      std::this_thread::sleep_for(std::chrono::hours(1));
    }
    protocol::Hello hello;
    hello.libtorch_version = "none";
    if (environment("RATBENCH_ECHO_GREETING") == "revision") hello.git_revision = "0123456789ab";
    hello.devices = {"cpu"};
    return hello;
  }

  void train(const protocol::TrainGroup& group, protocol::ResultSink& sink) override {
    sink.chose_kernel(kernel_of(group));
    for (const protocol::RunRequest& run : group.runs) {
      std::string action = action_for(run.seed);
      if (action.starts_with("once-")) {
        action = first_time(run.run_key) ? action.substr(5) : std::string();
      }
      const std::string ms = environment("RATBENCH_ECHO_MS");
      if (!ms.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(ms)));
      misbehave(action);
      if (action == "tell") sink.report(protocol::RunEvent{run.run_key, "told to tell"});
      if (action == "silent-end") continue;
      sink.report(result_of(group, run, action == "diverge"));
    }
  }

  protocol::CostReady open_cost(const protocol::CostSetup& setup) override {
    for (const protocol::CostArm& arm : setup.arms) {
      const bool attacks = arm.config.text_or("attack.name", "none") != "none";
      arm_p_rat_.push_back(attacks ? arm.config.real_or("attack.p_rat", 1) : 0);
    }
    return {"echo", "", setup.kernel == "auto" ? "echo" : setup.kernel, setup.threads};
  }

  // A step takes 1 ms and an attack as long again; nothing is waited for. RATBENCH_ECHO_COST:
  // "hangs" (after some blocks), "broken" (the second of two identical arms is slower), "disturbed"
  // (never gets its core), "data", "gone" (the worker ends).
  protocol::CostTimes run_cost(const protocol::CostBlock& block) override {
    const std::string action = environment("RATBENCH_ECHO_COST");
    if (action == "data") throw DataError("train.safetensors", "row 3", "told to be bad");
    if (action == "gone") ::_exit(7);
    constexpr std::uint64_t kAnswersFirst = 60;
    if (action == "hangs" && block.request_id > kAnswersFirst) ::pause();
    const double p_rat = arm_p_rat_.at(block.arm);
    const auto steps = static_cast<double>(block.steps);
    const RandomStream stream(block.request_id, Purpose::kBootstrap);
    protocol::CostTimes times;
    times.request_id = block.request_id;
    times.steps = block.steps;
    times.samples = 32 * block.steps;
    times.attacked_steps = static_cast<std::int64_t>(p_rat * steps);
    times.forward_passes = times.backward_passes = block.steps + times.attacked_steps;
    times.wall_s = 1e-3 * (steps + p_rat * steps) * (1 + 0.01 * stream.uniform(0, 0));
    if (action == "broken" && block.arm + 1 == arm_p_rat_.size()) times.wall_s *= 1.5;
    times.cpu_s = action == "disturbed" ? 0 : times.wall_s;
    if (block.profiled) {
      times.phase_s = {{"forward", 0.5 * times.wall_s}};
      if (times.attacked_steps > 0)
        times.attacked_phase_s = {{"forward", p_rat * times.phase_s["forward"]}};
    }
    return times;
  }

 private:
  static std::string kernel_of(const protocol::TrainGroup& group) {
    return group.kernel == "auto" ? "echo" : group.kernel;
  }

  struct Split {
    std::vector<std::int32_t> labels;
    std::size_t classes = 0;
  };

  const Split& split(const std::string& name, const protocol::DataFiles& files) {
    const std::string& path = files.paths.at(name);
    const auto known = splits_.find(path);
    if (known != splits_.end()) return known->second;
    const auto features = data::FeatureSet::from(data::open_unchanged(path, name, files.sha256));
    Split split;
    split.classes = features.class_names().size();
    for (const std::int64_t label : features.labels()) {
      split.labels.push_back(static_cast<std::int32_t>(label));
    }
    return splits_.emplace(path, std::move(split)).first->second;
  }

  // Right in four cases of five; which ones follows from seed and configuration, and so is the same
  // in every method version.
  static RandomStream stream_of(const protocol::RunRequest& run) {
    const std::string digest =
        sha256_hex(std::to_string(run.seed) + specs::canonical_json(run.config));
    return {std::stoull(digest.substr(0, 15), nullptr, 16), Purpose::kBootstrap};
  }

  static protocol::SplitOutcome outcome_of(const Split& split, const RandomStream& stream,
                                           const std::string& name, const std::string& selection) {
    const std::uint32_t lane = (name == "test" ? 1U : 0U) + (selection == "last" ? 2U : 0U);
    protocol::SplitOutcome outcome{name, selection, {}, {}};
    outcome.confusion.assign(split.classes * split.classes, 0);
    for (std::size_t row = 0; row < split.labels.size(); ++row) {
      const bool right = stream.uniform(lane, 2 * row) < 0.8;
      const auto other = static_cast<std::int32_t>(stream.below(split.classes, lane, 2 * row + 1));
      const std::int32_t predicted = right ? split.labels[row] : other;
      ++outcome.confusion[static_cast<std::size_t>(split.labels[row]) * split.classes +
                          static_cast<std::size_t>(predicted)];
      if (name != "train") outcome.predictions.push_back(predicted);
    }
    return outcome;
  }

  protocol::RunResult result_of(const protocol::TrainGroup& group, const protocol::RunRequest& run,
                                bool diverges) {
    protocol::RunResult result;
    result.run_key = run.run_key;
    result.diverged = diverges;
    result.step_losses = {1.0F, 0.5F, diverges ? std::numeric_limits<float>::quiet_NaN() : 0.25F};
    result.attacked = "010";
    result.counters = {3, 1, 4, 4, 96, 0, 0};
    result.train_s = 0.001;
    result.wall_s = 0.002;
    result.weights_sha256 = sha256_hex("weights" + run.run_key);
    result.loss_history_sha256 = sha256_hex("losses" + run.run_key);
    result.test_logits_sha256 = sha256_hex("logits" + run.run_key);
    const std::string peak = environment("RATBENCH_ECHO_PEAK");
    if (!peak.empty()) result.peak_memory_bytes = std::stoll(peak);
    result.device_name = "echo";
    result.kernel = kernel_of(group);
    result.threads = group.threads;
    if (diverges) {
      result.diverged_reason = "loss is not finite";
      result.diverged_step = 2;
      return result;
    }
    result.best_epoch = 1;
    result.epochs = {{1, 0.5, {{"macro_f1", 0.8}}}};
    for (const auto& [name, path] : group.data.paths) {
      for (const char* selection : {"best", "last"}) {
        result.outcomes.push_back(
            outcome_of(split(name, group.data), stream_of(run), name, selection));
      }
      if (name == "train") {
        const Split& train = split(name, group.data);
        result.train_class_counts.assign(train.classes, 0);
        for (const std::int32_t label : train.labels) {
          ++result.train_class_counts[static_cast<std::size_t>(label)];
        }
      }
    }
    return result;
  }

  std::map<std::string, Split> splits_;
  std::vector<double> arm_p_rat_;  // of the arms of a cost measurement
};

// Greets with one version wrong and leaves.
int greet_wrongly(const std::string& what) {
  protocol::Hello hello = protocol::fill_versions({});
  if (what == "protocol") ++hello.protocol_version;
  if (what == "method") ++hello.method_version;
  if (what == "version") hello.program_version = "99.0.0";
  protocol::write_frame(protocol::kWorkerSocketFd, protocol::encode(hello));
  return 0;
}

}  // namespace
}  // namespace ratbench

int main() {
  const std::string greeting = ratbench::environment("RATBENCH_ECHO_GREETING");
  if (greeting == "silent") return 0;
  if (!greeting.empty() && greeting != "none" && greeting != "revision")
    return ratbench::greet_wrongly(greeting);
  ratbench::EchoTrainer trainer;
  return ratbench::protocol::run_worker(trainer);
}
