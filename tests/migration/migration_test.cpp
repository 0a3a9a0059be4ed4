// Databases of every schema that was ever released open, upgrade and report what they held.
// schema_001.sql: `sqlite3 DB .dump` of the small world of tests/harness/store, all runs finished,
// written when version 1 was current, with its application_id and user_version. Never regenerated.
#include <gtest/gtest.h>

#include <fstream>
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
      {"003_epoch", "a7abccabb704c871756fb41840a4359ec57d71b5f6b22dc5dc3dbed06f47e17b"}};
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

TEST(Migration, DatabaseOfVersion1OpensAndReports) {
  const TemporaryFolder folder;
  const auto old = folder / "old.db";
  make_old_database(old, "001");
  {
    Writer writer(old);
    // It takes new work too.
    const std::vector<Dataset> datasets = {small_dataset()};
    EXPECT_EQ(writer.register_sweep(small_sweep(), datasets).new_runs, 0u);
  }
  EXPECT_EQ(Reader(old).schema_version(), kSchemaVersion);

  const auto fresh = folder / "fresh.db";
  Writer writer(fresh);
  const grid::Sweep sweep = small_sweep();
  const std::vector<Dataset> datasets = {small_dataset()};
  writer.register_sweep(sweep, datasets);
  writer.begin_attempts(starts_of(run_keys(sweep)));
  writer.commit_results(results_of(run_keys(sweep)));
  EXPECT_EQ(comparable_rows(old), comparable_rows(fresh));
}

TEST(Migration, OldDatabaseThatNobodyUpgradedYetReportsOrSaysHow) {
  const TemporaryFolder folder;
  const auto old = folder / "old.db";
  make_old_database(old, "001");
  if (kSchemaVersion == 1) {
    EXPECT_EQ(Reader(old).experiment("small")->progress.done, 4u);
  } else {
    EXPECT_THROW(Reader{old}, StoreError);
  }
}

}  // namespace
}  // namespace ratbench::store
