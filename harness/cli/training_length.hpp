// How long a cell trains on data of so many rows, and which of its settings do not fit into that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/specs/config.hpp"

namespace ratbench::cli {

// Sentences about warmup, validation, patience and accumulation of a cell that trains on `rows`
// rows (> 0): what they come to where they are longer than the training. Throws SpecError in the
// name of `file` when the loss would be deferred to the end.
std::vector<std::string> length_notes(const specs::Config& config, std::int64_t rows,
                                      const std::string& file);

}  // namespace ratbench::cli
