// One source taken into a database, within the caller's transaction: facts, then runs with their
// records, then the experiments that they belong to. Internal to this folder.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/store/connection.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/merge_rows.hpp"

namespace ratbench::store {

// Runs of an experiment: how many, and how many of them ended (done or diverged).
using RunCounts = std::pair<std::int64_t, std::int64_t>;

class SourceMerge {
 public:
  // Borrows all; `file` names the source in the report. `judged`: experiment number in `into` ->
  // counts of the runs that its verdicts rest on.
  SourceMerge(Connection& into, Connection& from, const std::filesystem::path& file,
              MergeReport& report, std::map<std::int64_t, RunCounts>& judged);
  void run();

 private:
  struct Taken {
    std::int64_t source_run = 0;
    std::int64_t run = 0;
    std::string status;
    SqlValue source_attempt;
  };

  void take_facts();
  void complete_splits();
  void take_runs();
  bool take_run(MergedRow& row);
  void take_records();
  void take_experiments();
  void note_earlier_configuration();
  bool take_cell(MergedRow& row);
  std::string difference(MergedRow& row, std::int64_t cell);
  void take_verdicts();
  void conflict(const std::string& place, const std::string& problem);

  Connection& into_;
  Connection& from_;
  MergeReport& report_;
  MergedSource& counts_;
  std::map<std::int64_t, RunCounts>& judged_;
  RowCopier rows_;
  std::vector<Taken> taken_;
  std::set<std::int64_t> known_experiments_;  // in `into` before
};

// Of every experiment of a database that has verdicts, by its number there.
std::map<std::int64_t, RunCounts> judged_experiments(Connection& connection);
RunCounts run_counts(Connection& connection, std::int64_t experiment);
std::string experiment_name(Connection& connection, std::int64_t experiment);

}  // namespace ratbench::store
