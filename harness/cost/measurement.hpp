// The measurement itself: rounds of one block per arm in counterbalanced order, warm-up discarded,
// disturbed blocks repeated, until every interval is narrow enough or time is up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/cost/conditions.hpp"
#include "harness/cost/estimate.hpp"
#include "harness/protocol/cost_messages.hpp"

namespace ratbench::cost {

// Which times are compared; indices of arms. With `floor` its time is taken off both first.
struct Comparison {
  std::size_t arm = 0;
  std::size_t baseline = 0;
  std::optional<std::size_t> floor;
  // The arm whose attacks are drawn at random, and with which probability; absent: none of them.
  struct Drawn {
    std::size_t arm = 0;
    double p_rat = 0;
  };
  std::optional<Drawn> drawn;
};

struct MeasurementSettings {
  double half_width = 0.02;                 // fraction of each ratio
  double max_s = 600;                       // warm-up included, profiles apart
  std::optional<std::int64_t> block_steps;  // absent: chosen from the time of a step
  bool on_cpu = true;
  int threads = 1;
};

// One block as it was run; of several attempts the last one may count.
struct Block {
  std::size_t round = 0;
  std::size_t place = 0;  // within the round
  std::size_t arm = 0;
  int attempt = 1;
  protocol::CostTimes times;
  Conditions conditions;
  std::vector<std::string> disturbed;  // why it does not count
};

// A block apart from the others, whose phases and memory were looked at.
struct Profile {
  protocol::CostTimes times;
  std::vector<std::string> disturbed;  // why its times do not count
};

enum class StopReason { kHalfWidth, kTime, kInterrupted };
// "half_width", "max_s", "interrupted".
const char* to_text(StopReason reason);

struct Measurement {
  std::vector<Block> blocks;      // without warm-up
  std::vector<Profile> profiles;  // by arm
  std::size_t rounds = 0;
  std::size_t warm_up_rounds = 0;
  bool steady = false;                    // the last warm-up rounds agreed
  std::vector<std::int64_t> block_steps;  // by arm
  StopReason stopped_by = StopReason::kTime;
  double wall_s = 0;

  // Seconds per step of `arm` by round, absent where it was disturbed.
  std::vector<std::optional<double>> step_s(std::size_t arm) const;
  // The estimate of a comparison; absent where there are too few undisturbed rounds.
  std::optional<Ratio> ratio(const Comparison& comparison) const;
};

// Where blocks run.
class BlockRunner {
 public:
  virtual ~BlockRunner() = default;
  virtual protocol::CostTimes run(const protocol::CostBlock& block) = 0;
};

// The outside world, replaced in tests.
struct Surroundings {
  BlockRunner& runner;
  Machine& machine;
  std::function<double()> now_s;  // only ever forward
  std::function<bool()> interrupted;
  std::function<void(const Measurement&)> after_round;  // progress
};

Measurement measure(std::size_t arms, const std::vector<Comparison>& comparisons,
                    const MeasurementSettings& settings, const Surroundings& around);

}  // namespace ratbench::cost
