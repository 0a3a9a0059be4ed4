#include "harness/sched/sweep_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "harness/sched/probe.hpp"
#include "harness/sched/store_journal.hpp"
#include "harness/sched/worker_process.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/writer.hpp"
#include "src/base/error.hpp"

namespace ratbench::sched {
namespace {

using store::RunStatus;

bool finished(RunStatus status) {
  return status == RunStatus::kDone || status == RunStatus::kDiverged;
}

bool selected(const store::RunRow& row, const std::optional<RunFilter>& only) {
  if (finished(row.status)) return false;
  if (!only) return true;
  if (row.status != only->status) return false;
  return only->failure_kind.empty() || row.failure_kind == only->failure_kind;
}

// Results of a CPU and of a GPU are not the same runs: stored ones decide an automatic choice and
// contradict another one.
void agree_on_device(const std::vector<store::RunRow>& rows, SweepOptions& options) {
  using Kind = DeviceRequest::Kind;
  if (options.reuse == DeviceReuse::kAny) return;
  const auto stored = std::find_if(rows.begin(), rows.end(), [](const store::RunRow& row) {
    return finished(row.status) && !row.device.empty();
  });
  if (stored == rows.end()) return;
  const std::string family = device_family(stored->device);
  DeviceRequest& request = options.schedule.device;
  if (request.kind == Kind::kAuto) {
    request.kind = family == "cpu" ? Kind::kCpu : Kind::kAll;
    return;
  }
  const std::string wanted = request.kind == Kind::kCpu ? "cpu" : "cuda";
  if (wanted == family) return;
  throw UsageError(
      fmt::format("{} already holds runs of this sweep trained on {}; they stand for {} only with "
                  "--reuse-any-device (or use another --db)",
                  options.db.string(), family, wanted));
}

std::map<std::string, std::string> stored_kernels(const store::Reader& reader) {
  std::map<std::string, std::string> kernels;
  for (const char* family : {"cpu", "cuda"}) {
    const auto kernel = reader.machine_setting(machine_name(), kernel_setting(family));
    if (kernel) kernels[family] = *kernel;
  }
  return kernels;
}

std::vector<QueuedRun> queue_of(const grid::Sweep& sweep, const std::vector<store::RunRow>& rows,
                                const SweepOptions& options, SweepReport& report) {
  std::unordered_map<std::string, const store::RunRow*> by_key;
  for (const store::RunRow& row : rows) by_key.emplace(row.run_key, &row);
  std::unordered_set<std::string> seen;
  std::vector<QueuedRun> queue;
  for (const grid::PlannedRun& planned : sweep.runs) {
    if (!seen.insert(planned.run_key).second) continue;
    const store::RunRow& row = *by_key.at(planned.run_key);
    if (finished(row.status)) {
      ++report.already_done;
    } else if (!selected(row, options.only)) {
      ++report.left_out;
    } else {
      const grid::Cell& cell = sweep.cells[planned.cell];
      queue.push_back(
          {planned.run_key, planned.seed, cell.name, &cell.config, &sweep.data[planned.cell]});
    }
  }
  return queue;
}

// Of runs whose result was stored by a process that ended before it could tidy up.
void forget_finished_checkpoints(const std::filesystem::path& log_dir,
                                 const std::vector<store::RunRow>& rows) {
  for (const store::RunRow& row : rows) {
    std::error_code ignored;
    if (finished(row.status))
      std::filesystem::remove_all(log_dir / "checkpoints" / row.run_key, ignored);
  }
}

}  // namespace

RunFilter parse_filter(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view state = text.substr(0, colon);
  const std::string kind(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  const auto& kinds = store::kFailureKinds;
  if (state == "queued" && colon == std::string_view::npos) return {RunStatus::kQueued, ""};
  if (state == "failed" && colon == std::string_view::npos) return {RunStatus::kFailed, ""};
  if (state == "failed" && std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) {
    return {RunStatus::kFailed, kind};
  }
  throw UsageError(fmt::format(
      "--only: found \"{}\", allowed are queued, failed and failed:KIND with KIND one of {}", text,
      fmt::join(kinds, ", ")));
}

std::filesystem::path log_folder(const std::filesystem::path& db) {
  return db.parent_path() / "logs" / db.stem();
}

SweepReport run_sweep(const grid::Sweep& sweep, std::span<const store::Dataset> datasets,
                      SweepOptions options, Progress& progress) {
  // Before anything is written: without a worker there is nothing to register for. Its greeting is
  // asked for where a database would be left behind.
  options.schedule.worker = find_worker();
  if (!std::filesystem::exists(options.db)) probe_worker();
  SweepReport report;
  store::Writer writer(options.db);
  store::Recorder recorder(writer, result_codec());
  report.recovered = recorder.recover();
  report.registered = writer.register_sweep(sweep, datasets);
  const store::Reader reader(options.db);
  const std::vector<store::RunRow> rows = reader.runs(sweep.experiment);
  agree_on_device(rows, options);
  options.schedule.kernels = stored_kernels(reader);
  options.schedule.log_dir = log_folder(options.db);
  forget_finished_checkpoints(options.schedule.log_dir, rows);

  std::vector<QueuedRun> queue = queue_of(sweep, rows, options, report);
  StoreJournal journal(writer, recorder);
  Scheduler scheduler(options.schedule, journal, progress);
  report.schedule = scheduler.run(std::move(queue));
  recorder.finish();
  return report;
}

}  // namespace ratbench::sched
