// Imported results of Google Benchmark: what is read, and what they are compared with.
#include "harness/cli/cost_import.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/cli/cost_import_changes.hpp"
#include "harness/cli/date_time.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/writer.hpp"
#include "src/base/error.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::cli {
namespace {

using nlohmann::json;

// One benchmark with two repetitions around `cpu_us`.
json results(const std::string& date, double cpu_us) {
  json document = {{"context", {{"host_name", "box"}, {"date", date}}},
                   {"benchmarks", json::array()}};
  for (const int repetition : {0, 1})
    document["benchmarks"].push_back({{"run_name", "Step"},
                                      {"repetition_index", repetition},
                                      {"iterations", 9},
                                      {"real_time", cpu_us},
                                      {"cpu_time", cpu_us + 0.1 * repetition},
                                      {"time_unit", "us"},
                                      {"label", "mkl"}});
  document["context"]["library_build_type"] = "release";
  return document;
}

class CostImport : public ::testing::Test {
 protected:
  Change import(const json& document) {
    const auto rows = parse_benchmarks(document.dump(), "bench.json");
    store::Writer(db_).store_benchmarks(rows);
    const auto changes =
        changes_since(store::Reader(db_), rows.front().host, rows.front().measured_at);
    EXPECT_EQ(changes.size(), 1U);
    return changes.front();
  }

  const TemporaryFolder folder_;
  const std::string db_ = (folder_ / "r.db").string();
};

std::string refusal_of(const json& document) {
  try {
    parse_benchmarks(document.dump(), "bench.json");
  } catch (const DataError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(MomentOf, TextsOfOneMomentAreEqualWhateverTheirOffset) {
  const auto moment = moment_of("2026-11-22T09:30:00Z");
  ASSERT_TRUE(moment);
  for (const char* text :
       {"2026-11-22T11:30:00+02:00", "2026-11-22T11:30:00+0200", "2026-11-22T04:00:00-05:30",
        "2026-11-21T23:30:00-10:00", "2026-11-22T09:30:00.000+00:00", "2026-11-22T09:29:60Z"})
    EXPECT_EQ(moment_of(text), moment) << text;
  EXPECT_LT(moment, moment_of("2026-11-22T09:30:00.25Z"));
  EXPECT_EQ(moment_of("1970-01-02T00:00:01Z")->time_since_epoch(), std::chrono::seconds(86401));
  EXPECT_TRUE(moment_of("2024-02-29T00:00:00Z")) << "a leap year";
}

TEST(MomentOf, NothingElseIsAMoment) {
  for (const char* text :
       {"", "yesterday", "2026-11-22", "2026-11-22T09:30:00", "2026-11-22 09:30:00Z",
        "2026-11-22T09:30Z", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-22T24:00:00Z",
        "2026-11-22T09:60:00Z", "2026-11-22T09:30:00+2:00", "2026-11-22T09:30:00+02:0",
        "2026-11-22T09:30:00Z ", "2026-11-22T09:30:00.Z", "26-11-22T09:30:00Z",
        "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z"})
    EXPECT_FALSE(moment_of(text)) << text;
}

TEST_F(CostImport, TheLatestEarlierResultIsChosenByInstantNotByText) {
  EXPECT_EQ(import(results("2026-11-22T11:30:00+02:00", 100)).problem, "nothing earlier");
  const Change second = import(results("2026-11-22T10:00:00+00:00", 200));
  EXPECT_EQ(second.before, "2026-11-22T11:30:00+02:00") << "which is half past nine";
  EXPECT_NEAR(second.ratio->ratio, 2, 0.01);
  const Change third = import(results("2026-11-22T10:30:00+00:00", 200));
  EXPECT_EQ(third.before, "2026-11-22T10:00:00+00:00");
  EXPECT_NEAR(third.ratio->ratio, 1, 0.01);
  EXPECT_EQ(import(results("2026-11-22T09:00:00+00:00", 100)).problem, "nothing earlier")
      << "imported last, measured first";
}

TEST_F(CostImport, ResultsOfTheSameInstantAreNotEarlier) {
  import(results("2026-11-22T11:30:00+02:00", 100));
  EXPECT_EQ(import(results("2026-11-22T09:30:00Z", 200)).problem, "nothing earlier");
}

// Earlier versions stored any text as date; such results stand at the time of their import.
TEST_F(CostImport, StoredResultsWithoutAReadableDateStillCompare) {
  auto rows = parse_benchmarks(results("2026-11-22T09:30:00Z", 100).dump(), "bench.json");
  for (store::BenchmarkRow& row : rows) row.measured_at = "yesterday";
  store::Writer(db_).store_benchmarks(rows);
  EXPECT_EQ(import(results("2200-01-01T00:00:00Z", 200)).before, "yesterday");
  EXPECT_EQ(import(results("2000-01-01T00:00:00Z", 200)).problem, "nothing earlier");
}

TEST_F(CostImport, AnotherLabelOrBuildTypeIsSaidBesideTheChange) {
  import(results("2026-11-22T09:00:00Z", 100));
  EXPECT_EQ(change_text(import(results("2026-11-22T09:30:00Z", 200))),
            "slower than 2026-11-22T09:00:00Z");
  json other = results("2026-11-22T10:00:00Z", 100);
  other["context"]["library_build_type"] = "debug";
  for (json& result : other["benchmarks"]) result["label"] = "avx512";
  EXPECT_EQ(change_text(import(other)),
            "faster than 2026-11-22T09:30:00Z (label mkl before, avx512 now; build type release "
            "before, debug now)");
  json unnamed = results("2026-11-22T10:30:00Z", 100);
  for (json& result : unnamed["benchmarks"]) result.erase("label");
  unnamed["context"]["library_build_type"] = "debug";
  EXPECT_EQ(import(unnamed).unlike, std::vector<std::string>{"label avx512 before, none now"});
}

TEST(ParseBenchmarks, DatesThatAreNoMomentAreRefused) {
  for (const char* date : {"", "yesterday", "2026-11-22T09:30:00"})
    EXPECT_EQ(
        refusal_of(results(date, 100)),
        fmt::format("bench.json: /context/date: found \"{}\", allowed is a moment of ISO 8601 "
                    "with its offset from UTC, such as 2026-11-22T23:17:00+00:00",
                    date));
}

TEST(ParseBenchmarks, CountsOutOfRangeAreRefused) {
  const auto with = [](const char* member, const json& value) {
    json document = results("2026-11-22T09:30:00Z", 100);
    document["benchmarks"][1][member] = value;
    return refusal_of(document);
  };
  EXPECT_EQ(with("iterations", 1e30),
            "bench.json: /benchmarks/1: found iterations 1e+30, allowed are whole numbers from 1 "
            "to 9223372036854775807");
  for (const json& value : {json(0), json(-1), json(2.5), json(10000000000000000000U), json("9")})
    EXPECT_NE(with("iterations", value).find("found iterations " + value.dump()), std::string::npos)
        << value;
  EXPECT_EQ(with("iterations", 9223372036854775807), "accepted");
  EXPECT_NE(with("repetition_index", -1).find("whole numbers from 0"), std::string::npos);
}

}  // namespace
}  // namespace ratbench::cli
