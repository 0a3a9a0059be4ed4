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

// The same rows so that batches of `batch_size` hold examples of similar length: `order` is cut
// into pools of `kPoolBatches` batches, each pool sorted by `lengths` (one per row of `order`,
// equal ones in their order), and the batches are put in the order of a random key of (seed, epoch,
// first row id). A last batch with fewer rows stays the last one.
inline constexpr std::size_t kPoolBatches = 16;
std::vector<std::int64_t> bucketed(std::span<const std::int64_t> order,
                                   std::span<const std::int64_t> lengths, std::size_t batch_size,
                                   std::uint64_t seed, std::int64_t epoch);

// u_t < p_rat, with u_t of (seed, step) alone: batches attacked at a smaller p_rat are attacked at
// a larger one too. p_rat = 1 attacks every batch.
bool batch_is_attacked(std::uint64_t seed, std::int64_t step, double p_rat);

}  // namespace ratbench::train
