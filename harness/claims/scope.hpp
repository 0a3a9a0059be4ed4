// On what a claim was tested: data, features and models of its cells, by the names of what the
// database says they were trained from. Internal to this folder.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "harness/store/records.hpp"
#include "src/specs/config.hpp"

namespace ratbench::claims {

// A cell as the file has it, where paths may name variables, and a run of it; null where the
// database has none.
struct TestedCell {
  const specs::Config* config = nullptr;
  const store::StoredRun* trained = nullptr;
};

// The file's configuration, with the folder of the model that was trained for a variable.
specs::Config with_model_folder(const TestedCell& cell);

// What a configuration takes of its files that is not all of what they publish.
struct Restriction {
  std::string path;   // data.profile, data.train_rows, data.split.name, ...
  std::string value;  // in full
  std::string words;  // "data.train_rows 1000", "data.profile (of 77 classes)"
};
// None where it takes all as it is.
std::vector<Restriction> restrictions(const specs::Config& config);

// What a time is of: "model mlp, features as given, batches of 32 from
// osha_minilm/train.safetensors".
std::string timed_training(std::span<const TestedCell> cells);

// "on osha_minilm/test.safetensors (447 test rows), features as given, model mlp, 20 seeds", with
// the restrictions that all cells share;
// several data sets and models each by its name. `cells` not empty (CHECKed).
std::string scope_of(std::span<const TestedCell> cells, std::size_t rows, std::size_t seeds);

}  // namespace ratbench::claims
