// What one run trains on: the rows its augmentation selects from the file and those it makes.
// Rows are named by ids that do not depend on the augmentation, so runs share order and noise.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/augment/augment.hpp"
#include "src/losses/loss.hpp"
#include "src/specs/config.hpp"
#include "src/train/dataset.hpp"

namespace ratbench::train {

// Rows of a training set, in the order they were asked for.
struct TrainingBatch {
  at::Tensor features;  // [rows, dim]
  losses::Targets targets;
};

// Throws SpecError for an augmentation that needs features or, with several labels per row, a
// class: those that choose or repeat whole rows are left.
void check_whole_rows(const augment::AugmentParameters& parameters, data::Task task);

class TrainingSet {
 public:
  // Borrows `data`. Throws SpecError when the augmentation cannot be applied to it.
  TrainingSet(const Dataset& data, const specs::Config& config, std::uint64_t seed);

  // Ids of the rows: those of the file ascending, then those made.
  const std::vector<std::int64_t>& ids() const { return examples_.ids; }
  const Examples& examples() const { return examples_; }
  TrainingBatch batch(std::span<const std::int64_t> ids) const;

 private:
  // For rows with several labels: whole rows are chosen, none are made.
  void choose_rows(const Dataset& data, const augment::AugmentParameters& parameters,
                   std::uint64_t seed);
  void add_made(const Dataset& data, const augment::AugmentedRows& rows);
  at::Tensor index_of(std::span<const std::int64_t> ids) const;

  at::Tensor features_;  // [rows, dim]: the file's, or kept and made rows where some are made
  at::Tensor labels_;    // int64 [rows]
  at::Tensor other_;     // int64 [rows]; undefined unless rows are mixed
  at::Tensor share_;     // float64 [rows]; undefined unless rows are mixed
  Examples examples_;
  std::unordered_map<std::int64_t, std::int64_t> positions_;  // id -> row; empty: id is the row
};

}  // namespace ratbench::train
