// Small databases of a synthetic sweep, written through the store's own writer: what reports are
// loaded from in tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/grid/sweep.hpp"
#include "harness/protocol/messages.hpp"
#include "harness/spec/experiment.hpp"
#include "harness/store/writer.hpp"

namespace ratbench::reports {

// Three classes, the last with a single test row.
store::Dataset dataset();

// lambda x p_rat with the given levels; every cell and seed has a run of its own.
grid::Sweep sweep(const std::vector<std::string>& lambdas, const std::vector<std::string>& rates,
                  std::uint64_t seeds);

// Later cells err less often; clean cells attack no batch and take 2 s, others 3 s.
protocol::RunResult result(const grid::Sweep& sweep, const grid::PlannedRun& run,
                           const store::Dataset& data);

// One for each run of the sweep.
std::vector<store::AttemptStart> starts(const grid::Sweep& sweep);

// Its paper states macro-F1 of lambda 20 with p_rat 0.5.
spec::Experiment experiment();

// Four cells of three seeds; in the last cell seed 1 diverged and seed 2 failed.
void write_store(const std::filesystem::path& file);

// A store in which every run of the sweep ended, after `change` had its way with the results.
// `sets` [cells]: the data of every cell.
void write_finished(const std::filesystem::path& file, const grid::Sweep& sweep,
                    const std::vector<store::Dataset>& sets,
                    const std::function<void(std::size_t cell, protocol::RunResult&)>& change);
// The same with `dataset` in every cell.
void write_finished(const std::filesystem::path& file, const grid::Sweep& sweep,
                    const std::function<void(std::size_t cell, protocol::RunResult&)>& change);

}  // namespace ratbench::reports
