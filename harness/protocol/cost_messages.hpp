// What the engine and a worker say to each other about time: all arms of a measurement are opened
// in one worker, then run block by block. Included by `messages.hpp`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "src/specs/config.hpp"

namespace ratbench::protocol {

// ---- worker -> engine -------------------------------------------------------------------------

// All arms are open.
struct CostReady {
  std::string device_name;
  std::string driver;
  std::string kernel;  // product routine of all arms
  int threads = 1;
};

// One block of one arm.
struct CostTimes {
  std::uint64_t request_id = 0;
  double wall_s = 0;  // of the block's steps; on a GPU until it has finished them
  double cpu_s = 0;   // of the thread that trained; below `wall_s` when it had to wait for a core
  // Seconds that threads of the worker could have run and had no core; -1 where the system does not
  // tell.
  double waited_s = -1;
  std::int64_t steps = 0;
  std::int64_t attacked_steps = 0;
  std::int64_t forward_passes = 0;  // batch equivalents
  std::int64_t backward_passes = 0;
  std::int64_t samples = 0;
  // Tokens with and without padding; 0 for inputs that have none.
  std::int64_t padded_tokens = 0;
  std::int64_t real_tokens = 0;
  // By how much the system's other clocks (raw, and counting sleep) disagree with `wall_s`.
  double clock_skew_s = 0;
  // Seconds by phase (data, forward, attack, backward, optimiser, other); empty unless asked for
  // and where the device lets the host see them.
  std::map<std::string, double> phase_s;
  // The part of them that fell into attacked steps.
  std::map<std::string, double> attacked_phase_s;
  // Largest sum of the arm's own tensors at any time: weights, optimiser, activations,
  // perturbations, without the data; -1 when it was not asked for.
  std::int64_t peak_memory_bytes = -1;
};

// The arms could not be opened or a block could not be run. `kind` as in RunFailure.
struct CostFailure {
  std::string kind;
  std::string message;
};

// ---- engine -> worker -------------------------------------------------------------------------

struct CostArm {
  std::string name;
  specs::Config config;
  std::map<std::string, std::string> paths;        // split -> file
  std::map<std::string, std::string> sha256 = {};  // split -> content hash; without one unchecked
};

// Opens the arms, in place of any opened before; answered by CostReady or CostFailure.
struct CostSetup {
  std::string device = "cpu";
  int threads = 1;
  std::string kernel = "auto";
  std::uint64_t seed = 0;
  std::vector<CostArm> arms;
};

// Trains one arm on the batches first_step .. first_step + steps - 1 of its run, the run's end
// followed by its beginning; nothing is evaluated. Answered by CostTimes or CostFailure.
struct CostBlock {
  std::uint64_t request_id = 0;
  std::uint64_t arm = 0;  // index into CostSetup::arms
  std::int64_t first_step = 0;
  std::int64_t steps = 1;
  bool profiled = false;  // with phases and memory, which takes time of its own
  // Where the arms lie in memory: with another number than before, all of them start anew, placed
  // in an order that the number draws.
  std::uint64_t layout = 0;
};

}  // namespace ratbench::protocol
