// Finished runs into rows. The one place where metrics are made from predictions and labels.
#include <algorithm>
#include <bit>

#include "harness/store/fault.hpp"
#include "harness/store/json_text.hpp"
#include "harness/store/row_starts.hpp"
#include "harness/store/writer_impl.hpp"
#include "src/metrics/task_metrics.hpp"

namespace ratbench::store {
namespace {

static_assert(std::endian::native == std::endian::little,
              "blobs are written as they lie in memory");

std::string bytes_of(std::span<const float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::string bits_of(const std::string& attacked) {
  std::string bits((attacked.size() + 7) / 8, '\0');
  for (std::size_t step = 0; step < attacked.size(); ++step) {
    if (attacked[step] != '1') continue;
    bits[step / 8] = static_cast<char>(bits[step / 8] | (1 << (step % 8)));
  }
  return bits;
}

bool all_below(std::span<const std::int32_t> values, std::size_t limit) {
  return std::all_of(values.begin(), values.end(), [&](std::int32_t value) {
    return value >= 0 && static_cast<std::size_t>(value) < limit;
  });
}

bool are_thresholds(std::span<const double> values, const metrics::TaskSetting& setting) {
  return values.size() == setting.class_names.size() &&
         std::all_of(values.begin(), values.end(), [](double v) { return v >= 0 && v <= 1; });
}

std::optional<std::string> problem_with_outcome(const protocol::SplitOutcome& outcome,
                                                const DatasetFacts& facts) {
  const metrics::TaskSetting& setting = facts.setting;
  const std::string place = outcome.split + "/" + outcome.selection + ": ";
  if (!outcome.confusion.empty() && outcome.confusion.size() != metrics::confusion_size(setting)) {
    return place + "the confusion matrix is not of " + std::to_string(setting.class_names.size()) +
           " classes";
  }
  if (outcome.predictions.empty()) {
    if (outcome.confusion.empty()) return place + "neither predictions nor confusion matrix";
    return std::nullopt;
  }
  if (!all_below(outcome.predictions, metrics::unit_values(setting))) {
    return place + "a prediction is no class";
  }
  const auto labels = facts.labels.find(outcome.split);
  if (labels == facts.labels.end()) return place + "the store has no labels of this split";
  if (labels->second.size() != outcome.predictions.size()) {
    return place + std::to_string(outcome.predictions.size()) + " predictions for " +
           std::to_string(labels->second.size()) +
           (facts.row_starts.contains(outcome.split) ? " units" : " rows");
  }
  if (!outcome.confusion.empty() &&
      outcome.confusion != metrics::unit_confusion(setting, labels->second, outcome.predictions)) {
    return place + "the confusion matrix does not follow from predictions and labels";
  }
  if (!outcome.thresholds.empty() && !are_thresholds(outcome.thresholds, setting)) {
    return place + "the thresholds are no " + std::to_string(setting.class_names.size()) +
           " numbers from 0 to 1";
  }
  return std::nullopt;
}

}  // namespace

const DatasetFacts& Writer::Impl::dataset_facts(std::int64_t dataset_id) {
  const auto known = datasets.find(dataset_id);
  if (known != datasets.end()) return known->second;
  DatasetFacts facts;
  {
    Query names =
        connection.query("SELECT class_names, task, hierarchy FROM dataset WHERE dataset_id = ?");
    RB_CHECK(names.bind(dataset_id).step());
    facts.setting.class_names = texts_from_json(names.view(0));
    facts.setting.task = names.text(1);
    if (!names.is_null(2)) {
      facts.setting.hierarchy = metrics::parse_hierarchy(names.view(2), connection.file().string());
    }
  }
  Query labels =
      connection.query("SELECT split, label FROM label WHERE dataset_id = ? ORDER BY split, row");
  labels.bind(dataset_id);
  while (labels.step()) {
    facts.labels[labels.text(0)].push_back(static_cast<std::int32_t>(labels.integer(1)));
  }
  for (const auto& [split, of_units] : facts.labels) {
    auto starts = load_row_starts(connection, dataset_id, split);
    if (!starts.empty()) facts.row_starts.emplace(split, std::move(starts));
  }
  return datasets.emplace(dataset_id, std::move(facts)).first->second;
}

std::int64_t Writer::Impl::metric_id(const std::string& name) {
  const auto known = metric_ids.find(name);
  if (known != metric_ids.end()) return known->second;
  connection.query("INSERT INTO metric_name (name) VALUES (?) ON CONFLICT DO NOTHING").run(name);
  Query id = connection.query("SELECT metric_id FROM metric_name WHERE name = ?");
  RB_CHECK(id.bind(name).step());
  return metric_ids[name] = id.integer(0);
}

std::optional<std::string> Writer::Impl::problem_with(const protocol::RunResult& result,
                                                      const DatasetFacts& facts) const {
  std::vector<std::pair<std::string, std::string>> seen;
  for (const protocol::SplitOutcome& outcome : result.outcomes) {
    if (auto problem = problem_with_outcome(outcome, facts)) return problem;
    seen.emplace_back(outcome.split, outcome.selection);
    if (std::count(seen.begin(), seen.end(), seen.back()) > 1) {
      return outcome.split + "/" + outcome.selection + ": reported twice";
    }
  }
  if (!result.attacked.empty() && result.attacked.size() != result.step_losses.size()) {
    return "attack decisions and losses are of different numbers of steps";
  }
  return std::nullopt;
}

void Writer::Impl::store_measurements(std::int64_t run_id, const protocol::RunResult& r) {
  const protocol::Counters& c = r.counters;
  connection
      .query(
          "INSERT INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "?, ?)")
      .run(run_id, r.diverged_reason, r.diverged_step, r.best_epoch, c.batches, c.attacked_batches,
           c.forward_passes, c.backward_passes, c.samples, c.real_tokens, c.padded_tokens,
           r.train_s, r.wall_s, r.peak_memory_bytes, r.weights_sha256, r.loss_history_sha256,
           r.test_logits_sha256, integers_to_json(r.train_class_counts),
           Blob{bytes_of(r.step_losses)}, Blob{bits_of(r.attacked)}, r.step_losses.size());
  for (const protocol::EpochRecord& epoch : r.epochs) {
    connection
        .query(
            "INSERT INTO epoch (run_id, epoch, train_loss, val, batches, attacked_batches) "
            "VALUES (?, ?, ?, ?, nullif(?, -1), nullif(?, -1))")
        .run(run_id, epoch.epoch, epoch.train_loss, reals_to_json(epoch.val), epoch.batches,
             epoch.attacked_batches);
  }
}

metrics::TaskSetting Writer::Impl::setting_of(const StoredRunState& run) {
  metrics::TaskSetting setting = dataset_facts(run.dataset_id).setting;
  if (setting.task != "relation") return setting;
  Query config = connection.query(
      "SELECT f.json FROM run r JOIN config f ON f.config_id = r.config_id WHERE r.run_id = ?");
  RB_CHECK(config.bind(run.run_id).step());
  setting.negative_class = config_from_json(config.view(0)).text_or("data.negative_class", "");
  return setting;
}

void Writer::Impl::store_outcome(std::int64_t run_id, const protocol::SplitOutcome& outcome,
                                 const DatasetFacts& facts, const metrics::TaskSetting& setting) {
  std::vector<std::int64_t> confusion = outcome.confusion;
  metrics::NamedValues values;
  std::optional<std::string> predictions, thresholds;
  if (!outcome.thresholds.empty()) thresholds = shares_to_json(outcome.thresholds);
  if (outcome.predictions.empty()) {
    values = metrics::confusion_metrics(setting, confusion);
  } else {
    const auto& labels = facts.labels.at(outcome.split);
    const auto starts = facts.row_starts.find(outcome.split);
    metrics::SplitUnits truth{labels, {}};
    if (starts != facts.row_starts.end()) truth.starts = starts->second;
    if (confusion.empty())
      confusion = metrics::unit_confusion(setting, labels, outcome.predictions);
    values = metrics::task_metrics(setting, truth, outcome.predictions);
    predictions = integers_to_json(outcome.predictions);
  }
  connection
      .query(
          "INSERT INTO evaluation (run_id, split, selection, confusion, predictions, thresholds) "
          "VALUES (?, ?, ?, ?, ?, ?)")
      .run(run_id, outcome.split, outcome.selection, integers_to_json(confusion), predictions,
           thresholds);
  const std::int64_t evaluation_id = connection.database().getLastInsertRowid();
  for (const auto& [name, value] : values) {
    connection.query("INSERT INTO metric VALUES (?, ?, ?)")
        .run(evaluation_id, metric_id(name), value);
  }
}

// The attempt that delivered the result; one is made when its lease had been given up.
void Writer::Impl::finish_attempt(const StoredRunState& run, const protocol::RunResult& r) {
  const std::int64_t attempt_id =
      run.status == "running" ? *run.attempt_id : insert_attempt(run.run_id, Provenance{});
  const std::string outcome = r.diverged ? "diverged" : "done";
  connection
      .query(
          "UPDATE attempt SET device_name = ?2, driver = ?3, kernel = ?4, threads = ?5, "
          "mode = ?6 WHERE attempt_id = ?1")
      .run(attempt_id, r.device_name, r.driver, r.kernel, r.threads, r.mode);
  end_attempt(attempt_id, outcome, std::nullopt, r.diverged_reason);
  set_status(run.run_id, outcome);
}

void Writer::Impl::store_result(const StoredRunState& run, const protocol::RunResult& result) {
  const DatasetFacts& facts = dataset_facts(run.dataset_id);
  const metrics::TaskSetting setting = setting_of(run);
  store_measurements(run.run_id, result);
  fault_point("commit.mid");
  for (const protocol::SplitOutcome& outcome : result.outcomes) {
    store_outcome(run.run_id, outcome, facts, setting);
  }
  finish_attempt(run, result);
}

CommitReport Writer::commit_results(std::span<const protocol::RunResult> results) {
  fault_point("commit.before_begin");
  const auto commit = [&] {
    CommitReport report;
    for (const protocol::RunResult& result : results) {
      const auto run = impl_->find_run(result.run_key);
      if (!run) {
        report.unknown.push_back(result.run_key);
      } else if (run->status == "done" || run->status == "diverged") {
        ++report.already_stored;
      } else if (auto problem =
                     impl_->problem_with(result, impl_->dataset_facts(run->dataset_id))) {
        // Without a lease this is a replay of what was rejected before.
        if (run->status == "running") {
          impl_->end_attempt(*run->attempt_id, "failed", "error", *problem);
          impl_->set_status(run->run_id, "failed");
        }
        report.rejected.push_back({result.run_key, *problem});
      } else {
        impl_->store_result(*run, result);
        ++report.committed;
      }
    }
    return report;
  };
  try {
    return impl_->connection.transaction("commit results", "commit.before_commit",
                                         "commit.after_commit", commit);
  } catch (...) {
    // Names inserted in the rolled-back transaction are gone again.
    impl_->metric_ids.clear();
    throw;
  }
}

}  // namespace ratbench::store
