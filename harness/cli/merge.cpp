// ratbench merge: databases of one sweep, trained in several places, become one by run key.
#include "harness/store/merge.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/cli/commands.hpp"
#include "harness/cli/experiment_options.hpp"
#include "harness/cli/print_json.hpp"
#include "harness/store/writer.hpp"

namespace ratbench::cli {
namespace {

struct MergeOptions {
  std::string into;
  std::vector<std::string> from;
  bool keep_first = false;
  bool json = false;
};

nlohmann::json to_json(const MergeOptions& options, const store::MergeReport& report) {
  nlohmann::json sources = nlohmann::json::array();
  for (const store::MergedSource& source : report.sources) {
    sources.push_back({{"db", source.file.string()},
                       {"runs", source.runs},
                       {"added", source.added},
                       {"completed", source.completed},
                       {"present", source.present},
                       {"conflicts", source.conflicts},
                       {"running", source.running},
                       {"spool_waits", source.spool_waits}});
  }
  nlohmann::json conflicts = nlohmann::json::array();
  for (const store::MergeConflict& conflict : report.conflicts) {
    conflicts.push_back({{"db", conflict.source.string()},
                         {"place", conflict.place},
                         {"problem", conflict.problem}});
  }
  return {{"into", options.into},
          {"sources", sources},
          {"conflicts", conflicts},
          {"stale_verdicts", report.stale_verdicts}};
}

void print_text(const store::MergeReport& report) {
  for (const store::MergedSource& source : report.sources)
    fmt::print("{}: {} runs: {} added, {} completed, {} already there, {} in conflict\n",
               source.file.string(), source.runs, source.added, source.completed, source.present,
               source.conflicts);
}

void print_notes(const store::MergeReport& report) {
  for (const store::MergeConflict& conflict : report.conflicts)
    fmt::print(stderr, "kept the first: {}: {}: {}\n", conflict.source.string(), conflict.place,
               conflict.problem);
  for (const store::MergedSource& source : report.sources) {
    if (source.running > 0)
      fmt::print(stderr,
                 "note: {}: {} runs are being trained there and are queued here; merge again when "
                 "they have ended\n",
                 source.file.string(), source.running);
    if (source.spool_waits)
      fmt::print(stderr,
                 "note: {}: finished results wait in its spool; `ratbench run` on it brings them "
                 "in, then merge again\n",
                 source.file.string());
  }
  for (const std::string& experiment : report.stale_verdicts)
    fmt::print(stderr,
               "note: the verdicts of {} were given on other runs than it has now; `ratbench "
               "verify` gives them anew\n",
               experiment);
}

// A database that did not exist before a merge that failed does not exist after it.
void remove_database(const std::string& file) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file + suffix, ignored);
}

int merge(const MergeOptions& options) {
  const bool is_new = !std::filesystem::exists(options.into);
  const std::vector<std::filesystem::path> sources(options.from.begin(), options.from.end());
  auto writer = std::make_unique<store::Writer>(options.into);
  store::MergeReport report;
  try {
    report = writer->merge(
        sources, options.keep_first ? store::OnConflict::kKeepFirst : store::OnConflict::kRefuse);
  } catch (...) {
    writer.reset();
    if (is_new) remove_database(options.into);
    throw;
  }
  if (options.json) {
    print_json(to_json(options, report));
  } else {
    print_text(report);
  }
  print_notes(report);
  return 0;
}

}  // namespace

Action set_up_merge(CLI::App& app) {
  const auto options = std::make_shared<MergeOptions>();
  app.add_option("INTO", options->into, "database that takes the others in; made if missing")
      ->required();
  app.add_option("FROM", options->from, "databases to take in; they are only read")->required();
  app.add_flag("--keep-first", options->keep_first,
               "where two databases disagree, keep what came first instead of merging nothing");
  add_json(app, options->json);
  return [options] { return merge(*options); };
}

}  // namespace ratbench::cli
