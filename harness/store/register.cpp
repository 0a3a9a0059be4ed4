// Freezing a sweep: data sets, cells, factors and runs, linked to runs that the store already has.
#include <set>

#include "harness/store/json_text.hpp"
#include "harness/store/row_starts.hpp"
#include "harness/store/writer_impl.hpp"
#include "src/base/sha256.hpp"
#include "src/base/version.hpp"
#include "src/metrics/task_metrics.hpp"

namespace ratbench::store {
namespace {

constexpr const char* kMinorityPath = "data.minority_classes";

// Registers one sweep; lives for one transaction.
class Registration {
 public:
  Registration(Connection& connection, const grid::Sweep& sweep, std::span<const Dataset> datasets)
      : connection_(connection), sweep_(sweep) {
    for (const Dataset& dataset : datasets) datasets_[dataset_hash(dataset.files)] = &dataset;
  }

  RegisterReport run() {
    RB_CHECK_EQ(sweep_.data.size(), sweep_.cells.size());
    experiment_id_ = experiment();
    forget_cells();
    cell_ids_.reserve(sweep_.cells.size());
    for (const grid::Cell& cell : sweep_.cells) add_cell(cell);
    for (const grid::PlannedRun& planned : sweep_.runs) add_run(planned);
    report_.runs = seen_.size();
    return report_;
  }

 private:
  std::int64_t experiment();
  void forget_cells();
  void add_cell(const grid::Cell& cell);
  void add_run(const grid::PlannedRun& planned);
  std::int64_t dataset_id(const protocol::DataFiles& files);
  void refuse_other_task(std::int64_t dataset_id, const Dataset& dataset);
  void add_split(std::int64_t dataset_id, const Dataset& dataset, const std::string& split);
  std::int64_t config_id(const std::string& json);
  std::optional<std::int64_t> minority_set_id(const specs::Config& config);
  // Value of the single row and column of `sql`, which takes one text.
  std::int64_t look_up(const std::string& sql, const std::string& key);

  Connection& connection_;
  const grid::Sweep& sweep_;
  std::map<std::string, const Dataset*> datasets_;
  std::int64_t experiment_id_ = 0;
  struct CellIds {
    std::int64_t cell = 0;
    std::int64_t dataset = 0;
    std::int64_t config = 0;
    std::optional<std::int64_t> minority_set;
  };
  std::vector<CellIds> cell_ids_;
  std::map<std::string, std::int64_t> dataset_ids_;
  std::set<std::string, std::less<>> seen_;
  RegisterReport report_;
};

std::int64_t Registration::look_up(const std::string& sql, const std::string& key) {
  Query found = connection_.query(sql);
  RB_CHECK(found.bind(key).step());
  return found.integer(0);
}

std::int64_t Registration::experiment() {
  const std::string now = utc_now();
  connection_
      .query(
          "INSERT INTO experiment (name, title, file, canonical_json, registered_at) "
          "VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING")
      .run(sweep_.experiment, sweep_.title, sweep_.file, sweep_.canonical_json, now);
  const std::int64_t id =
      look_up("SELECT experiment_id FROM experiment WHERE name = ?", sweep_.experiment);
  connection_
      .query(
          "INSERT INTO experiment_history SELECT experiment_id, registered_at, ?, canonical_json "
          "FROM experiment WHERE experiment_id = ? AND canonical_json <> ?")
      .run(now, id, sweep_.canonical_json);
  connection_
      .query(
          "UPDATE experiment SET title = ?2, file = ?3, canonical_json = ?4, registered_at = ?5 "
          "WHERE experiment_id = ?1 AND canonical_json <> ?4")
      .run(id, sweep_.title, sweep_.file, sweep_.canonical_json, now);
  return id;
}

// The new cell list replaces the old one; runs stay, shared by all experiments.
void Registration::forget_cells() {
  for (const char* table : {"cell_run", "cell_factor"}) {
    connection_
        .query(std::string("DELETE FROM ") + table +
               " WHERE cell_id IN (SELECT cell_id FROM cell WHERE experiment_id = ?)")
        .run(experiment_id_);
  }
  connection_.query("DELETE FROM cell WHERE experiment_id = ?").run(experiment_id_);
  connection_.query("DELETE FROM experiment_run WHERE experiment_id = ?").run(experiment_id_);
}

void Registration::add_cell(const grid::Cell& cell) {
  RB_CHECK_EQ(cell.index, cell_ids_.size());
  CellIds ids;
  ids.dataset = dataset_id(sweep_.data[cell.index]);
  ids.config = config_id(config_to_json(cell.config));
  ids.minority_set = minority_set_id(cell.config);
  connection_
      .query("INSERT INTO cell (experiment_id, position, name, dataset_id) VALUES (?, ?, ?, ?)")
      .run(experiment_id_, cell.index, cell.name, ids.dataset);
  ids.cell = connection_.database().getLastInsertRowid();
  for (std::size_t i = 0; i < cell.factors.size(); ++i) {
    connection_.query("INSERT INTO cell_factor VALUES (?, ?, ?, ?)")
        .run(ids.cell, i, cell.factors[i].first, cell.factors[i].second);
  }
  cell_ids_.push_back(ids);
}

void Registration::add_run(const grid::PlannedRun& planned) {
  RB_CHECK_LT(planned.cell, cell_ids_.size());
  // SQLite's integers are signed; specs keep seeds within them.
  RB_CHECK_LE(planned.seed, static_cast<std::uint64_t>(INT64_MAX));
  const CellIds& cell = cell_ids_[planned.cell];
  connection_
      .query(
          "INSERT INTO run (run_key, seed, config_id, dataset_id, method_version, status) "
          "VALUES (?, ?, ?, ?, ?, 'queued') ON CONFLICT (run_key) DO NOTHING")
      .run(planned.run_key, planned.seed, cell.config, cell.dataset, kMethodVersion);
  if (connection_.database().getChanges() > 0) ++report_.new_runs;
  const std::int64_t run_id = look_up("SELECT run_id FROM run WHERE run_key = ?", planned.run_key);
  connection_.query("INSERT INTO cell_run VALUES (?, ?, ?)").run(cell.cell, planned.seed, run_id);
  if (!seen_.insert(planned.run_key).second) {
    ++report_.merged;
    return;
  }
  connection_.query("INSERT INTO experiment_run VALUES (?, ?, ?)")
      .run(experiment_id_, run_id, cell.minority_set);
}

std::int64_t Registration::dataset_id(const protocol::DataFiles& files) {
  const std::string hash = dataset_hash(files);
  if (const auto known = dataset_ids_.find(hash); known != dataset_ids_.end()) return known->second;
  const auto given = datasets_.find(hash);
  RB_CHECK(given != datasets_.end());
  const Dataset& dataset = *given->second;
  const std::set<std::string> distinct(dataset.class_names.begin(), dataset.class_names.end());
  if (distinct.size() != dataset.class_names.size()) {
    throw DataError(files.paths.empty() ? "data set" : files.paths.begin()->second, "",
                    "two classes have the same name");
  }
  std::optional<std::string> hierarchy;
  if (!dataset.hierarchy.empty()) hierarchy = metrics::hierarchy_to_json(dataset.hierarchy);
  connection_
      .query(
          "INSERT INTO dataset (hash, class_names, task, hierarchy) VALUES (?, ?, ?, ?) "
          "ON CONFLICT (hash) DO NOTHING")
      .run(hash, texts_to_json(dataset.class_names), dataset.task, hierarchy);
  const std::int64_t id = look_up("SELECT dataset_id FROM dataset WHERE hash = ?", hash);
  refuse_other_task(id, dataset);
  for (const auto& [split, content] : files.sha256) add_split(id, dataset, split);
  dataset_ids_[hash] = id;
  return id;
}

// Metrics of a data set are those of one task.
void Registration::refuse_other_task(std::int64_t dataset_id, const Dataset& dataset) {
  Query known = connection_.query("SELECT task FROM dataset WHERE dataset_id = ?");
  RB_CHECK(known.bind(dataset_id).step());
  if (known.text(0) == dataset.task) return;
  throw UsageError(connection_.file().string() + ": has these data as a task \"" + known.text(0) +
                   "\", the experiment as \"" + dataset.task +
                   "\": use another database (--db FILE)");
}

void Registration::add_split(std::int64_t dataset_id, const Dataset& dataset,
                             const std::string& split) {
  const auto path = dataset.files.paths.find(split);
  connection_
      .query(
          "INSERT INTO dataset_split (dataset_id, split, path, sha256) VALUES (?, ?, ?, ?) "
          "ON CONFLICT DO UPDATE SET path = excluded.path")
      .run(dataset_id, split, path == dataset.files.paths.end() ? std::string() : path->second,
           dataset.files.sha256.at(split));
  const auto labels = dataset.labels.find(split);
  if (labels == dataset.labels.end()) return;
  const metrics::TaskSetting setting{dataset.task, dataset.class_names, "", {}};
  const std::vector<std::int64_t> support = metrics::class_support(setting, labels->second);
  const auto starts = dataset.row_starts.find(split);
  const bool has_starts = starts != dataset.row_starts.end() && !starts->second.empty();
  if (has_starts)
    RB_CHECK_EQ(static_cast<std::size_t>(starts->second.back()), labels->second.size());
  // Same content hash, same labels: stored once.
  connection_
      .query(
          "UPDATE dataset_split SET row_count = ?, support = ? "
          "WHERE dataset_id = ? AND split = ? AND row_count IS NULL")
      .run(has_starts ? starts->second.size() - 1 : labels->second.size(),
           integers_to_json(support), dataset_id, split);
  if (connection_.database().getChanges() == 0) return;
  if (has_starts) store_row_starts(connection_, dataset_id, split, starts->second);
  Query insert = connection_.query("INSERT INTO label VALUES (?, ?, ?, ?)");
  for (std::size_t row = 0; row < labels->second.size(); ++row) {
    insert.run(dataset_id, split, row, labels->second[row]);
  }
}

std::int64_t Registration::config_id(const std::string& json) {
  const std::string hash = sha256_hex(json);
  connection_.query("INSERT INTO config (hash, json) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING")
      .run(hash, json);
  return look_up("SELECT config_id FROM config WHERE hash = ?", hash);
}

std::optional<std::int64_t> Registration::minority_set_id(const specs::Config& config) {
  if (!config.has(kMinorityPath) || config.texts(kMinorityPath).empty()) return std::nullopt;
  const std::vector<std::string>& classes = config.texts(kMinorityPath);
  const std::string json = texts_to_json(classes);
  connection_.query("INSERT INTO minority_set (class_names) VALUES (?) ON CONFLICT DO NOTHING")
      .run(json);
  const std::int64_t id =
      look_up("SELECT minority_set_id FROM minority_set WHERE class_names = ?", json);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    connection_.query("INSERT INTO minority_class VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        .run(id, i, classes[i]);
  }
  return id;
}

}  // namespace

RegisterReport Writer::register_sweep(const grid::Sweep& sweep, std::span<const Dataset> datasets) {
  const RegisterReport report = impl_->connection.transaction(
      "register the sweep", "register.before_commit", "register.after_commit",
      [&] { return Registration(impl_->connection, sweep, datasets).run(); });
  // Labels of a data set may have been completed.
  impl_->datasets.clear();
  // A spool can only be replayed into runs that are known.
  sync();
  return report;
}

}  // namespace ratbench::store
