// The one writer of a database: registers sweeps, leases runs, commits results. A second writer is
// refused while this one lives; the lock vanishes with the process, however it ends.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "harness/grid/cell.hpp"
#include "harness/store/benchmark_row.hpp"
#include "harness/store/cost_row.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/records.hpp"
#include "harness/store/verdict_row.hpp"

namespace ratbench::store {

// Not safe for use from several threads. Every method is one short transaction; all throw
// StoreError (SQLite's primary code, what happened, what to do) and leave the database as it was.
class Writer {
 public:
  // Opens or creates `file` (and its folder), migrates an older schema. Throws StoreError when
  // another writer holds it (naming its pid), the schema is newer, the file is no database of ours,
  // the place is read-only, full or a network file system.
  explicit Writer(const std::filesystem::path& file);
  ~Writer();
  Writer(Writer&&) noexcept;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  const std::filesystem::path& file() const;

  // Freezes the sweep under its experiment name: data sets, cells, factors and runs. Runs that the
  // store already has are linked, not repeated. Idempotent; a changed sweep of the same name
  // replaces the cell list (the earlier configuration stays in `experiment_history`).
  // Every cell's data set must be among `datasets`.
  RegisterReport register_sweep(const grid::Sweep& sweep, std::span<const Dataset> datasets);

  // queued or failed -> running: a new attempt with this process's pid and boot id as lease.
  void begin_attempts(std::span<const AttemptStart> starts);
  // Renews the leases of running runs.
  void heartbeat(std::span<const std::string> run_keys);
  // running -> done or diverged, with all records and metrics, in one transaction. A result that is
  // already stored is skipped, so that a spool can be replayed.
  CommitReport commit_results(std::span<const protocol::RunResult> results);
  // running -> failed or queued.
  void fail_attempts(std::span<const AttemptFailure> failures);
  // failed -> queued, for another round of attempts.
  void requeue(std::span<const std::string> run_keys);
  // Attempts left running by an engine that no longer lives end as failed, kind lost, and their
  // runs return to queued. Returns how many. Replay the spool first (Recorder::recover does both).
  std::size_t recover_stale_leases();

  // Replaces all verdicts of the experiment. Throws StoreError when it is not registered.
  void store_verdicts(const std::string& experiment, std::span<const VerdictRow> verdicts);

  // Adds the rows of one measurement; earlier ones stay. Throws StoreError when the experiment is
  // not registered.
  void store_costs(const std::string& experiment, std::span<const CostRow> rows);

  // Adds repetitions that are not there yet, by host, time and name. Returns how many.
  std::size_t store_benchmarks(std::span<const BenchmarkRow> rows);

  // Takes what the sources have and this database lacks, by run key and name, in one transaction:
  // all or nothing, and nothing that is here changes but runs that had not ended. Sources are only
  // read; one of an older schema is upgraded in a copy. Doing it twice does nothing. Throws
  // DataError naming every conflict unless the first is kept, UsageError for the database itself.
  MergeReport merge(std::span<const std::filesystem::path> sources, OnConflict on_conflict);

  // A choice measured once per machine (kernel, threads), reused by every later run.
  void set_machine_setting(const std::string& machine, const std::string& name,
                           const std::string& value);

  // Forces everything committed so far to the disk. Afterwards a spool may forget it.
  void sync();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ratbench::store
