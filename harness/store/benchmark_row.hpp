// One repetition of one benchmark as a Google Benchmark program wrote it, ready for the store.
// Times are those of one iteration.
#pragma once

#include <cstdint>
#include <string>

namespace ratbench::store {

struct BenchmarkRow {
  std::string name;
  std::int64_t repetition = 0;  // from 0
  std::string host;
  std::string measured_at;  // as the program wrote it; ISO 8601 with its zone
  std::int64_t iterations = 0;
  double cpu_s = 0;
  double real_s = 0;
  std::string label;
  std::string counters_json = "{}";
  std::string context_json = "{}";
};

}  // namespace ratbench::store
