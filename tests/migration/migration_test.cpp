// Databases of every schema that was ever released open, upgrade and report what they held.
// schema_NNN.sql: `sqlite3 DB .dump` of the small world of tests/harness/store, all runs finished,
// as version NNN left it, with its application_id and user_version. Never regenerated.
// schema_002.sql also holds one verdict; the later ones are that database, upgraded once or more.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "harness/store/connection.hpp"
#include "harness/store/schema.hpp"
#include "src/base/sha256.hpp"
#include "tests/harness/store/small_world.hpp"

namespace ratbench::store {
namespace {

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file << ": run from the root of the source tree";
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// A database of schema `version` as that version left it.
void make_old_database(const std::filesystem::path& file, const std::string& version) {
  Connection raw(file.string(), file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  raw.execute(contents("tests/migration/schema_" + version + ".sql"));
}

TEST(Migration, ReleasedMigrationsNeverChange) {
  const std::vector<std::pair<std::string, std::string>> released = {
      {"001_initial", "e74fca71fe0af3857029db2839d32eb092bfb02c27865adc87d565f4d5cf434b"},
      {"002_verdicts", "2d3ff67dd4b1ef136651135ea88e019dbf3c8c01b9780b2fed24d18f31171423"},
      {"003_epoch", "a7abccabb704c871756fb41840a4359ec57d71b5f6b22dc5dc3dbed06f47e17b"},
      {"004_cost", "1c76e7f019b76df7f884419ca583eac923fd8c644dc1f0fcd589a0ef7b352fcf"},
      {"005_tasks", "748767b458b6d0850d39d373a9e08fc26ac311c91c4bd27aa82bed4d77ebc172"},
      {"006_cost_conditions", "c57823fa0c766170238d12e0f871624b78da2f2f5716588111a3257d52b2d560"},
      {"007_thresholds", "27a62e52ed1494d82166bbb4cffc06fe45196a00ce2b4cadf938466003e8ea40"}};
  ASSERT_EQ(migrations().size(), released.size()) << "add the new migration's hash here";
  for (std::size_t i = 0; i < released.size(); ++i) {
    EXPECT_EQ(migrations()[i].name, released[i].first);
    EXPECT_EQ(sha256_hex(migrations()[i].sql), released[i].second)
        << "results/schema is append-only: write a new migration instead";
  }
}

TEST(Migration, EmbeddedSchemaIsTheFile) {
  for (const Migration& step : migrations()) {
    EXPECT_EQ(step.sql, contents("results/schema/" + std::string(step.name) + ".sql"));
  }
}

// Every version but the present one.
std::vector<std::string> old_versions() {
  std::vector<std::string> versions;
  for (int version = 1; version < kSchemaVersion; ++version)
    versions.push_back("00" + std::to_string(version));
  return versions;
}

class OldDatabase : public ::testing::TestWithParam<std::string> {
 protected:
  OldDatabase() { make_old_database(old_, GetParam()); }

  // Adds what only version 1 lacks: a verdict.
  void add_verdict_of_version_1() {
    Connection raw(old_.string(), old_, SQLite::OPEN_READWRITE);
    raw.execute(
        "INSERT INTO claim (experiment_id, claim, verdict, reason, scope, estimate, seeds) "
        "VALUES (1, 'gain', 'undecided', 'why', 'where', 0.25, 2)");
  }
  // The verdict by column.
  std::map<std::string, std::optional<std::string>> verdict() const {
    const Reader reader(old_);
    const auto columns = reader.view_columns("v_claim");
    std::map<std::string, std::optional<std::string>> out;
    reader.visit_view("v_claim", [&](const auto& row) {
      for (std::size_t c = 0; c < columns.size(); ++c) out[columns[c]] = row[c];
    });
    return out;
  }

  TemporaryFolder folder_;
  std::filesystem::path old_ = folder_ / "old.db";
};

TEST_P(OldDatabase, OpensUpgradesAndReports) {
  {
    Writer writer(old_);
    // It takes new work too.
    const std::vector<Dataset> datasets = {small_dataset()};
    EXPECT_EQ(writer.register_sweep(small_sweep(), datasets).new_runs, 0u);
  }
  EXPECT_EQ(Reader(old_).schema_version(), kSchemaVersion);

  const auto fresh = folder_ / "fresh.db";
  Writer writer(fresh);
  const grid::Sweep sweep = small_sweep();
  const std::vector<Dataset> datasets = {small_dataset()};
  writer.register_sweep(sweep, datasets);
  writer.begin_attempts(starts_of(run_keys(sweep)));
  writer.commit_results(results_of(run_keys(sweep)));
  // The old database keeps the method version that its runs were trained by.
  Connection(fresh.string(), fresh, SQLite::OPEN_READWRITE)
      .execute("UPDATE run SET method_version = 1");
  auto upgraded = comparable_rows(old_);
  upgraded.erase("v_claim");
  EXPECT_EQ(upgraded, comparable_rows(fresh));
}

TEST_P(OldDatabase, KeepsItsVerdictAndTakesANewOne) {
  if (GetParam() == "001") add_verdict_of_version_1();
  { const Writer upgrade(old_); }
  auto kept = verdict();
  EXPECT_EQ(kept["claim"], "gain");
  EXPECT_EQ(kept["verdict"], "undecided");
  EXPECT_EQ(kept["estimate"], "0.25");
  EXPECT_EQ(kept["seeds"], "2");
  if (GetParam() == "001") {
    EXPECT_FALSE(kept["kind"].has_value());
    EXPECT_FALSE(kept["bootstrap_low"].has_value());
    EXPECT_EQ(kept["run_keys"], "[]");
  } else {
    EXPECT_EQ(kept["kind"], "difference");
    EXPECT_EQ(kept["bootstrap_low"], "-0.4");
    EXPECT_EQ(kept["run_keys"], R"(["cell0-seed0","cell0-seed1"])");
  }
  VerdictRow row;
  row.claim = "gain";
  row.verdict = "supported";
  row.run_keys = {"cell1-seed1", "cell1-seed0"};
  Writer(old_).store_verdicts("small", std::vector{row});
  auto next = verdict();
  EXPECT_EQ(next["verdict"], "supported");
  EXPECT_FALSE(next["estimate"].has_value());
  EXPECT_EQ(next["run_keys"], R"(["cell1-seed0","cell1-seed1"])");
}

TEST_P(OldDatabase, ThatNobodyUpgradedYetSaysHow) { EXPECT_THROW(Reader{old_}, StoreError); }

INSTANTIATE_TEST_SUITE_P(Version, OldDatabase, ::testing::ValuesIn(old_versions()),
                         [](const auto& version) { return version.param; });

}  // namespace
}  // namespace ratbench::store
