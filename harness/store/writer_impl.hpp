// The state behind Writer, shared by the files that implement it: writer.cpp (opening),
// attempts.cpp (leases), register.cpp (sweeps) and commit.cpp (results).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/store/connection.hpp"
#include "harness/store/process.hpp"
#include "harness/store/write_lock.hpp"
#include "harness/store/writer.hpp"
#include "src/metrics/row_counts.hpp"

namespace ratbench::store {

// What commit needs of a data set; loaded once per data set and writer.
struct DatasetFacts {
  metrics::TaskSetting setting;                             // without the runs' negative class
  std::map<std::string, std::vector<std::int32_t>> labels;  // only splits whose labels are stored
  std::map<std::string, std::vector<std::int64_t>> row_starts;
};

struct StoredRunState {
  std::int64_t run_id = 0;
  std::int64_t dataset_id = 0;
  std::string status;
  std::optional<std::int64_t> attempt_id;
};

struct Writer::Impl {
  explicit Impl(const std::filesystem::path& file);

  std::optional<StoredRunState> find_run(const std::string& run_key);
  std::int64_t insert_attempt(std::int64_t run_id, const Provenance& provenance);
  void end_attempt(std::int64_t attempt_id, const std::string& outcome,
                   const std::optional<std::string>& failure_kind, const std::string& message);
  void set_status(std::int64_t run_id, const std::string& status);
  const DatasetFacts& dataset_facts(std::int64_t dataset_id);
  std::int64_t metric_id(const std::string& name);

  // Why the result cannot belong to its data set; nothing when it can.
  std::optional<std::string> problem_with(const protocol::RunResult& result,
                                          const DatasetFacts& facts) const;
  void store_result(const StoredRunState& run, const protocol::RunResult& result);
  void store_measurements(std::int64_t run_id, const protocol::RunResult& result);
  void store_outcome(std::int64_t run_id, const protocol::SplitOutcome& outcome,
                     const DatasetFacts& facts, const metrics::TaskSetting& setting);
  // What the run measures: the data set's setting with the run's own negative class.
  metrics::TaskSetting setting_of(const StoredRunState& run);
  void finish_attempt(const StoredRunState& run, const protocol::RunResult& result);

  WriteLock lock;
  Connection connection;
  ProcessIdentity self;
  std::map<std::int64_t, DatasetFacts> datasets;
  std::map<std::string, std::int64_t, std::less<>> metric_ids;
};

}  // namespace ratbench::store
