// The random decisions of the training loop that runs of one seed share: the order of the rows and
// which batches are attacked.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ratbench::train {

// `rows` in the order of epoch `epoch` (from 0): sorted by a random key of (seed, epoch, row id).
// Rows that two runs have in common keep their relative order, whatever other rows are added.
std::vector<std::int64_t> epoch_order(std::span<const std::int64_t> rows, std::uint64_t seed,
                                      std::int64_t epoch);

// u_t < p_rat, with u_t of (seed, step) alone: batches attacked at a smaller p_rat are attacked at
// a larger one too. p_rat = 1 attacks every batch.
bool batch_is_attacked(std::uint64_t seed, std::int64_t step, double p_rat);

}  // namespace ratbench::train
