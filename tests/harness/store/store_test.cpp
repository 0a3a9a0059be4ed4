// What goes in comes out: registration, attempts, results, views and export.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "harness/store/export.hpp"
#include "src/metrics/classification.hpp"
#include "tests/harness/store/small_world.hpp"

namespace ratbench::store {
namespace {

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class Store : public testing::Test {
 protected:
  Store() : file_(folder_ / "ratbench.db"), writer_(file_), sweep_(small_sweep()) {}

  RegisterReport register_small() {
    const std::vector<Dataset> datasets = {small_dataset()};
    return writer_.register_sweep(sweep_, datasets);
  }
  void finish_all() {
    writer_.begin_attempts(starts_of(run_keys(sweep_)));
    writer_.commit_results(results_of(run_keys(sweep_)));
  }

  TemporaryFolder folder_;
  std::filesystem::path file_;
  Writer writer_;
  grid::Sweep sweep_;
};

TEST_F(Store, RegistersEveryRunOnceAndAgainWithoutEffect) {
  const RegisterReport first = register_small();
  EXPECT_EQ(first.runs, 4u);
  EXPECT_EQ(first.new_runs, 4u);
  EXPECT_EQ(first.merged, 2u);
  const auto before = comparable_rows(file_);
  EXPECT_EQ(register_small().new_runs, 0u);
  EXPECT_EQ(comparable_rows(file_), before);
}

TEST_F(Store, CellsComeBackWithFactorsInFileOrderAndSharedRuns) {
  register_small();
  const Reader reader(file_);
  const std::vector<CellRow> cells = reader.cells("small");
  ASSERT_EQ(cells.size(), 3u);
  EXPECT_EQ(cells[1].factors, sweep_.cells[1].factors);
  ASSERT_EQ(cells[2].runs.size(), 2u);
  EXPECT_EQ(cells[2].runs[1].run_key, "cell0-seed1");
  EXPECT_EQ(cells[2].runs[1].status, RunStatus::kQueued);
  EXPECT_EQ(reader.minority_classes("small"), (std::vector<std::string>{"BETA, B", "gamma"}));
  EXPECT_TRUE(reader.cells("unknown").empty());
}

TEST_F(Store, AnotherExperimentLinksStoredRunsInsteadOfRepeatingThem) {
  register_small();
  finish_all();
  grid::Sweep other = small_sweep("other", 3);
  const std::vector<Dataset> datasets = {small_dataset()};
  EXPECT_EQ(writer_.register_sweep(other, datasets).new_runs, 2u);
  const Reader reader(file_);
  const auto row = reader.experiment("other");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->progress.done, 4u);
  EXPECT_EQ(row->progress.queued, 2u);
  EXPECT_EQ(reader.metrics("other", "test", "best", "macro_f1").size(), 6u);
}

TEST_F(Store, ChangedSweepReplacesItsCellsAndKeepsItsRuns) {
  register_small();
  finish_all();
  sweep_ = small_sweep("small", 1);
  sweep_.canonical_json = "{}";
  register_small();
  const Reader reader(file_);
  EXPECT_EQ(reader.cells("small")[0].runs.size(), 1u);
  EXPECT_EQ(reader.experiment("small")->canonical_json, "{}");
  EXPECT_EQ(reader.known_runs().size(), 4u);
}

TEST_F(Store, ResultComesBackWhole) {
  register_small();
  finish_all();
  const Reader reader(file_);
  const protocol::RunResult want = small_result("cell1-seed1");
  const auto row = reader.run("cell1-seed1");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->status, RunStatus::kDone);
  EXPECT_EQ(row->counters.attacked_batches, 4);
  EXPECT_EQ(row->counters.samples, 18);
  EXPECT_EQ(row->train_s, 0.25);
  EXPECT_EQ(row->weights_sha256, want.weights_sha256);
  EXPECT_EQ(row->test_logits_sha256, want.test_logits_sha256);
  EXPECT_EQ(row->train_class_counts, want.train_class_counts);
  EXPECT_EQ(row->kernel, "mkl");
  EXPECT_EQ(row->device, "cpu");
  EXPECT_EQ(reader.step_losses("cell1-seed1"), want.step_losses);
  EXPECT_EQ(reader.attacked("cell1-seed1"), want.attacked);
  EXPECT_EQ(reader.predictions("cell1-seed1", "test", "last"), want.outcomes[3].predictions);
  EXPECT_EQ(reader.confusion("cell1-seed1", "train", "last"), want.outcomes[4].confusion);
  const auto epochs = reader.epochs("cell1-seed1");
  ASSERT_EQ(epochs.size(), 2u);
  EXPECT_EQ(epochs[1].val, want.epochs[1].val);
  EXPECT_EQ(reader.labels(row->dataset, "val"), small_dataset().labels.at("val"));
  EXPECT_EQ(reader.class_names(row->dataset), small_dataset().class_names);
  EXPECT_EQ(reader.support(row->dataset, "test"), (std::vector<std::int64_t>{2, 2, 1}));
  EXPECT_EQ(reader.mean_train_s("small"), 0.25);
}

TEST_F(Store, ConfigurationComesBackWithItsExactDecimals) {
  register_small();
  const auto run = Reader(file_).stored_run("cell1-seed0");
  ASSERT_TRUE(run);
  EXPECT_EQ(run->config, sweep_.cells[1].config);
  EXPECT_EQ(run->data, sweep_.data[1]);
  EXPECT_EQ(Reader(file_).find_run_keys("cell1-"),
            (std::vector<std::string>{"cell1-seed0", "cell1-seed1"}));
}

TEST_F(Store, ConfigurationComesBackWithItsCountsPerClass) {
  sweep_.cells[1].config.set(
      "data.profile", specs::Counts{{"ALPHA \"a\"", Decimal::of(3)}, {"BETA, B", Decimal::of(12)}});
  register_small();
  EXPECT_EQ(Reader(file_).stored_run("cell1-seed0")->config, sweep_.cells[1].config);
}

TEST_F(Store, HistoryCountsBatchesAndLeavesUnknownNumbersOut) {
  register_small();
  writer_.begin_attempts(starts_of({"cell0-seed0"}));
  protocol::RunResult result = small_result("cell0-seed0");
  result.epochs[0].batches = 7;
  result.epochs[0].attacked_batches = 0;
  result.epochs[1].batches = -1;
  result.epochs[1].attacked_batches = -1;
  writer_.commit_results(std::vector{result});
  const Reader reader(file_);
  const auto epochs = reader.epochs("cell0-seed0");
  EXPECT_EQ(epochs[0].batches, 7);
  EXPECT_EQ(epochs[0].attacked_batches, 0);
  EXPECT_EQ(epochs[1].batches, -1);
  export_views(reader, folder_ / "csv");
  const std::string history = contents(folder_ / "csv/v_epoch.csv");
  EXPECT_NE(history.find("cell0-seed0,0,1,train,batches,7"), std::string::npos) << history;
  EXPECT_NE(history.find("cell0-seed0,0,1,train,attacked_batches,0"), std::string::npos);
  EXPECT_EQ(history.find("cell0-seed0,0,2,train,batches"), std::string::npos);
}

TEST_F(Store, MetricsAreThoseOfTheMetricLibraryForEverySplitAndSelection) {
  register_small();
  finish_all();
  const Reader reader(file_);
  const Dataset dataset = small_dataset();
  const std::vector<std::size_t> minority = {1, 2};
  std::size_t compared = 0;
  for (const std::string& key : run_keys(sweep_)) {
    for (const protocol::SplitOutcome& o : small_result(key).outcomes) {
      const metrics::Confusion confusion =
          o.predictions.empty()
              ? metrics::Confusion{3, o.confusion}
              : metrics::confusion_matrix(dataset.labels.at(o.split), o.predictions, 3);
      const metrics::Classification scores = metrics::classify(confusion);
      auto named = metrics::named_metrics(scores, dataset.class_names);
      named.emplace_back("minority_recall", metrics::minority_recall(scores, minority));
      for (const auto& [name, value] : named) {
        for (const MetricRow& row : reader.metrics("small", o.split, o.selection, name)) {
          if (row.run_key != key) continue;
          // SQL's mean and ours may round differently.
          EXPECT_NEAR(row.value, value, 1e-15) << key << o.split << o.selection << name;
          ++compared;
        }
      }
    }
  }
  // 16 metrics, 5 outcomes, 3 cells, 2 seeds.
  EXPECT_EQ(compared, 16u * 5u * 6u);
  EXPECT_EQ(reader.metric_names("small").size(), 16u);
}

TEST_F(Store, DivergenceIsAnOutcomeWithReasonAndNoMetrics) {
  register_small();
  writer_.begin_attempts(starts_of({"cell0-seed0"}));
  protocol::RunResult result = small_result("cell0-seed0");
  result.diverged = true;
  result.diverged_reason = "loss is NaN";
  result.diverged_step = 7;
  result.outcomes.clear();
  result.step_losses.back() = std::numeric_limits<float>::quiet_NaN();
  result.epochs.back().train_loss = std::numeric_limits<double>::quiet_NaN();
  result.epochs.back().val["macro_f1"] = std::numeric_limits<double>::quiet_NaN();
  writer_.commit_results(std::vector{result});
  const Reader reader(file_);
  EXPECT_EQ(reader.run("cell0-seed0")->status, RunStatus::kDiverged);
  EXPECT_EQ(reader.run("cell0-seed0")->diverged_step, 7);
  EXPECT_TRUE(std::isnan(reader.step_losses("cell0-seed0").back()));
  EXPECT_TRUE(std::isnan(reader.epochs("cell0-seed0")[1].train_loss));
  EXPECT_TRUE(reader.metrics("small", "test", "best", "macro_f1").empty());
}

TEST_F(Store, StoredResultIsNotStoredTwice) {
  register_small();
  finish_all();
  const CommitReport again = writer_.commit_results(results_of(run_keys(sweep_)));
  EXPECT_EQ(again.committed, 0u);
  EXPECT_EQ(again.already_stored, 4u);
  EXPECT_EQ(Reader(file_).attempts("cell0-seed0").size(), 1u);
}

TEST_F(Store, ResultThatDoesNotFitItsDataIsRecordedAsFailed) {
  register_small();
  writer_.begin_attempts(starts_of(run_keys(sweep_)));
  std::vector<protocol::RunResult> results = results_of(run_keys(sweep_));
  results[0].outcomes[0].predictions.pop_back();
  results[1].outcomes[2].predictions[0] = 3;
  results[2].outcomes[1].confusion = {9, 9, 9, 9, 9, 9, 9, 9, 9};
  const CommitReport report = writer_.commit_results(results);
  EXPECT_EQ(report.committed, 1u);
  ASSERT_EQ(report.rejected.size(), 3u);
  EXPECT_NE(report.rejected[0].problem.find("3 predictions for 4 rows"), std::string::npos);
  EXPECT_NE(report.rejected[1].problem.find("no class"), std::string::npos);
  EXPECT_NE(report.rejected[2].problem.find("does not follow"), std::string::npos);
  const auto row = Reader(file_).run(results[0].run_key);
  EXPECT_EQ(row->status, RunStatus::kFailed);
  EXPECT_EQ(row->failure_kind, "error");
}

TEST_F(Store, UnknownRunKeyIsReportedAndStoresNothing) {
  register_small();
  const CommitReport report = writer_.commit_results(results_of({"elsewhere"}));
  EXPECT_EQ(report.unknown, (std::vector<std::string>{"elsewhere"}));
  EXPECT_FALSE(Reader(file_).run("elsewhere"));
}

TEST_F(Store, FailedAttemptStaysOrReturnsToTheQueue) {
  register_small();
  writer_.begin_attempts(starts_of({"cell0-seed0", "cell1-seed0"}));
  writer_.heartbeat(std::vector<std::string>{"cell0-seed0"});
  const std::vector<AttemptFailure> failures = {
      {"cell0-seed0", "oom", "no memory", AfterFailure::kStayFailed},
      {"cell1-seed0", "killed", "signal 9", AfterFailure::kRequeue}};
  writer_.fail_attempts(failures);
  const Reader reader(file_);
  EXPECT_EQ(reader.run("cell0-seed0")->failure_kind, "oom");
  EXPECT_EQ(reader.run("cell1-seed0")->status, RunStatus::kQueued);
  EXPECT_EQ(reader.attempts("cell1-seed0").at(0).failure_kind, "killed");
  writer_.requeue(std::vector<std::string>{"cell0-seed0"});
  EXPECT_EQ(reader.run("cell0-seed0")->status, RunStatus::kQueued);
  writer_.begin_attempts(starts_of({"cell0-seed0"}));
  EXPECT_EQ(reader.attempts("cell0-seed0").size(), 2u);
  EXPECT_EQ(reader.attempts("cell0-seed0")[1].provenance.log_file, "logs/cell0-seed0.log");
}

TEST_F(Store, MachineSettingIsReplacedAndRead) {
  writer_.set_machine_setting("host/cpu", "kernel", "mkl");
  writer_.set_machine_setting("host/cpu", "kernel", "onednn");
  EXPECT_EQ(Reader(file_).machine_setting("host/cpu", "kernel"), "onednn");
  EXPECT_FALSE(Reader(file_).machine_setting("host/cpu", "threads"));
}

TEST_F(Store, FusedRunHasNoWallTimeOfItsOwn) {
  register_small();
  writer_.begin_attempts(starts_of({"cell0-seed0"}));
  protocol::RunResult result = small_result("cell0-seed0");
  result.mode = "fused";
  writer_.commit_results(std::vector{result});
  const Reader reader(file_);
  const auto columns = reader.view_columns("v_run");
  const auto wall = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), "wall_s") -
                                             columns.begin());
  std::size_t seen = 0;
  reader.visit_view("v_run", [&](const auto& row) {
    EXPECT_FALSE(row[wall]);
    ++seen;
  });
  EXPECT_EQ(seen, 6u);
}

TEST_F(Store, ExportWritesEveryViewQuotedInFixedOrder) {
  register_small();
  finish_all();
  const Reader reader(file_);
  const auto files = export_views(reader, folder_ / "csv");
  EXPECT_EQ(files.size(), reader.views().size());
  const std::string metrics = contents(folder_ / "csv/v_metric.csv");
  EXPECT_EQ(metrics.substr(0, metrics.find("\r\n")),
            "run_key,experiment,seed,split,selection,metric,value");
  EXPECT_NE(metrics.find("\"recall/BETA, B\""), std::string::npos);
  EXPECT_NE(metrics.find(",minority_recall,"), std::string::npos);
  const std::string factors = contents(folder_ / "csv/v_factor.csv");
  // Three cells of two seeds; the runs shared by cells 0 and 2 differ in epsilon alone.
  EXPECT_EQ(factors.substr(0, factors.find("cell0-seed1")),
            "run_key,experiment,path,value\r\ncell0-seed0,small,attack.epsilon,0\r\n"
            "cell0-seed0,small,attack.epsilon,2\r\ncell0-seed0,small,attack.p_rat,0\r\n");
  const auto rows = contents(folder_ / "csv/v_prediction.csv");
  // 4 runs, 2 selections, 4 + 5 rows, one header line.
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 4 * 2 * 9 + 1);
  export_views(reader, folder_ / "csv");
  EXPECT_EQ(contents(folder_ / "csv/v_metric.csv"), metrics);
}

TEST_F(Store, PredictionViewSaysLabelAndWhetherItWasMet) {
  register_small();
  finish_all();
  const Reader reader(file_);
  const Dataset dataset = small_dataset();
  std::size_t row_number = 0;
  reader.visit_view("v_prediction", [&](const auto& row) {
    if (*row[0] != "cell0-seed1" || *row[2] != "test" || *row[3] != "best") return;
    const auto at = std::stoul(*row[4]);
    EXPECT_EQ(at, row_number++);
    EXPECT_EQ(std::stoi(*row[5]), dataset.labels.at("test")[at]);
    EXPECT_EQ(std::stoi(*row[6]), small_result("cell0-seed1").outcomes[2].predictions[at]);
    EXPECT_EQ(*row[7], *row[5] == *row[6] ? "1" : "0");
  });
  EXPECT_EQ(row_number, 5u);
}

// results/columns.md promises exactly the views and columns that exist, in their order.
TEST_F(Store, ColumnDictionaryMatchesTheViews) {
  std::ifstream in("results/columns.md");
  ASSERT_TRUE(in) << "run from the root of the source tree";
  std::vector<std::string> views;
  std::map<std::string, std::vector<std::string>> columns;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## v_")) {
      views.push_back(line.substr(3));
    } else if (line.starts_with("| `") && !views.empty()) {
      columns[views.back()].push_back(line.substr(3, line.find('`', 3) - 3));
    }
  }
  const Reader reader(file_);
  EXPECT_EQ(views, reader.views());
  for (const std::string& view : reader.views()) {
    EXPECT_EQ(columns[view], reader.view_columns(view)) << view;
  }
}

}  // namespace
}  // namespace ratbench::store
