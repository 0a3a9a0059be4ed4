// A stored run against the same run trained again: identical bits, or how far apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/protocol/messages.hpp"
#include "harness/store/reader.hpp"

namespace ratbench::cli {

struct HashComparison {
  std::string name;  // weights, loss_history, test_logits
  std::string stored;
  std::string replayed;
};

struct OutcomeComparison {
  std::string split;
  std::string selection;
  std::size_t rows = 0;
  std::size_t changed = 0;  // predictions that differ
  double stored_accuracy = 0;
  double replayed_accuracy = 0;
  double stored_macro_f1 = 0;
  double replayed_macro_f1 = 0;
};

// How a training ended.
struct Ending {
  bool diverged = false;
  std::int64_t step = -1;  // at which it diverged, counted from 0
  std::string reason;
  bool operator==(const Ending&) const = default;
};

struct ReplayComparison {
  std::string run_key;
  bool identical = false;  // all hashes, predictions and the ending are equal
  Ending stored;
  Ending replayed;
  std::vector<HashComparison> hashes;
  std::vector<OutcomeComparison> outcomes;  // val and test; none when either has diverged
  std::size_t steps = 0;                    // compared
  double max_loss_difference = 0;           // over those steps; absolute
};

// `result` is of the same run key as `run`.
ReplayComparison compare_replay(const store::Reader& reader, const store::RunRow& run,
                                const protocol::RunResult& result);

std::string to_text(const ReplayComparison& comparison);
// One JSON document.
std::string to_json(const ReplayComparison& comparison);

}  // namespace ratbench::cli
