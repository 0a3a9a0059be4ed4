// A sweep after expansion: cells, seeds and the runs they need. What grid makes, and what store,
// scheduler and plan consume.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/protocol/messages.hpp"
#include "src/specs/config.hpp"

namespace ratbench::grid {

// One combination of factor values.
struct Cell {
  std::size_t index = 0;  // position in expansion order, from 0
  std::string name;       // "augmentation.lambda=20 attack.p_rat=0.5": factors in file order
  // Resolved values: every default filled in, parameters that cannot matter removed.
  specs::Config config;
  // Leaf path -> value text for every path that varies in the experiment, in file order; object
  // levels expanded, removed parameters with the file's value.
  std::vector<std::pair<std::string, std::string>> factors;
};

// One training: a cell with a seed. Cells whose computations are equal share the run key.
struct PlannedRun {
  std::string run_key;  // SHA-256 of canonical configuration, data hashes, seed and method version
  std::size_t cell = 0;
  std::uint64_t seed = 0;
};

struct Sweep {
  std::string experiment;  // the experiment's `name`
  std::string title;
  std::string file;            // the experiment file as given
  std::string canonical_json;  // the whole resolved experiment, frozen when the sweep starts
  std::vector<Cell> cells;
  std::vector<std::uint64_t> seeds;
  std::vector<PlannedRun> runs;  // every cell x seed, seeds outermost; run keys may repeat
  std::vector<protocol::DataFiles>
      data;  // data of each cell, by cell index; paths ready to be mapped
};

}  // namespace ratbench::grid
