// The measurement itself: rounds of one block per arm in counterbalanced order, warm-up discarded,
// disturbed blocks repeated, until every interval is narrow enough or time is up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
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
  // Those of the three whose attacks are drawn at random, and with which probability.
  struct Drawn {
    std::size_t arm = 0;
    double p_rat = 0;
  };
  std::vector<Drawn> drawn = {};
  // An arm without draws, for the speed of a round where both arms have them.
  std::optional<std::size_t> reference = {};
};

struct MeasurementSettings {
  double half_width = 0.02;                 // fraction of each ratio
  double max_s = 600;                       // warm-up and profiles included
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

// Sums over an arm's undisturbed blocks apart from the others, whose phases were looked at.
struct Profile {
  std::size_t blocks = 0;
  std::size_t disturbed = 0;  // blocks that do not count
  std::int64_t steps = 0;
  std::int64_t attacked_steps = 0;
  std::map<std::string, double> phase_s;
  std::map<std::string, double> attacked_phase_s;  // of the attacked steps
  std::optional<std::int64_t> peak_memory_bytes;
};

enum class StopReason { kHalfWidth, kTime, kInterrupted };
// "half_width", "max_s", "interrupted".
const char* to_text(StopReason reason);

struct Measurement {
  std::vector<Block> blocks;      // without warm-up
  std::vector<Profile> profiles;  // by arm; none after an interruption
  std::size_t rounds = 0;
  std::size_t warm_up_rounds = 0;
  bool steady = false;                    // the last warm-up rounds agreed
  std::vector<std::int64_t> block_steps;  // by arm
  StopReason stopped_by = StopReason::kTime;
  double wall_s = 0;

  // Seconds per step of `arm` by round, absent where it was disturbed.
  std::vector<std::optional<double>> step_s(std::size_t arm) const;
  // By round: share of the attacked steps of an arm less its p_rat.
  std::vector<double> draws(const Comparison::Drawn& drawn) const;
  // The estimate of a comparison; absent where there are too few undisturbed rounds.
  std::optional<Ratio> ratio(const Comparison& comparison) const;
};

// Where blocks run.
class BlockRunner {
 public:
  virtual ~BlockRunner() = default;
  // Asks `give_up` now and then while the block runs; nothing when it said so. No other block can
  // be run then.
  virtual std::optional<protocol::CostTimes> run(const protocol::CostBlock& block,
                                                 const std::function<bool()>& give_up) = 0;
};

// The outside world, replaced in tests.
struct Surroundings {
  BlockRunner& runner;
  Machine& machine;
  std::function<double()> now_s;    // only ever forward
  std::function<int()> interrupts;  // 1 ends it after the block that runs, 2 at once
  std::function<void(const Measurement&)> after_round;  // progress
};

Measurement measure(std::size_t arms, const std::vector<Comparison>& comparisons,
                    const MeasurementSettings& settings, const Surroundings& around);

}  // namespace ratbench::cost
