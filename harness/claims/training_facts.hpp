// What stored runs tell of their training that a judgement must know: on how many rows, and whether
// the two sides of a contrast were trained equally long. Internal to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/store/reader.hpp"
#include "harness/store/split_rows.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::claims {

// The fewest rows (by class counts) that a run trained on, by data set.
using TrainedRows = std::map<std::string, std::int64_t>;
TrainedRows fewest_trained_rows(std::span<const store::RunRow> runs);
// Training rows of a split without what was made from them: the fewest that a run trained on there.
std::size_t independent_rows(const store::SplitRows& train, const std::string& dataset,
                             const TrainedRows& trained);

// True where the two sides of a contrast have other shares of something (devices, modes): by cell
// the share of its runs that each has. False for one side alone.
bool differs_with_the_side(const stats::Contrast& contrast,
                           const std::vector<std::map<std::string, double>>& shares);

// Places of a shorter and a longer cell on the two sides of a contrast whose sides were trained
// unequally long on average; nothing where they were not, or one side is not there. What is not
// trained at all, the majority, is no shorter training.
std::optional<std::pair<std::size_t, std::size_t>> uneven_cells(const stats::Contrast& contrast,
                                                                const std::vector<double>& batches);

}  // namespace ratbench::claims
