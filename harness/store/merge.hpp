// What merging databases by run key found: what each of them gave, and where two of them disagree.
// Writer::merge does it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ratbench::store {

// Two results of one run, or one cell that means different computations.
enum class OnConflict {
  kRefuse,    // nothing is merged
  kKeepFirst  // what the database has, or the earlier source gave, stays
};

struct MergeConflict {
  std::filesystem::path source;
  std::string place;    // "run 0123456789ab, seed 3" or "experiment x, cell y"
  std::string problem;  // both sides of it
};

// Runs of one source, each counted once.
struct MergedSource {
  std::filesystem::path file;
  std::size_t runs = 0;
  std::size_t added = 0;      // unknown before
  std::size_t completed = 0;  // known before, now with the source's outcome
  std::size_t present = 0;    // nothing to take: as far or farther here
  std::size_t conflicts = 0;  // of runs
  std::size_t running = 0;    // being trained into the source: taken as queued
  bool spool_waits = false;   // finished results lie beside the source, not yet in it
};

struct MergeReport {
  std::vector<MergedSource> sources;  // in the order given
  std::vector<MergeConflict> conflicts;
  // Experiments whose verdicts were given on other runs than they have now; sorted.
  std::vector<std::string> stale_verdicts;
};

// The tables that merging knows, in the order in which they are taken.
std::vector<std::string_view> merged_tables();

}  // namespace ratbench::store
