#include "harness/cli/cost_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "harness/cli/print_json.hpp"
#include "harness/cost/estimate.hpp"
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

store::BenchmarkRow row_of(const json& result, const std::string& file, const std::string& place) {
  store::BenchmarkRow row;
  row.name = result.at("run_name").get<std::string>();
  row.repetition = result.value("repetition_index", std::int64_t{0});
  row.iterations = result.at("iterations").get<std::int64_t>();
  const double unit_s = seconds_per(result.at("time_unit").get<std::string>(), file, place);
  row.cpu_s = unit_s * result.at("cpu_time").get<double>();
  row.real_s = unit_s * result.at("real_time").get<double>();
  if (!(row.cpu_s > 0) || !(row.real_s > 0))
    throw DataError(file, place, "a time that is not above 0");
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

// ---- comparison -------------------------------------------------------------------------------

struct Series {
  std::string measured_at;
  std::vector<std::optional<double>> cpu_s;
};

// Of one host, by benchmark and time of measurement.
using History = std::map<std::string, std::map<std::string, Series>>;

History history_of(const store::Reader& reader, const std::string& host) {
  std::map<std::string, std::size_t> at;
  for (const std::string& column : reader.view_columns("v_benchmark"))
    at.emplace(column, at.size());
  History history;
  reader.visit_view("v_benchmark", [&](const std::vector<std::optional<std::string>>& row) {
    const auto text = [&](const char* column) { return row[at.at(column)].value_or(""); };
    if (text("host") != host) return;
    Series& series = history[text("name")][text("measured_at")];
    series.measured_at = text("measured_at");
    series.cpu_s.emplace_back(std::stod(text("cpu_s")));
  });
  return history;
}

struct Change {
  std::string name;
  double cpu_s = 0;  // geometric mean of the new repetitions
  std::size_t repetitions = 0;
  std::string before;  // time of the earlier results; "" without any
  std::optional<cost::Ratio> ratio;
  std::string problem;  // why there is no ratio
};

double geometric_mean(const Series& series) {
  double sum = 0;
  for (const auto& value : series.cpu_s) sum += std::log(*value);
  return std::exp(sum / static_cast<double>(series.cpu_s.size()));
}

std::vector<Change> changes_of(const History& history, const std::string& measured_at) {
  std::vector<Change> changes;
  for (const auto& [name, times] : history) {
    const auto now = times.find(measured_at);
    if (now == times.end()) continue;
    Change change;
    change.name = name;
    change.cpu_s = geometric_mean(now->second);
    change.repetitions = now->second.cpu_s.size();
    if (now == times.begin()) {
      change.problem = "nothing earlier";
    } else {
      const Series& before = std::prev(now)->second;
      change.before = before.measured_at;
      change.ratio = cost::independent_ratio(now->second.cpu_s, before.cpu_s);
      if (!change.ratio)
        change.problem = std::min(now->second.cpu_s.size(), before.cpu_s.size()) < 2
                             ? "no interval of fewer than 2 repetitions"
                             : "no interval: all repetitions took the same time";
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

const char* word_of(const Change& change) {
  if (!change.ratio) return "-";
  if (change.ratio->ci95.low > 1) return "slower";
  return change.ratio->ci95.high < 1 ? "faster" : "no difference shown";
}

// "slower than DATE", "no difference from DATE shown"; of a change with a ratio.
std::string compared_with(const Change& change) {
  const stats::Interval& ci = change.ratio->ci95;
  if (ci.low <= 1 && ci.high >= 1) return fmt::format("no difference from {} shown", change.before);
  return fmt::format("{} than {}", word_of(change), change.before);
}

json to_json(const Change& change) {
  json out = {{"name", change.name},
              {"cpu_s", change.cpu_s},
              {"repetitions", change.repetitions},
              {"before", change.before.empty() ? json(nullptr) : json(change.before)},
              {"ratio", nullptr},
              {"ci_low", nullptr},
              {"ci_high", nullptr},
              {"change", change.ratio ? json(word_of(change)) : json(nullptr)},
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
        change.ratio ? compared_with(change) : change.problem);
  fmt::print(
      "\nProcessor time of one iteration over that of the latest earlier results of this host; "
      "Welch's t\ninterval of the logarithms over repetitions, not corrected for the number of "
      "benchmarks. Repetitions of\none start share its luck with memory and neighbours: a real "
      "change shows again in another start.\n");
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
  const std::vector<Change> changes = changes_of(
      history_of(store::Reader(options.db), rows.front().host), rows.front().measured_at);
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
