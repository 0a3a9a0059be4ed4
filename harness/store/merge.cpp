#include "harness/store/merge.hpp"

#include <stdlib.h>

#include <cerrno>
#include <cstring>

#include "harness/store/merge_source.hpp"
#include "harness/store/merge_tables.hpp"
#include "harness/store/open_read.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/writer_impl.hpp"

namespace ratbench::store {
namespace {

constexpr std::size_t kShownConflicts = 20;

// A folder beside the database, for copies of sources with an older schema.
class CopyFolder {
 public:
  explicit CopyFolder(const std::filesystem::path& database) {
    std::string name = database.string() + ".merge-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr)
      throw StoreError(database.string(), 0,
                       "cannot create the folder " + name + ": " + std::strerror(errno));
    path_ = name;
  }
  ~CopyFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  CopyFolder(const CopyFolder&) = delete;
  CopyFolder& operator=(const CopyFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Source {
  std::filesystem::path file;
  std::unique_ptr<CopyFolder> copy;  // of an older schema, upgraded; the source stays as it is
  std::unique_ptr<Connection> connection;
};

Source open_source(const std::filesystem::path& file, const std::filesystem::path& into) {
  Source source{file, nullptr, open_to_read(file)};
  if (schema_version(*source.connection) < kSchemaVersion) {
    source.copy = std::make_unique<CopyFolder>(into);
    const std::filesystem::path upgraded = source.copy->path() / "source.db";
    source.connection->guarded("copy the database to upgrade its schema", [&] {
      source.connection->query("VACUUM INTO ?").run(upgraded.string());
    });
    { const Writer migrate(upgraded); }
    source.connection = open_to_read(upgraded);
  }
  // One moment of a database that may be written meanwhile.
  source.connection->guarded("read", [&] { source.connection->execute("BEGIN"); });
  return source;
}

bool spool_waits(const std::filesystem::path& database) {
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(database.string() + ".spool", missing);
  constexpr std::uintmax_t kEmptySpoolBytes = 8;
  return !missing && bytes > kEmptySpoolBytes;
}

[[noreturn]] void refuse(const std::vector<MergeConflict>& conflicts) {
  std::string text = std::to_string(conflicts.size()) +
                     (conflicts.size() == 1 ? " conflict" : " conflicts") +
                     ", so nothing was merged (--keep-first keeps what came first)";
  for (std::size_t i = 0; i < std::min(conflicts.size(), kShownConflicts); ++i)
    text += "\n  " + conflicts[i].source.string() + ": " + conflicts[i].place + ": " +
            conflicts[i].problem;
  if (conflicts.size() > kShownConflicts)
    text += "\n  and " + std::to_string(conflicts.size() - kShownConflicts) + " more";
  throw DataError(conflicts.front().source.string(), "", text);
}

}  // namespace

std::vector<std::string_view> merged_tables() {
  std::vector<std::string_view> names;
  for (const MergedTable& table : kFacts) names.push_back(table.name);
  names.insert(names.end(), {kRun.name, kAttempt.name});
  for (const MergedTable& table : kRecords) names.push_back(table.name);
  names.insert(names.end(),
               {kHistory.name, kCell.name, kCellFactor.name, kCellRun.name, kExperimentRun.name});
  for (const MergedTable& table : kVerdicts) names.push_back(table.name);
  for (const MergedTable& table : kCosts) names.push_back(table.name);
  return names;
}

MergeReport Writer::merge(std::span<const std::filesystem::path> sources, OnConflict on_conflict) {
  Connection& into = impl_->connection;
  std::vector<Source> opened;
  for (const std::filesystem::path& source : sources) {
    std::error_code ignored;
    if (std::filesystem::equivalent(source, file(), ignored))
      throw UsageError(source.string() + ": is the database to merge into");
    opened.push_back(open_source(source, file()));
  }
  const MergeReport merged = into.transaction("merge", nullptr, nullptr, [&] {
    MergeReport report;
    auto judged = judged_experiments(into);
    for (const Source& source : opened) {
      source.connection->guarded("read", [&] {
        SourceMerge(into, *source.connection, source.file, report, judged).run();
      });
      report.sources.back().spool_waits = spool_waits(source.file);
    }
    if (on_conflict == OnConflict::kRefuse && !report.conflicts.empty()) refuse(report.conflicts);
    for (const auto& [experiment, counts] : judged)
      if (run_counts(into, experiment) != counts)
        report.stale_verdicts.push_back(experiment_name(into, experiment));
    return report;
  });
  impl_->datasets.clear();
  impl_->metric_ids.clear();
  sync();
  return merged;
}

}  // namespace ratbench::store
