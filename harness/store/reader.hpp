// Read-only access to a database, at any time, also while a writer works; it can fail nobody.
// Orders are fixed: experiments by name, cells by index, runs by cell then seed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/store/cost_row.hpp"
#include "harness/store/records.hpp"
#include "src/metrics/row_counts.hpp"

namespace ratbench::store {

// Not safe for use from several threads. All methods throw StoreError when the database cannot be
// read; an unknown experiment, run key or split gives an empty answer.
class Reader {
 public:
  // Throws StoreError when `file` is missing, no database of ours, or of a newer or older schema.
  explicit Reader(const std::filesystem::path& file);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  const std::filesystem::path& file() const;
  int schema_version() const;

  std::vector<ExperimentRow> experiments() const;
  std::optional<ExperimentRow> experiment(const std::string& name) const;
  std::vector<CellRow> cells(const std::string& experiment) const;
  std::vector<std::string> minority_classes(const std::string& experiment) const;

  // One row per distinct run of the experiment, by first cell then seed.
  std::vector<RunRow> runs(const std::string& experiment) const;
  std::optional<RunRow> run(const std::string& run_key) const;
  std::vector<AttemptRow> attempts(const std::string& run_key) const;
  // Run keys that begin with `prefix`, sorted.
  std::vector<std::string> find_run_keys(const std::string& prefix) const;
  std::optional<StoredRun> stored_run(const std::string& run_key) const;

  // By which method, on what and how each run of the experiment was trained, by run key.
  std::map<std::string, RunFacts> run_facts(const std::string& experiment) const;
  // By cell, sorted: seeds of every done or diverged run of the cell's configuration and data,
  // whichever experiment asked for it.
  std::vector<std::vector<std::uint64_t>> finished_seeds(const std::string& experiment) const;

  // Names of all metrics stored for the experiment, sorted; minority_recall included.
  std::vector<std::string> metric_names(const std::string& experiment) const;
  // By cell, then seed. `split`: train, val, test; `selection`: best, last.
  std::vector<MetricRow> metrics(const std::string& experiment, const std::string& split,
                                 const std::string& selection, const std::string& metric) const;

  // Class index per row; of several units a row, one number per unit.
  std::vector<std::int32_t> predictions(const std::string& run_key, const std::string& split,
                                        const std::string& selection) const;
  // classes x classes, row = true class, row-major; of multilabel labels x 4.
  std::vector<std::int64_t> confusion(const std::string& run_key, const std::string& split,
                                      const std::string& selection) const;
  std::vector<protocol::EpochRecord> epochs(const std::string& run_key) const;
  std::vector<float> step_losses(const std::string& run_key) const;
  // '0' or '1' for every step.
  std::string attacked(const std::string& run_key) const;

  std::vector<std::int32_t> labels(const std::string& dataset, const std::string& split) const;
  std::vector<std::string> class_names(const std::string& dataset) const;
  // What the numbers of a data set mean; without the negative class, which is a run's. Empty class
  // names for an unknown one.
  metrics::TaskSetting task_setting(const std::string& dataset) const;
  // [rows + 1], the first unit of every row; empty where every unit is a row.
  std::vector<std::int64_t> row_starts(const std::string& dataset, const std::string& split) const;
  // True where validation and test split are the same rows.
  bool validates_on_test(const std::string& dataset) const;
  // Rows per class of one split, by class index.
  std::vector<std::int64_t> support(const std::string& dataset, const std::string& split) const;

  // Every run the store knows, for `plan`.
  std::unordered_map<std::string, RunStatus> known_runs() const;
  // Mean over done runs of the experiment; over all done runs when it has none or `experiment` is
  // empty; nothing when the store has none.
  std::optional<double> mean_train_s(const std::string& experiment = "") const;
  std::optional<double> mean_wall_s(const std::string& experiment = "") const;
  // Finished runs a second over the latest attempts (at most 100) of the engine that worked on the
  // experiment last; nothing when none has ended. Unlike 1 / mean_wall_s it knows how many run at
  // once and what lies between them.
  std::optional<double> latest_runs_per_s(const std::string& experiment) const;

  std::optional<std::string> machine_setting(const std::string& machine,
                                             const std::string& name) const;

  // What `cost` measured of the experiment, by time of measurement, then arm, baseline and above.
  std::vector<StoredCost> costs(const std::string& experiment) const;
  CostHistory cost_history(const std::string& experiment) const;

  // Views in alphabetical order, their columns, and every row in a fixed order. A cell that is NULL
  // is nullopt; reals are in shortest round-trip decimal form.
  std::vector<std::string> views() const;
  std::vector<std::string> view_columns(const std::string& view) const;
  using RowVisitor = std::function<void(const std::vector<std::optional<std::string>>&)>;
  void visit_view(const std::string& view, const RowVisitor& visit) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ratbench::store
