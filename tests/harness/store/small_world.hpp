// A data set of three classes, a sweep of three cells (two of which share their runs) and results
// that fit them: the world in which the store's tests play.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/grid/cell.hpp"
#include "harness/protocol/messages.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/recorder.hpp"
#include "harness/store/records.hpp"
#include "harness/store/writer.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::store {

// Classes "ALPHA", "BETA, B" and "gamma"; 6 training, 4 validation and 5 test rows.
Dataset small_dataset();

// Cells lambda=0/p=0, lambda=0/p=0.5 and a second lambda=0/p=0 whose runs are those of the first.
// Minority classes: "BETA, B" and "gamma". Run keys "cell<K>-seed<S>".
grid::Sweep small_sweep(const std::string& name = "small", std::size_t seeds = 2);

// A finished run; predictions depend on the run key alone.
protocol::RunResult small_result(const std::string& run_key);

// Run keys of the sweep, each once, in order.
std::vector<std::string> run_keys(const grid::Sweep& sweep);
std::vector<protocol::RunResult> results_of(const std::vector<std::string>& keys);
std::vector<AttemptStart> starts_of(const std::vector<std::string>& keys);

// The protocol's codec.
ResultCodec codec();

// Every row of every view as text; times, attempts and processes left out.
std::map<std::string, std::vector<std::string>> comparable_rows(const std::filesystem::path& file);

}  // namespace ratbench::store
