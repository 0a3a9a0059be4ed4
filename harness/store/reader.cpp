#include "harness/store/reader.hpp"

#include <sqlite3.h>

#include "harness/store/json_text.hpp"
#include "harness/store/open_read.hpp"
#include "harness/store/reader_impl.hpp"
#include "harness/store/schema.hpp"

namespace ratbench::store {
namespace {

constexpr const char* kRunColumns =
    "SELECT r.run_key, r.seed, r.status, a.failure_kind, a.message, (SELECT count(*) FROM attempt "
    "n "
    "WHERE n.run_id = r.run_id), d.hash, f.json, a.mode, a.concurrent_runs, a.device, "
    "a.device_name, a.driver, a.kernel, a.threads, s.diverged_reason, s.diverged_step, "
    "s.best_epoch, s.batches, s.attacked_batches, s.forward_passes, s.backward_passes, s.samples, "
    "s.real_tokens, s.padded_tokens, s.train_s, s.wall_s, s.peak_memory_bytes, s.weights_sha256, "
    "s.loss_history_sha256, s.test_logits_sha256, s.train_class_counts "
    "FROM run r JOIN config f ON f.config_id = r.config_id "
    "JOIN dataset d ON d.dataset_id = r.dataset_id "
    "LEFT JOIN attempt a ON a.attempt_id = r.attempt_id LEFT JOIN result s ON s.run_id = r.run_id ";

RunRow run_row(const Query& q) {
  RunRow row;
  row.run_key = q.text(0);
  row.seed = static_cast<std::uint64_t>(q.integer(1));
  row.status = run_status(q.view(2));
  if (row.status == RunStatus::kFailed) {
    row.failure_kind = q.text(3);
    row.failure_message = q.text(4);
  }
  row.attempts = static_cast<int>(q.integer(5));
  row.dataset = q.text(6);
  row.config_json = q.text(7);
  row.mode = q.text(8);
  row.concurrent_runs = static_cast<int>(q.integer(9));
  row.device = q.text(10);
  row.device_name = q.text(11);
  row.driver = q.text(12);
  row.kernel = q.text(13);
  row.threads = static_cast<int>(q.integer(14));
  if (q.is_null(15)) return row;  // no result yet
  row.diverged_reason = q.text(15);
  row.diverged_step = q.integer(16);
  row.best_epoch = static_cast<int>(q.integer(17));
  row.counters = {q.integer(18), q.integer(19), q.integer(20), q.integer(21),
                  q.integer(22), q.integer(23), q.integer(24)};
  row.train_s = q.real(25);
  row.wall_s = q.real(26);
  row.peak_memory_bytes = q.integer(27);
  row.weights_sha256 = q.text(28);
  row.loss_history_sha256 = q.text(29);
  row.test_logits_sha256 = q.text(30);
  row.train_class_counts = integers_from_json(q.view(31));
  return row;
}

void count(Progress& progress, RunStatus status, std::size_t runs) {
  progress.runs += runs;
  switch (status) {
    case RunStatus::kQueued:
      progress.queued += runs;
      break;
    case RunStatus::kRunning:
      progress.running += runs;
      break;
    case RunStatus::kDone:
      progress.done += runs;
      break;
    case RunStatus::kDiverged:
      progress.diverged += runs;
      break;
    case RunStatus::kFailed:
      progress.failed += runs;
      break;
  }
}

}  // namespace

Reader::Impl::Impl(const std::filesystem::path& file) : connection(open_to_read(file)) {
  const int version = store::schema_version(*connection);
  if (version < kSchemaVersion) {
    throw StoreError(file.string(), SQLITE_MISMATCH,
                     "has the older schema version " + std::to_string(version) +
                         "; `ratbench run` on it brings it to version " +
                         std::to_string(kSchemaVersion));
  }
}

Reader::Reader(const std::filesystem::path& file) : impl_(std::make_unique<Impl>(file)) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;

const std::filesystem::path& Reader::file() const { return impl_->connection->file(); }

int Reader::schema_version() const {
  return impl_->read([&] { return store::schema_version(*impl_->connection); });
}

std::vector<ExperimentRow> Reader::experiments() const {
  std::vector<std::string> names;
  impl_->read([&] {
    Query q = impl_->connection->query("SELECT name FROM experiment ORDER BY name");
    while (q.step()) names.push_back(q.text(0));
  });
  std::vector<ExperimentRow> rows;
  for (const std::string& name : names) {
    if (auto row = experiment(name)) rows.push_back(std::move(*row));
  }
  return rows;
}

std::optional<ExperimentRow> Reader::experiment(const std::string& name) const {
  return impl_->read([&]() -> std::optional<ExperimentRow> {
    Query q = impl_->connection->query(
        "SELECT e.title, e.file, e.canonical_json, e.registered_at, (SELECT count(*) FROM cell c "
        "WHERE c.experiment_id = e.experiment_id) FROM experiment e WHERE e.name = ?");
    if (!q.bind(name).step()) return std::nullopt;
    ExperimentRow row{name,      q.text(0), q.text(1),
                      q.text(2), q.text(3), static_cast<std::size_t>(q.integer(4)),
                      {}};
    Query states = impl_->connection->query(
        "SELECT r.status, count(*) FROM experiment e JOIN experiment_run x ON x.experiment_id = "
        "e.experiment_id JOIN run r ON r.run_id = x.run_id WHERE e.name = ? GROUP BY r.status");
    states.bind(name);
    while (states.step()) {
      count(row.progress, run_status(states.view(0)), static_cast<std::size_t>(states.integer(1)));
    }
    return row;
  });
}

std::vector<CellRow> Reader::cells(const std::string& experiment) const {
  return impl_->read([&] {
    std::vector<CellRow> rows;
    Query cells = impl_->connection->query(
        "SELECT c.position, c.name, d.hash FROM experiment e JOIN cell c ON c.experiment_id = "
        "e.experiment_id JOIN dataset d ON d.dataset_id = c.dataset_id WHERE e.name = ? "
        "ORDER BY c.position");
    cells.bind(experiment);
    while (cells.step()) {
      RB_CHECK_EQ(static_cast<std::size_t>(cells.integer(0)), rows.size());
      rows.push_back({rows.size(), cells.text(1), {}, cells.text(2), {}});
    }
    Query factors = impl_->connection->query(
        "SELECT c.position, f.path, f.value FROM experiment e JOIN cell c ON c.experiment_id = "
        "e.experiment_id JOIN cell_factor f ON f.cell_id = c.cell_id WHERE e.name = ? "
        "ORDER BY c.position, f.position");
    factors.bind(experiment);
    while (factors.step()) {
      rows.at(static_cast<std::size_t>(factors.integer(0)))
          .factors.emplace_back(factors.text(1), factors.text(2));
    }
    Query runs = impl_->connection->query(
        "SELECT c.position, x.seed, r.run_key, r.status, CASE WHEN r.status = 'failed' THEN "
        "a.failure_kind END FROM experiment e JOIN cell c ON c.experiment_id = e.experiment_id "
        "JOIN cell_run x ON x.cell_id = c.cell_id JOIN run r ON r.run_id = x.run_id LEFT JOIN "
        "attempt a ON a.attempt_id = r.attempt_id WHERE e.name = ? ORDER BY c.position, x.seed");
    runs.bind(experiment);
    while (runs.step()) {
      rows.at(static_cast<std::size_t>(runs.integer(0)))
          .runs.push_back({static_cast<std::uint64_t>(runs.integer(1)), runs.text(2),
                           run_status(runs.view(3)), runs.text(4)});
    }
    return rows;
  });
}

std::vector<std::string> Reader::minority_classes(const std::string& experiment) const {
  const std::string json = impl_->text(
      "SELECT m.class_names FROM experiment e JOIN experiment_run x ON x.experiment_id = "
      "e.experiment_id JOIN minority_set m ON m.minority_set_id = x.minority_set_id "
      "WHERE e.name = ? LIMIT 1",
      experiment);
  return impl_->read(
      [&] { return json.empty() ? std::vector<std::string>() : texts_from_json(json); });
}

std::vector<RunRow> Reader::runs(const std::string& experiment) const {
  return impl_->read([&] {
    std::vector<RunRow> rows;
    Query q = impl_->connection->query(
        std::string(kRunColumns) +
        "JOIN (SELECT x.run_id, min(c.position) AS first_cell FROM experiment e JOIN cell c ON "
        "c.experiment_id = e.experiment_id JOIN cell_run x ON x.cell_id = c.cell_id "
        "WHERE e.name = ? GROUP BY x.run_id) o ON o.run_id = r.run_id ORDER BY o.first_cell, "
        "r.seed");
    q.bind(experiment);
    while (q.step()) rows.push_back(run_row(q));
    return rows;
  });
}

std::optional<RunRow> Reader::run(const std::string& run_key) const {
  return impl_->read([&]() -> std::optional<RunRow> {
    Query q = impl_->connection->query(std::string(kRunColumns) + "WHERE r.run_key = ?");
    if (!q.bind(run_key).step()) return std::nullopt;
    return run_row(q);
  });
}

std::unordered_map<std::string, RunStatus> Reader::known_runs() const {
  return impl_->read([&] {
    std::unordered_map<std::string, RunStatus> runs;
    Query q = impl_->connection->query("SELECT run_key, status FROM run");
    while (q.step()) runs.emplace(q.text(0), run_status(q.view(1)));
    return runs;
  });
}

}  // namespace ratbench::store
