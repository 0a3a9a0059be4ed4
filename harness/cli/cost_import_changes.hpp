// How imported results of Google Benchmark differ from the latest earlier ones of the same host.
// Internal to ratbench cost.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cost/estimate.hpp"
#include "harness/store/reader.hpp"

namespace ratbench::cli {

struct Change {
  std::string name;
  double cpu_s = 0;  // geometric mean of the new repetitions
  std::size_t repetitions = 0;
  std::string before;  // date of the earlier results as they have it; "" without any
  std::optional<cost::Ratio> ratio;
  std::string problem;  // why there is no ratio
  // "label mkl before, avx512 now": what was not the same, so that the ratio is of more than time.
  std::vector<std::string> unlike;
};

// Of every benchmark that `host` measured at `measured_at` against its latest results from before
// that instant. Stored results whose date is no instant stand at the time of their import.
std::vector<Change> changes_since(const store::Reader& reader, const std::string& host,
                                  const std::string& measured_at);

// "slower", "faster", "no difference shown"; "-" without a ratio.
std::string_view change_word(const Change& change);

// "slower than DATE (label mkl before, avx512 now)", "no difference from DATE shown", or why
// nothing is known.
std::string change_text(const Change& change);

}  // namespace ratbench::cli
