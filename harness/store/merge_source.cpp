#include "harness/store/merge_source.hpp"

#include "harness/store/merge_tables.hpp"
#include "src/base/check.hpp"

namespace ratbench::store {
namespace {

// How far a run is: only what is farther replaces what is there.
int distance(const std::string& status) {
  if (status == "done" || status == "diverged") return 2;
  return status == "failed" ? 1 : 0;
}

std::string text_of(MergedRow& row, std::string_view column) {
  return std::get<std::string>(row.at(column));
}

struct Outcome {
  std::string hashes;  // what must agree
  std::string shown;
};

Outcome outcome_of(Connection& connection, const std::string& run_key) {
  Query q = connection.query(
      "SELECT r.status, s.weights_sha256, s.loss_history_sha256, s.test_logits_sha256, a.device, "
      "a.kernel, a.threads, a.mode, a.libtorch FROM run r LEFT JOIN result s ON s.run_id = "
      "r.run_id LEFT JOIN attempt a ON a.attempt_id = r.attempt_id WHERE r.run_key = ?");
  RB_CHECK(q.bind(run_key).step());
  return {q.text(0) + q.text(1) + q.text(2) + q.text(3),
          q.text(0) + ", weights " + q.text(1).substr(0, 12) + ", logits " +
              q.text(3).substr(0, 12) + " (" + q.text(4) + ", " + q.text(5) + ", " + q.text(6) +
              " threads, " + q.text(7) + ", LibTorch " + q.text(8) + ")"};
}

}  // namespace

SourceMerge::SourceMerge(Connection& into, Connection& from, const std::filesystem::path& file,
                         MergeReport& report, std::map<std::int64_t, RunCounts>& judged)
    : into_(into),
      from_(from),
      report_(report),
      counts_(report.sources.emplace_back()),
      judged_(judged),
      rows_(into, from) {
  counts_.file = file;
}

void SourceMerge::run() {
  take_facts();
  take_runs();
  take_records();
  take_experiments();
  take_verdicts();
  for (const MergedTable& table : kCosts) rows_.copy(table);
}

void SourceMerge::conflict(const std::string& place, const std::string& problem) {
  report_.conflicts.push_back({counts_.file, place, problem});
}

void SourceMerge::take_facts() {
  Query known = into_.query("SELECT experiment_id FROM experiment");
  while (known.step()) known_experiments_.insert(known.integer(0));
  for (const MergedTable& table : kFacts) rows_.copy(table);
  complete_splits();
}

// A split that was registered without its labels has them now.
void SourceMerge::complete_splits() {
  Query splits = from_.query(
      "SELECT dataset_id, split, row_count, support FROM dataset_split WHERE row_count NOT NULL");
  while (splits.step()) {
    into_
        .query(
            "UPDATE dataset_split SET row_count = ?, support = ? "
            "WHERE dataset_id = ? AND split = ? AND row_count IS NULL")
        .run(splits.integer(2), splits.text(3), rows_.ids("dataset_id").at(splits.integer(0)),
             splits.text(1));
  }
}

void SourceMerge::take_runs() {
  rows_.copy(kRun, [&](MergedRow& row) { return take_run(row); });
  for (Taken& taken : taken_) taken.run = rows_.ids("run_id").at(taken.source_run);
}

// Always true: a run that is there already is only noted.
bool SourceMerge::take_run(MergedRow& row) {
  ++counts_.runs;
  std::string status = text_of(row, "status");
  if (status == "running") {
    // The lease is of an engine that writes elsewhere; its outcome comes with a later merge.
    ++counts_.running;
    status = "queued";
  }
  const Taken taken{row.integer("run_id"), 0, status, row.at("attempt_id")};
  row.at("status") = status;
  row.at("attempt_id") = std::monostate{};
  const std::string run_key = text_of(row, "run_key");
  std::string here;
  {
    Query q = into_.query("SELECT status FROM run WHERE run_key = ?");
    if (q.bind(run_key).step()) here = q.text(0);
  }
  if (here.empty() || distance(status) > distance(here)) {
    ++(here.empty() ? counts_.added : counts_.completed);
    taken_.push_back(taken);
    return true;
  }
  if (distance(status) == 2) {
    const Outcome ours = outcome_of(into_, run_key);
    const Outcome theirs = outcome_of(from_, run_key);
    if (ours.hashes != theirs.hashes) {
      ++counts_.conflicts;
      conflict("run " + run_key.substr(0, 12) + ", seed " + std::to_string(row.integer("seed")),
               ours.shown + " is stored, the source has " + theirs.shown);
      return true;
    }
  }
  ++counts_.present;
  return true;
}

void SourceMerge::take_records() {
  const IdMap all = rows_.ids("run_id");
  IdMap taken;
  IdMap attempts_before;
  for (const Taken& run : taken_) {
    taken.emplace(run.source_run, run.run);
    Query q = into_.query("SELECT count(*) FROM attempt WHERE run_id = ?");
    RB_CHECK(q.bind(run.run).step());
    attempts_before.emplace(run.run, q.integer(0));
  }
  rows_.ids("run_id") = std::move(taken);
  rows_.copy(kAttempt, [&](MergedRow& row) {
    row.at("number") = row.integer("number") + attempts_before.at(row.integer("run_id"));
    return text_of(row, "outcome") != "running";
  });
  for (const MergedTable& table : kRecords) rows_.copy(table);
  for (const Taken& run : taken_) {
    const auto* old = std::get_if<std::int64_t>(&run.source_attempt);
    const auto made =
        old == nullptr ? rows_.ids("attempt_id").end() : rows_.ids("attempt_id").find(*old);
    std::optional<std::int64_t> attempt;
    if (made != rows_.ids("attempt_id").end()) attempt = made->second;
    into_
        .query(
            "UPDATE run SET status = ?2, attempt_id = coalesce(?3, (SELECT max(attempt_id) FROM "
            "attempt WHERE run_id = ?1)) WHERE run_id = ?1")
        .run(run.run, run.status, attempt);
  }
  rows_.ids("run_id") = all;
}

}  // namespace ratbench::store
