// Training steps to be timed: their data and their settings. What is not named here has the
// defaults of the experiment file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "src/train/dataset.hpp"
#include "src/train/outcome.hpp"

namespace ratbench::bench {

inline constexpr std::int64_t kHidden = 512;

struct StepArm {
  std::string attack = "none";
  std::string p_rat = "1";  // canonical decimal
  std::string loss = "focal";
  std::int64_t batch = 32;
  std::string precision = "fp32";
};

// An endless run of the MLP dim - 512 - classes on all rows of the training split.
train::RunSpec run_of(const StepArm& arm);

// Writes train, val and test of random unit rows in seven classes, each of `rows` rows, to
// `folder`.
void write_unit_rows(const std::filesystem::path& folder, std::int64_t dim, std::int64_t rows);

// The splits in `folder`, on the CPU. Throws DataError.
train::Dataset data_in(const std::filesystem::path& folder);

}  // namespace ratbench::bench
