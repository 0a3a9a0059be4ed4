#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "harness/store/connection.hpp"
#include "harness/store/schema.hpp"
#include "src/base/error.hpp"
#include "src/base/sha256.hpp"
#include "tests/harness/store/small_world.hpp"

namespace ratbench::store {
namespace {

using Rows = std::map<std::string, std::vector<std::string>>;
using Files = std::vector<std::filesystem::path>;

// The small sweep with these seeds alone.
grid::Sweep sweep_of(const std::vector<std::uint64_t>& seeds) {
  grid::Sweep sweep = small_sweep("small", 8);
  sweep.seeds = seeds;
  std::erase_if(sweep.runs, [&](const grid::PlannedRun& run) {
    return std::find(seeds.begin(), seeds.end(), run.seed) == seeds.end();
  });
  return sweep;
}

void register_only(Writer& writer, const grid::Sweep& sweep) {
  const std::vector<Dataset> datasets = {small_dataset()};
  writer.register_sweep(sweep, datasets);
}

void train(const std::filesystem::path& file, const grid::Sweep& sweep,
           const std::vector<std::string>& keys) {
  Writer writer(file);
  register_only(writer, sweep);
  writer.begin_attempts(starts_of(keys));
  ASSERT_EQ(writer.commit_results(results_of(keys)).committed, keys.size());
}

MergeReport merge(const std::filesystem::path& into, const Files& from,
                  OnConflict on_conflict = OnConflict::kRefuse) {
  return Writer(into).merge(from, on_conflict);
}

// Every row of every view, provenance and times included.
Rows all_rows(const std::filesystem::path& file) {
  const Reader reader(file);
  Rows rows;
  for (const std::string& view : reader.views())
    reader.visit_view(view, [&](const auto& row) {
      std::string line;
      for (const auto& cell : row) line += cell.value_or("NULL") + "|";
      rows[view].push_back(line);
    });
  return rows;
}

class Merge : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path into_ = folder_ / "into.db";
  std::filesystem::path first_ = folder_ / "first.db";
  std::filesystem::path second_ = folder_ / "second.db";

  void train_all(const std::filesystem::path& file, const std::vector<std::uint64_t>& seeds) {
    const grid::Sweep sweep = sweep_of(seeds);
    train(file, sweep, run_keys(sweep));
  }
};

TEST_F(Merge, TwoHalvesOfTheSeedsEqualTheSweepTrainedAtOnce) {
  train_all(first_, {0, 1, 2});
  train_all(second_, {3, 4});
  train_all(folder_ / "whole.db", {0, 1, 2, 3, 4});
  const MergeReport report = merge(into_, {first_, second_});
  EXPECT_EQ(report.sources.at(0).added, 6u);
  EXPECT_EQ(report.sources.at(1).added, 4u);
  EXPECT_EQ(comparable_rows(into_), comparable_rows(folder_ / "whole.db"));
  const Reader merged(into_);
  const Reader whole(folder_ / "whole.db");
  EXPECT_EQ(merged.step_losses("cell1-seed4"), whole.step_losses("cell1-seed4"));
  EXPECT_EQ(merged.attacked("cell1-seed4"), whole.attacked("cell1-seed4"));
  EXPECT_EQ(merged.attempts("cell1-seed4").at(0).provenance.log_file, "logs/cell1-seed4.log");
}

TEST_F(Merge, TwoHalvesOfTheRunsOfOneRegisteredSweepEqualIt) {
  const grid::Sweep sweep = sweep_of({0, 1});
  const auto keys = run_keys(sweep);
  train(first_, sweep, {keys[0], keys[3]});
  train(second_, sweep, {keys[1], keys[2]});
  train(folder_ / "whole.db", sweep, keys);
  const MergeReport report = merge(first_, {second_});
  EXPECT_EQ(report.sources.at(0).completed, 2u);
  EXPECT_EQ(report.sources.at(0).present, 2u);
  EXPECT_EQ(comparable_rows(first_), comparable_rows(folder_ / "whole.db"));
}

TEST_F(Merge, AgainChangesNothing) {
  train_all(first_, {0, 1});
  train_all(second_, {1, 2});
  merge(into_, {first_, second_});
  const Rows once = all_rows(into_);
  const MergeReport again = merge(into_, {first_, second_, first_});
  for (const MergedSource& source : again.sources) {
    EXPECT_EQ(source.added + source.completed, 0u);
    EXPECT_EQ(source.present, 4u);
  }
  EXPECT_EQ(all_rows(into_), once);
}

TEST_F(Merge, SourcesStayAsTheyAre) {
  train_all(first_, {0});
  const std::string before = sha256_file(first_);
  merge(into_, {first_});
  EXPECT_EQ(sha256_file(first_), before);
}

TEST_F(Merge, OtherResultOfARunIsRefusedAndNothingIsMerged) {
  train_all(into_, {0});
  train_all(first_, {1});
  const grid::Sweep sweep = sweep_of({0});
  {
    Writer writer(second_);
    register_only(writer, sweep);
    writer.begin_attempts(starts_of(run_keys(sweep)));
    auto results = results_of(run_keys(sweep));
    results[1].weights_sha256 = "others";
    writer.commit_results(results);
  }
  const Rows before = all_rows(into_);
  try {
    merge(into_, {first_, second_});
    FAIL() << "merged";
  } catch (const DataError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("1 conflict"), std::string::npos) << message;
    EXPECT_NE(message.find("run cell1-seed0"), std::string::npos) << message;
    EXPECT_NE(message.find("others"), std::string::npos) << message;
  }
  EXPECT_EQ(all_rows(into_), before);

  const MergeReport kept = merge(into_, {first_, second_}, OnConflict::kKeepFirst);
  ASSERT_EQ(kept.conflicts.size(), 1u);
  EXPECT_EQ(kept.sources.at(1).conflicts, 1u);
  EXPECT_EQ(kept.sources.at(1).present, 1u);
  EXPECT_EQ(Reader(into_).run("cell1-seed0")->weights_sha256, "weights-of-cell1-seed0");
  EXPECT_EQ(Reader(into_).experiment("small")->progress.done, 4u);
}

TEST_F(Merge, WhatEndedReplacesWhatFailedAndNotTheOtherWayRound) {
  const grid::Sweep sweep = sweep_of({0});
  const std::vector<std::string> key = {"cell0-seed0"};
  {
    Writer writer(first_);
    register_only(writer, sweep);
    writer.begin_attempts(starts_of(key));
    const std::vector<AttemptFailure> failed = {{key[0], "oom", "too large"}};
    writer.fail_attempts(failed);
  }
  train(second_, sweep, key);
  EXPECT_EQ(merge(second_, {first_}).sources.at(0).completed, 0u);
  EXPECT_EQ(Reader(second_).attempts(key[0]).size(), 1u);
  EXPECT_EQ(merge(first_, {second_}).sources.at(0).completed, 1u);
  const Reader reader(first_);
  EXPECT_EQ(reader.run(key[0])->status, RunStatus::kDone);
  const auto attempts = reader.attempts(key[0]);
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].failure_kind, "oom");
  EXPECT_EQ(attempts[1].outcome, "done");
  EXPECT_EQ(attempts[1].number, 2);
  EXPECT_EQ(reader.predictions(key[0], "test", "best").size(), 5u);
}

TEST_F(Merge, RunBeingTrainedElsewhereIsQueuedUntilItEnded) {
  const grid::Sweep sweep = sweep_of({0});
  const auto keys = run_keys(sweep);
  Writer writer(first_);
  register_only(writer, sweep);
  writer.begin_attempts(starts_of(keys));
  EXPECT_EQ(merge(into_, {first_}).sources.at(0).running, 2u);
  EXPECT_EQ(Reader(into_).experiment("small")->progress.queued, 2u);
  EXPECT_TRUE(Reader(into_).attempts(keys[0]).empty());
  writer.commit_results(results_of(keys));
  EXPECT_EQ(merge(into_, {first_}).sources.at(0).completed, 2u);
  EXPECT_EQ(comparable_rows(into_), comparable_rows(first_));
}

TEST_F(Merge, CellOfTheSameNameThatMeansSomethingElseIsAConflict) {
  train_all(into_, {0});
  grid::Sweep other = sweep_of({1});
  for (grid::Cell& cell : other.cells) cell.config.set("train.lr", *Decimal::parse("0.5"));
  train(first_, other, run_keys(other));
  EXPECT_THROW(merge(into_, {first_}), DataError);
  EXPECT_EQ(Reader(into_).experiment("small")->progress.done, 2u);
  const MergeReport kept = merge(into_, {first_}, OnConflict::kKeepFirst);
  ASSERT_EQ(kept.conflicts.size(), 3u);
  EXPECT_NE(kept.conflicts[0].problem.find("0.5"), std::string::npos);
  // The runs are there by their keys; the experiment does not mix them in.
  EXPECT_EQ(Reader(into_).experiment("small")->progress.runs, 2u);
  EXPECT_TRUE(Reader(into_).run("cell0-seed1").has_value());
}

TEST_F(Merge, OtherDataUnderTheSameCellIsAConflict) {
  train_all(into_, {0});
  grid::Sweep other = sweep_of({1});
  Dataset data = small_dataset();
  data.files.sha256["test"] = "another";
  for (auto& files : other.data) files = data.files;
  {
    Writer writer(first_);
    const std::vector<Dataset> datasets = {data};
    writer.register_sweep(other, datasets);
  }
  try {
    merge(into_, {first_});
    FAIL() << "merged";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("other data"), std::string::npos) << error.what();
  }
}

TEST_F(Merge, TakesVerdictsCostsAndSettingsAndSaysWhichVerdictsAreOld) {
  train_all(first_, {0});
  train_all(second_, {1});
  VerdictRow verdict;
  verdict.claim = "better";
  verdict.verdict = "supported";
  verdict.estimate = 0.25;
  {
    Writer writer(first_);
    const std::vector<VerdictRow> verdicts = {verdict};
    writer.store_verdicts("small", verdicts);
    writer.set_machine_setting("box", "kernel", "mkl");
  }
  {
    Connection raw(first_.string(), first_, SQLite::OPEN_READWRITE);
    for (int i = 0; i < 2; ++i)
      raw.execute(
          "INSERT INTO cost (experiment_id, arm, baseline, ratio, device, blocks) "
          "VALUES (1, 'rat', 'none', 1.5, 'cpu', 8)");
  }
  EXPECT_TRUE(merge(into_, {first_}).stale_verdicts.empty());
  EXPECT_EQ(comparable_rows(into_).at("v_claim"), comparable_rows(first_).at("v_claim"));
  EXPECT_EQ(Reader(into_).machine_setting("box", "kernel"), "mkl");
  const MergeReport more = merge(into_, {second_});
  EXPECT_EQ(more.stale_verdicts, std::vector<std::string>{"small"});
  EXPECT_EQ(comparable_rows(into_).at("v_claim"), comparable_rows(first_).at("v_claim"));
}

TEST_F(Merge, ChangedConfigurationOfAnExperimentIsKeptInItsHistory) {
  train_all(into_, {0});
  grid::Sweep other = sweep_of({1});
  other.canonical_json = R"({"name":"small","seeds":[1]})";
  train(first_, other, run_keys(other));
  merge(into_, {first_});
  merge(into_, {first_});
  Connection raw(into_.string(), into_, SQLite::OPEN_READONLY);
  EXPECT_EQ(raw.number("SELECT count(*) FROM experiment_history"), 1);
  EXPECT_EQ(Reader(into_).experiment("small")->canonical_json, R"({"name":"small"})");
}

TEST_F(Merge, OlderSchemaIsUpgradedInACopy) {
  {
    Connection raw(first_.string(), first_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    std::ifstream in("tests/migration/schema_001.sql");
    std::ostringstream text;
    text << in.rdbuf();
    ASSERT_FALSE(text.str().empty()) << "run from the root of the source tree";
    raw.execute(text.str());
  }
  const std::string before = sha256_file(first_);
  merge(into_, {first_});
  EXPECT_EQ(Reader(into_).experiment("small")->progress.done, 4u);
  EXPECT_EQ(sha256_file(first_), before);
  const auto& path = folder_.path();
  const auto left = std::count_if(std::filesystem::directory_iterator(path), {}, [](const auto& e) {
    return e.path().filename().string().find(".merge-") != std::string::npos;
  });
  EXPECT_EQ(left, 0);
}

TEST_F(Merge, RefusesWhatItCannotReadAndItself) {
  train_all(first_, {0});
  train_all(second_, {1});
  const Rows before = all_rows(first_);
  EXPECT_THROW(merge(first_, {second_, folder_ / "missing.db"}), StoreError);
  EXPECT_THROW(merge(first_, {second_, first_}), UsageError);
  const auto text = folder_ / "text.db";
  std::ofstream(text) << std::string(5000, 'x');
  EXPECT_THROW(merge(first_, {second_, text}), StoreError);
  {
    Connection raw(second_.string(), second_, SQLite::OPEN_READWRITE);
    raw.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion + 1));
  }
  try {
    merge(first_, {second_});
    FAIL() << "merged";
  } catch (const StoreError& error) {
    EXPECT_NE(std::string(error.what()).find("newer program"), std::string::npos);
  }
  EXPECT_EQ(all_rows(first_), before);
}

// A migration that adds a table has to say how it is merged (harness/store/merge_tables.hpp).
TEST_F(Merge, KnowsEveryTableOfTheSchema) {
  { const Writer made(into_); }
  Connection raw(into_.string(), into_, SQLite::OPEN_READONLY);
  std::set<std::string> tables;
  Query q = raw.query("SELECT name FROM sqlite_master WHERE type = 'table'");
  while (q.step()) tables.insert(q.text(0));
  const auto merged = merged_tables();
  EXPECT_EQ(std::set<std::string>(merged.begin(), merged.end()), tables);
}

}  // namespace
}  // namespace ratbench::store
