#include <cstring>
#include <limits>

#include "harness/store/json_text.hpp"
#include "harness/store/reader_impl.hpp"
#include "harness/store/row_starts.hpp"

namespace ratbench::store {

std::vector<AttemptRow> Reader::attempts(const std::string& run_key) const {
  return impl_->read([&] {
    std::vector<AttemptRow> rows;
    Query q = impl_->connection->query(
        "SELECT a.number, a.outcome, a.failure_kind, a.message, a.started_at, a.heartbeat_at, "
        "a.ended_at, a.pid, a.boot_id, a.host, a.program_version, a.git_revision, a.compiler, "
        "a.libtorch, a.device, a.kernel, a.threads, a.mode, a.concurrent_runs, a.worker_pid, "
        "a.log_file FROM run r JOIN attempt a ON a.run_id = r.run_id WHERE r.run_key = ? "
        "ORDER BY a.number");
    q.bind(run_key);
    while (q.step()) {
      const Provenance provenance{q.text(10),
                                  q.text(11),
                                  q.text(12),
                                  q.text(13),
                                  q.text(14),
                                  q.text(15),
                                  static_cast<int>(q.integer(16)),
                                  q.text(17),
                                  static_cast<int>(q.integer(18)),
                                  q.integer(19),
                                  q.text(20)};
      rows.push_back({static_cast<int>(q.integer(0)), q.text(1), q.text(2), q.text(3), q.text(4),
                      q.text(5), q.text(6), q.integer(7), q.text(8), q.text(9), provenance});
    }
    return rows;
  });
}

std::vector<std::string> Reader::find_run_keys(const std::string& prefix) const {
  return impl_->read([&] {
    std::vector<std::string> keys;
    Query q = impl_->connection->query(
        "SELECT run_key FROM run WHERE substr(run_key, 1, length(?1)) = ?1 ORDER BY run_key");
    q.bind(prefix);
    while (q.step()) keys.push_back(q.text(0));
    return keys;
  });
}

std::optional<StoredRun> Reader::stored_run(const std::string& run_key) const {
  return impl_->read([&]() -> std::optional<StoredRun> {
    Query q = impl_->connection->query(
        "SELECT r.seed, f.json, r.method_version, r.dataset_id FROM run r JOIN config f ON "
        "f.config_id = r.config_id WHERE r.run_key = ?");
    if (!q.bind(run_key).step()) return std::nullopt;
    StoredRun run{run_key,
                  static_cast<std::uint64_t>(q.integer(0)),
                  config_from_json(q.view(1)),
                  {},
                  static_cast<int>(q.integer(2))};
    Query files = impl_->connection->query(
        "SELECT split, path, sha256 FROM dataset_split WHERE dataset_id = ?");
    files.bind(q.integer(3));
    while (files.step()) {
      run.data.paths[files.text(0)] = files.text(1);
      run.data.sha256[files.text(0)] = files.text(2);
    }
    return run;
  });
}

std::vector<std::string> Reader::metric_names(const std::string& experiment) const {
  return impl_->read([&] {
    std::vector<std::string> names;
    // Every run of a data set has the same metrics, so the distinct ones are few.
    Query q = impl_->connection->query(
        "SELECT name FROM metric_name n WHERE EXISTS (SELECT 1 FROM experiment e JOIN "
        "experiment_run x ON x.experiment_id = e.experiment_id JOIN evaluation v ON v.run_id = "
        "x.run_id JOIN metric m ON m.evaluation_id = v.evaluation_id AND m.metric_id = n.metric_id "
        "WHERE e.name = ?1) UNION SELECT 'minority_recall' FROM experiment e JOIN experiment_run x "
        "ON x.experiment_id = e.experiment_id JOIN evaluation v ON v.run_id = x.run_id WHERE "
        "e.name = ?1 AND x.minority_set_id IS NOT NULL ORDER BY 1");
    q.bind(experiment);
    while (q.step()) names.push_back(q.text(0));
    return names;
  });
}

std::vector<MetricRow> Reader::metrics(const std::string& experiment, const std::string& split,
                                       const std::string& selection,
                                       const std::string& metric) const {
  const char* stored =
      "SELECT c.position, x.seed, r.run_key, m.value FROM experiment e JOIN cell c ON "
      "c.experiment_id = e.experiment_id JOIN cell_run x ON x.cell_id = c.cell_id JOIN run r ON "
      "r.run_id = x.run_id JOIN evaluation v ON v.run_id = r.run_id AND v.split = ?2 AND "
      "v.selection = ?3 JOIN metric_name n ON n.name = ?4 JOIN metric m ON m.evaluation_id = "
      "v.evaluation_id AND m.metric_id = n.metric_id WHERE e.name = ?1 ORDER BY c.position, x.seed";
  const char* minority =
      "SELECT c.position, x.seed, r.run_key, avg(m.value) FROM experiment e JOIN cell c ON "
      "c.experiment_id = e.experiment_id JOIN cell_run x ON x.cell_id = c.cell_id JOIN run r ON "
      "r.run_id = x.run_id JOIN experiment_run y ON y.experiment_id = e.experiment_id AND y.run_id "
      "= r.run_id JOIN evaluation v ON v.run_id = r.run_id AND v.split = ?2 AND v.selection = ?3 "
      "JOIN minority_class k ON k.minority_set_id = y.minority_set_id JOIN metric_name n ON n.name "
      "= 'recall/' || k.class JOIN metric m ON m.evaluation_id = v.evaluation_id AND m.metric_id = "
      "n.metric_id WHERE e.name = ?1 AND ?4 = 'minority_recall' GROUP BY c.position, x.seed "
      "ORDER BY c.position, x.seed";
  return impl_->read([&] {
    std::vector<MetricRow> rows;
    Query q = impl_->connection->query(metric == "minority_recall" ? minority : stored);
    q.bind(experiment, split, selection, metric);
    while (q.step()) {
      rows.push_back({static_cast<std::size_t>(q.integer(0)),
                      static_cast<std::uint64_t>(q.integer(1)), q.text(2), q.real(3)});
    }
    return rows;
  });
}

std::vector<std::int32_t> Reader::predictions(const std::string& run_key, const std::string& split,
                                              const std::string& selection) const {
  const auto values = integers_from_json(
      impl_->text("SELECT v.predictions FROM run r JOIN evaluation v ON v.run_id = r.run_id "
                  "WHERE r.run_key = ? AND v.split = ? AND v.selection = ?",
                  run_key, split, selection));
  std::vector<std::int32_t> predictions;
  predictions.reserve(values.size());
  for (const std::int64_t value : values) predictions.push_back(static_cast<std::int32_t>(value));
  return predictions;
}

std::vector<std::int64_t> Reader::confusion(const std::string& run_key, const std::string& split,
                                            const std::string& selection) const {
  return integers_from_json(
      impl_->text("SELECT v.confusion FROM run r JOIN evaluation v ON v.run_id = r.run_id "
                  "WHERE r.run_key = ? AND v.split = ? AND v.selection = ?",
                  run_key, split, selection));
}

std::vector<protocol::EpochRecord> Reader::epochs(const std::string& run_key) const {
  return impl_->read([&] {
    std::vector<protocol::EpochRecord> rows;
    Query q = impl_->connection->query(
        "SELECT h.epoch, h.train_loss, h.val, ifnull(h.batches, -1), "
        "ifnull(h.attacked_batches, -1) FROM run r JOIN epoch h ON h.run_id = r.run_id "
        "WHERE r.run_key = ? ORDER BY h.epoch");
    q.bind(run_key);
    while (q.step()) {
      rows.push_back({static_cast<int>(q.integer(0)),
                      q.is_null(1) ? std::numeric_limits<double>::quiet_NaN() : q.real(1),
                      reals_from_json(q.view(2)), q.integer(3), q.integer(4)});
    }
    return rows;
  });
}

std::vector<float> Reader::step_losses(const std::string& run_key) const {
  const std::string bytes = impl_->text(
      "SELECT s.step_losses FROM run r JOIN result s ON s.run_id = r.run_id WHERE r.run_key = ?",
      run_key);
  std::vector<float> losses(bytes.size() / sizeof(float));
  // An empty vector has no storage to copy into.
  if (!losses.empty()) std::memcpy(losses.data(), bytes.data(), losses.size() * sizeof(float));
  return losses;
}

std::string Reader::attacked(const std::string& run_key) const {
  const std::string bits = impl_->text(
      "SELECT s.attacked FROM run r JOIN result s ON s.run_id = r.run_id WHERE r.run_key = ?",
      run_key);
  if (bits.empty()) return "";
  const std::string steps = impl_->text(
      "SELECT s.steps FROM run r JOIN result s ON s.run_id = r.run_id WHERE r.run_key = ?",
      run_key);
  std::string attacked(std::stoul(steps), '0');
  for (std::size_t step = 0; step < attacked.size(); ++step) {
    if ((bits[step / 8] >> (step % 8)) & 1) attacked[step] = '1';
  }
  return attacked;
}

std::vector<std::int32_t> Reader::labels(const std::string& dataset,
                                         const std::string& split) const {
  return impl_->read([&] {
    std::vector<std::int32_t> labels;
    Query q = impl_->connection->query(
        "SELECT CASE typeof(l.label) WHEN 'integer' THEN l.label ELSE -1 END FROM dataset d JOIN "
        "label l ON l.dataset_id = d.dataset_id "
        "WHERE d.hash = ? AND l.split = ? ORDER BY l.row");
    q.bind(dataset, split);
    while (q.step()) labels.push_back(static_cast<std::int32_t>(q.integer(0)));
    return labels;
  });
}

std::vector<std::string> Reader::class_names(const std::string& dataset) const {
  const std::string json = impl_->text("SELECT class_names FROM dataset WHERE hash = ?", dataset);
  return impl_->read(
      [&] { return json.empty() ? std::vector<std::string>() : texts_from_json(json); });
}

metrics::TaskSetting Reader::task_setting(const std::string& dataset) const {
  return impl_->read([&] {
    metrics::TaskSetting setting;
    Query q =
        impl_->connection->query("SELECT class_names, task, hierarchy FROM dataset WHERE hash = ?");
    if (!q.bind(dataset).step()) return setting;
    setting.class_names = texts_from_json(q.view(0));
    setting.task = q.text(1);
    if (!q.is_null(2))
      setting.hierarchy = metrics::parse_hierarchy(q.view(2), impl_->connection->file().string());
    return setting;
  });
}

std::vector<std::int64_t> Reader::row_starts(const std::string& dataset,
                                             const std::string& split) const {
  return impl_->read([&]() -> std::vector<std::int64_t> {
    std::int64_t id = 0;
    {
      Query q = impl_->connection->query("SELECT dataset_id FROM dataset WHERE hash = ?");
      if (!q.bind(dataset).step()) return {};
      id = q.integer(0);
    }
    return load_row_starts(*impl_->connection, id, split);
  });
}

std::vector<std::int64_t> Reader::support(const std::string& dataset,
                                          const std::string& split) const {
  return integers_from_json(
      impl_->text("SELECT t.support FROM dataset d JOIN dataset_split t ON t.dataset_id = "
                  "d.dataset_id WHERE d.hash = ? AND t.split = ?",
                  dataset, split));
}

std::optional<double> Reader::Impl::mean(const std::string& column, const std::string& experiment) {
  return read([&]() -> std::optional<double> {
    {
      Query own = connection->query(
          "SELECT avg(s." + column +
          ") FROM experiment e JOIN experiment_run x ON x.experiment_id = e.experiment_id JOIN run "
          "r ON r.run_id = x.run_id JOIN result s ON s.run_id = r.run_id WHERE e.name = ? AND "
          "r.status = 'done'");
      if (own.bind(experiment).step() && !own.is_null(0)) return own.real(0);
    }
    Query all = connection->query("SELECT avg(s." + column +
                                  ") FROM run r JOIN result s ON s.run_id = r.run_id WHERE "
                                  "r.status = 'done'");
    if (all.step() && !all.is_null(0)) return all.real(0);
    return std::nullopt;
  });
}

std::optional<double> Reader::mean_train_s(const std::string& experiment) const {
  return impl_->mean("train_s", experiment);
}

std::optional<double> Reader::mean_wall_s(const std::string& experiment) const {
  return impl_->mean("wall_s", experiment);
}

std::optional<double> Reader::latest_runs_per_s(const std::string& experiment) const {
  return impl_->read([&]() -> std::optional<double> {
    Query q = impl_->connection->query(
        "WITH own AS (SELECT a.* FROM attempt a JOIN experiment_run x ON x.run_id = a.run_id JOIN "
        "experiment e ON e.experiment_id = x.experiment_id WHERE e.name = ? AND a.ended_at IS NOT "
        "NULL), engine AS (SELECT host, boot_id, pid, process_start FROM own ORDER BY ended_at "
        "DESC LIMIT 1), latest AS (SELECT started_at, ended_at FROM own JOIN engine USING (host, "
        "boot_id, pid, process_start) ORDER BY ended_at DESC LIMIT 100) SELECT count(*), "
        "(julianday(max(ended_at)) - julianday(min(started_at))) * 86400.0 FROM latest");
    if (!q.bind(experiment).step() || q.integer(0) == 0 || !(q.real(1) > 0)) return std::nullopt;
    return static_cast<double>(q.integer(0)) / q.real(1);
  });
}

std::optional<std::string> Reader::machine_setting(const std::string& machine,
                                                   const std::string& name) const {
  return impl_->read([&]() -> std::optional<std::string> {
    Query q = impl_->connection->query(
        "SELECT value FROM machine_setting WHERE machine = ? AND name = ?");
    if (!q.bind(machine, name).step()) return std::nullopt;
    return q.text(0);
  });
}

}  // namespace ratbench::store
