// A sweep against a database: what is missing is trained, what is there stays.
// Starting and resuming are the same call.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/grid/cell.hpp"
#include "harness/sched/scheduler.hpp"
#include "harness/store/recorder.hpp"
#include "harness/store/records.hpp"

namespace ratbench::sched {

// --only: which unfinished runs to train.
struct RunFilter {
  store::RunStatus status = store::RunStatus::kQueued;
  std::string failure_kind;  // "" for every kind
};

// "queued", "failed", "failed:KIND". Throws UsageError.
RunFilter parse_filter(std::string_view text);

enum class DeviceReuse { kSameFamily, kAny };

struct SweepOptions {
  std::filesystem::path db;
  ScheduleOptions schedule;       // `worker`, `kernels` and `log_dir` are filled in here
  std::optional<RunFilter> only;  // default: queued and failed
  DeviceReuse reuse = DeviceReuse::kSameFamily;
};

struct SweepReport {
  store::RegisterReport registered;
  store::RecoveryReport recovered;
  std::size_t already_done = 0;  // done or diverged before this call
  std::size_t left_out = 0;      // unfinished, not selected by --only
  ScheduleReport schedule;
};

// Trains every selected run of `sweep`. Every cell's data must be among `datasets`. Throws
// StoreError, EnvironmentError; UsageError when stored runs are of another device family.
SweepReport run_sweep(const grid::Sweep& sweep, std::span<const store::Dataset> datasets,
                      SweepOptions options, Progress& progress);

// Folder of the attempt logs of `db`: logs/NAME beside it.
std::filesystem::path log_folder(const std::filesystem::path& db);

}  // namespace ratbench::sched
