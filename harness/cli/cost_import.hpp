// Results of Google Benchmark programs in the store, and what changed since those before.
// Internal to ratbench cost.
#pragma once

#include <string>
#include <vector>

#include "harness/store/benchmark_row.hpp"

namespace ratbench::cli {

// The repetitions in a file that a program wrote with --benchmark_out_format=json; aggregates are
// left out, they follow from the repetitions. Throws DataError naming the file and the place.
std::vector<store::BenchmarkRow> parse_benchmarks(const std::string& text, const std::string& file);

struct ImportOptions {
  std::string file;
  std::string db;
  bool json = false;
};

// Reads, stores and compares with the latest earlier results of the same host. Exit status 0
// whatever is found: a change is an answer.
int import_benchmarks(const ImportOptions& options);

}  // namespace ratbench::cli
