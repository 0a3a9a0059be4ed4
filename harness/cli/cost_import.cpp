#include "harness/cli/cost_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "harness/cli/cost_import_changes.hpp"
#include "harness/cli/date_time.hpp"
#include "harness/cli/print_json.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/writer.hpp"
#include "src/base/error.hpp"
#include "src/base/json.hpp"

namespace ratbench::cli {
namespace {

using nlohmann::json;

// Members of a result that are not counters of the program's own.
const std::set<std::string> kKnownMembers = {"name",
                                             "family_index",
                                             "per_family_instance_index",
                                             "run_name",
                                             "run_type",
                                             "repetitions",
                                             "repetition_index",
                                             "threads",
                                             "iterations",
                                             "real_time",
                                             "cpu_time",
                                             "time_unit",
                                             "label"};

double seconds_per(const std::string& unit, const std::string& file, const std::string& place) {
  const std::map<std::string, double> units = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
  const auto found = units.find(unit);
  if (found == units.end())
    throw DataError(file, place, "found time_unit \"" + unit + "\", allowed are ns, us, ms, s");
  return found->second;
}

// A whole number from `least` up. The library would make something of any other number.
std::int64_t count_of(const json& result, const char* member, std::int64_t least,
                      const std::string& file, const std::string& place) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const json& value = result.at(member);
  const bool whole = value.is_number_integer() &&
                     (!value.is_number_unsigned() || value.get<std::uint64_t>() <= kMost);
  if (!whole || value.get<std::int64_t>() < least)
    throw DataError(file, place,
                    fmt::format("found {} {}, allowed are whole numbers from {} to {}", member,
                                json_text(value), least, kMost));
  return value.get<std::int64_t>();
}

store::BenchmarkRow row_of(const json& result, const std::string& file, const std::string& place) {
  store::BenchmarkRow row;
  row.name = result.at("run_name").get<std::string>();
  if (result.contains("repetition_index"))
    row.repetition = count_of(result, "repetition_index", 0, file, place);
  row.iterations = count_of(result, "iterations", 1, file, place);
  const double unit_s = seconds_per(result.at("time_unit").get<std::string>(), file, place);
  row.cpu_s = unit_s * result.at("cpu_time").get<double>();
  row.real_s = unit_s * result.at("real_time").get<double>();
  if (!(row.cpu_s > 0) || !(row.real_s > 0))
    throw DataError(file, place,
                    fmt::format("found cpu_time {} and real_time {}, allowed are times above 0",
                                json_text(result["cpu_time"]), json_text(result["real_time"])));
  row.label = result.value("label", "");
  json counters = json::object();
  for (const auto& [name, value] : result.items())
    if (value.is_number() && !kKnownMembers.contains(name)) counters[name] = value;
  row.counters_json = json_text(counters);
  return row;
}

// What a reader of results found, without the library's own number and prefix.
std::string wrong_member(const json::exception& error) {
  const std::string text = error.what();
  const std::size_t end = text.find("] ");
  return "is no result of Google Benchmark: " +
         (end == std::string::npos ? text : text.substr(end + 2));
}

json to_json(const Change& change) {
  json out = {{"name", change.name},
              {"cpu_s", change.cpu_s},
              {"repetitions", change.repetitions},
              {"before", change.before.empty() ? json(nullptr) : json(change.before)},
              {"ratio", nullptr},
              {"ci_low", nullptr},
              {"ci_high", nullptr},
              {"change", change.ratio ? json(change_word(change)) : json(nullptr)},
              {"unlike", change.unlike},
              {"problem", change.problem.empty() ? json(nullptr) : json(change.problem)}};
  if (change.ratio) {
    out["ratio"] = change.ratio->ratio;
    out["ci_low"] = change.ratio->ci95.low;
    out["ci_high"] = change.ratio->ci95.high;
  }
  return out;
}

void print_changes(const std::vector<Change>& changes) {
  std::size_t width = 9;
  for (const Change& change : changes) width = std::max(width, change.name.size());
  fmt::print("{:<{}}  {:>12}  {:>11}  {:>7}  {:>16}  {}\n", "benchmark", width, "cpu us",
             "repetitions", "ratio", "95 % interval", "since before");
  for (const Change& change : changes)
    fmt::print(
        "{:<{}}  {:>12.3f}  {:>11}  {:>7}  {:>16}  {}\n", change.name, width, 1e6 * change.cpu_s,
        change.repetitions, change.ratio ? fmt::format("{:.3f}", change.ratio->ratio) : "-",
        change.ratio
            ? fmt::format("{:.3f} .. {:.3f}", change.ratio->ci95.low, change.ratio->ci95.high)
            : "-",
        change_text(change));
  fmt::print(
      "\nProcessor time of one iteration over that of the latest earlier results of this host; "
      "Welch's t\ninterval of the logarithms over repetitions, not corrected for the number of "
      "benchmarks. Repetitions of\none start share its luck with memory and neighbours: a real "
      "change shows again in another start.\n");
  if (std::any_of(changes.begin(), changes.end(),
                  [](const Change& change) { return !change.unlike.empty(); }))
    fmt::print(
        "Where the label or the build type is another than before, the ratio compares two "
        "programs, not two\nversions of one.\n");
}

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw DataError(file, "", "cannot be read");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::vector<store::BenchmarkRow> parse_benchmarks(const std::string& text,
                                                  const std::string& file) {
  const json document = json_or_discarded(text);
  if (!document.is_object() || !document.contains("context") || !document.contains("benchmarks") ||
      !document["context"].is_object() || !document["benchmarks"].is_array())
    throw DataError(file, "",
                    "found no results of Google Benchmark; a program writes them with "
                    "--benchmark_out=FILE --benchmark_out_format=json");
  std::vector<store::BenchmarkRow> rows;
  const json& context = document["context"];
  std::string place = "/context";
  try {
    const auto host = context.at("host_name").get<std::string>();
    const auto date = context.at("date").get<std::string>();
    if (!moment_of(date))
      throw DataError(file, "/context/date",
                      fmt::format("found \"{}\", allowed is a moment of ISO 8601 with its offset "
                                  "from UTC, such as 2026-11-22T23:17:00+00:00",
                                  date));
    for (std::size_t i = 0; i < document["benchmarks"].size(); ++i) {
      const json& result = document["benchmarks"][i];
      place = fmt::format("/benchmarks/{}", i);
      if (result.value("run_type", "iteration") != "iteration") continue;
      if (result.value("error_occurred", false))
        throw DataError(
            file, place,
            "the benchmark failed: " + result.value("error_message", "no reason given"));
      store::BenchmarkRow row = row_of(result, file, place);
      row.host = host;
      row.measured_at = date;
      row.context_json = json_text(context);
      rows.push_back(std::move(row));
    }
  } catch (const json::exception& error) {
    throw DataError(file, place, wrong_member(error));
  }
  if (rows.empty())
    throw DataError(file, "/benchmarks",
                    "found no repetitions (aggregates alone have no interval; leave out "
                    "--benchmark_report_aggregates_only)");
  return rows;
}

int import_benchmarks(const ImportOptions& options) {
  const std::vector<store::BenchmarkRow> rows =
      parse_benchmarks(text_of(options.file), options.file);
  const std::size_t added = store::Writer(options.db).store_benchmarks(rows);
  const std::vector<Change> changes =
      changes_since(store::Reader(options.db), rows.front().host, rows.front().measured_at);
  if (options.json) {
    json list = json::array();
    for (const Change& change : changes) list.push_back(to_json(change));
    print_json(json{{"db", options.db},
                    {"host", rows.front().host},
                    {"measured_at", rows.front().measured_at},
                    {"repetitions", rows.size()},
                    {"added", added},
                    {"benchmarks", list}});
    return 0;
  }
  print_changes(changes);
  fmt::print("{} of {} repetitions were new to {}.\n", added, rows.size(), options.db);
  return 0;
}

}  // namespace ratbench::cli
