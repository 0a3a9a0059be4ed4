// Leases: which run is being trained by whom, and what becomes of attempts that do not finish.
#include <algorithm>

#include "harness/store/writer_impl.hpp"

namespace ratbench::store {

std::optional<StoredRunState> Writer::Impl::find_run(const std::string& run_key) {
  Query run =
      connection.query("SELECT run_id, dataset_id, status, attempt_id FROM run WHERE run_key = ?");
  if (!run.bind(run_key).step()) return std::nullopt;
  StoredRunState state{run.integer(0), run.integer(1), run.text(2), std::nullopt};
  if (!run.is_null(3)) state.attempt_id = run.integer(3);
  return state;
}

std::int64_t Writer::Impl::insert_attempt(std::int64_t run_id, const Provenance& p) {
  const std::string now = utc_now();
  connection
      .query(
          "INSERT INTO attempt (run_id, number, outcome, started_at, heartbeat_at, pid, boot_id, "
          "process_start, host, worker_pid, program_version, git_revision, compiler, libtorch, "
          "device, kernel, threads, mode, concurrent_runs, log_file) VALUES (?1, (SELECT "
          "count(*) + 1 FROM attempt WHERE run_id = ?1), 'running', ?2, ?2, ?3, ?4, ?5, ?6, ?7, "
          "?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)")
      .run(run_id, now, self.pid, self.boot_id, self.start_ticks, self.host, p.worker_pid,
           p.program_version, p.git_revision, p.compiler, p.libtorch_version, p.device, p.kernel,
           p.threads, p.mode, p.concurrent_runs, p.log_file);
  const std::int64_t attempt_id = connection.database().getLastInsertRowid();
  connection.query("UPDATE run SET attempt_id = ? WHERE run_id = ?").run(attempt_id, run_id);
  return attempt_id;
}

void Writer::Impl::end_attempt(std::int64_t attempt_id, const std::string& outcome,
                               const std::optional<std::string>& failure_kind,
                               const std::string& message) {
  connection
      .query(
          "UPDATE attempt SET outcome = ?2, failure_kind = ?3, message = ?4, ended_at = ?5 "
          "WHERE attempt_id = ?1")
      .run(attempt_id, outcome, failure_kind, message, utc_now());
}

void Writer::Impl::set_status(std::int64_t run_id, const std::string& status) {
  connection.query("UPDATE run SET status = ? WHERE run_id = ?").run(status, run_id);
}

void Writer::begin_attempts(std::span<const AttemptStart> starts) {
  impl_->connection.transaction("lease runs", "lease.before_commit", "lease.after_commit", [&] {
    for (const AttemptStart& start : starts) {
      const auto run = impl_->find_run(start.run_key);
      RB_CHECK(run.has_value());
      RB_CHECK(run->status == "queued" || run->status == "failed");
      impl_->insert_attempt(run->run_id, start.provenance);
      impl_->set_status(run->run_id, "running");
    }
  });
}

void Writer::heartbeat(std::span<const std::string> run_keys) {
  impl_->connection.transaction("renew leases", nullptr, nullptr, [&] {
    const std::string now = utc_now();
    for (const std::string& run_key : run_keys) {
      impl_->connection
          .query(
              "UPDATE attempt SET heartbeat_at = ? WHERE outcome = 'running' AND attempt_id = "
              "(SELECT attempt_id FROM run WHERE run_key = ?)")
          .run(now, run_key);
    }
  });
}

void Writer::fail_attempts(std::span<const AttemptFailure> failures) {
  impl_->connection.transaction("record failures", nullptr, nullptr, [&] {
    for (const AttemptFailure& failure : failures) {
      RB_CHECK(std::find(kFailureKinds.begin(), kFailureKinds.end(), failure.kind) !=
               kFailureKinds.end());
      const auto run = impl_->find_run(failure.run_key);
      RB_CHECK(run.has_value());
      if (run->status != "running") continue;
      impl_->end_attempt(*run->attempt_id, "failed", failure.kind, failure.message);
      impl_->set_status(run->run_id, failure.then == AfterFailure::kRequeue ? "queued" : "failed");
    }
  });
}

void Writer::requeue(std::span<const std::string> run_keys) {
  impl_->connection.transaction("requeue runs", nullptr, nullptr, [&] {
    for (const std::string& run_key : run_keys) {
      impl_->connection
          .query("UPDATE run SET status = 'queued' WHERE run_key = ? AND status = 'failed'")
          .run(run_key);
    }
  });
}

std::size_t Writer::recover_stale_leases() {
  Connection& connection = impl_->connection;
  return connection.transaction("recover leases", nullptr, nullptr, [&] {
    std::vector<std::pair<std::int64_t, std::int64_t>> stale;  // attempt, run
    {
      Query running = connection.query(
          "SELECT attempt_id, run_id, pid, boot_id, process_start, host FROM attempt "
          "WHERE outcome = 'running' ORDER BY attempt_id");
      while (running.step()) {
        const ProcessIdentity holder{running.integer(2), running.text(3), running.integer(4),
                                     running.text(5)};
        // This process holds the write lock: a lease under its own name is of an earlier Writer.
        if (holder.pid == impl_->self.pid || !is_alive(holder)) {
          stale.emplace_back(running.integer(0), running.integer(1));
        }
      }
    }
    for (const auto& [attempt_id, run_id] : stale) {
      impl_->end_attempt(attempt_id, "failed", "lost", "the engine ended before the run did");
      connection.query("UPDATE run SET status = 'queued' WHERE run_id = ? AND status = 'running'")
          .run(run_id);
    }
    return stale.size();
  });
}

}  // namespace ratbench::store
