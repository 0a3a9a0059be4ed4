#include "harness/cli/cost_import_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/cli/date_time.hpp"
#include "src/base/json.hpp"

namespace ratbench::cli {
namespace {

// The repetitions of one benchmark in one start of its program.
struct Series {
  std::string label;
  std::string build_type;
  std::vector<std::optional<double>> cpu_s;
};

// The text beside the instant: results of one instant that were written with other offsets are not
// those of one start.
using When = std::pair<Moment, std::string>;

// Of one host, by benchmark and time of measurement.
using History = std::map<std::string, std::map<When, Series>>;

std::string build_type_of(const std::string& context_json) {
  const nlohmann::json context = json_or_discarded(context_json);
  if (!context.is_object() || !context.contains("library_build_type")) return "";
  const nlohmann::json& type = context["library_build_type"];
  return type.is_string() ? type.get<std::string>() : "";
}

// Earlier versions took any text for a date.
Moment stored_moment(const std::string& measured_at, const std::string& imported_at) {
  const auto measured = moment_of(measured_at);
  return measured ? *measured : moment_of(imported_at).value_or(Moment{});
}

History history_of(const store::Reader& reader, const std::string& host) {
  std::map<std::string, std::size_t> at;
  for (const std::string& column : reader.view_columns("v_benchmark"))
    at.emplace(column, at.size());
  History history;
  reader.visit_view("v_benchmark", [&](const std::vector<std::optional<std::string>>& row) {
    const auto text = [&](const char* column) { return row[at.at(column)].value_or(""); };
    if (text("host") != host) return;
    const std::string measured_at = text("measured_at");
    const When when{stored_moment(measured_at, text("imported_at")), measured_at};
    Series& series = history[text("name")][when];
    if (series.cpu_s.empty()) {
      series.label = text("label");
      series.build_type = build_type_of(text("context"));
    }
    series.cpu_s.emplace_back(std::stod(text("cpu_s")));
  });
  return history;
}

double geometric_mean(const Series& series) {
  double sum = 0;
  for (const auto& value : series.cpu_s) sum += std::log(*value);
  return std::exp(sum / static_cast<double>(series.cpu_s.size()));
}

std::vector<std::string> unlike(const Series& before, const Series& now) {
  std::vector<std::string> out;
  const auto compare = [&](const char* what, const std::string& was, const std::string& is) {
    if (was != is)
      out.push_back(fmt::format("{} {} before, {} now", what, was.empty() ? "none" : was,
                                is.empty() ? "none" : is));
  };
  compare("label", before.label, now.label);
  compare("build type", before.build_type, now.build_type);
  return out;
}

Change change_of(const std::string& name, const std::map<When, Series>& times,
                 std::map<When, Series>::const_iterator now) {
  Change change;
  change.name = name;
  change.cpu_s = geometric_mean(now->second);
  change.repetitions = now->second.cpu_s.size();
  const auto same_instant = std::find_if(
      times.begin(), times.end(), [&](const auto& t) { return t.first.first == now->first.first; });
  if (same_instant == times.begin()) {
    change.problem = "nothing earlier";
    return change;
  }
  const auto& [when, before] = *std::prev(same_instant);
  change.before = when.second;
  change.unlike = unlike(before, now->second);
  change.ratio = cost::independent_ratio(now->second.cpu_s, before.cpu_s);
  if (!change.ratio)
    change.problem = std::min(now->second.cpu_s.size(), before.cpu_s.size()) < 2
                         ? "no interval of fewer than 2 repetitions"
                         : "no interval: all repetitions took the same time";
  return change;
}

}  // namespace

std::vector<Change> changes_since(const store::Reader& reader, const std::string& host,
                                  const std::string& measured_at) {
  std::vector<Change> changes;
  for (const auto& [name, times] : history_of(reader, host)) {
    const auto now = std::find_if(times.begin(), times.end(), [&](const auto& series) {
      return series.first.second == measured_at;
    });
    if (now != times.end()) changes.push_back(change_of(name, times, now));
  }
  return changes;
}

std::string_view change_word(const Change& change) {
  if (!change.ratio) return "-";
  if (change.ratio->ci95.low > 1) return "slower";
  return change.ratio->ci95.high < 1 ? "faster" : "no difference shown";
}

std::string change_text(const Change& change) {
  std::string text = change.problem;
  if (change.ratio) {
    text = change.ratio->ci95.contains(1)
               ? fmt::format("no difference from {} shown", change.before)
               : fmt::format("{} than {}", change_word(change), change.before);
  }
  std::string others;
  for (const std::string& what : change.unlike) others += (others.empty() ? " (" : "; ") + what;
  return others.empty() ? text : text + others + ")";
}

}  // namespace ratbench::cli
