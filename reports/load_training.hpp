// Histories and attacks of the cells, read from the store.
// The number of cells whose histories are read is bounded: a figure shows no more.
#pragma once

#include "harness/store/reader.hpp"
#include "reports/data.hpp"
#include "src/specs/config.hpp"

namespace ratbench::reports {

// What attacks the batches of a run with this configuration.
TrainingData attack_of(const specs::Config& config);

// Shares of attacked batches of all cells; histories of at most kMostCurves of them, evenly chosen.
inline constexpr std::size_t kMostCurves = 20;
void add_training(const store::Reader& reader, ReportData& data);

}  // namespace ratbench::reports
