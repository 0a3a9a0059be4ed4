#include "harness/store/recorder.hpp"

namespace ratbench::store {
namespace {

// Emptying the spool costs a wait for the disk; it is paid once per so many bytes.
constexpr std::uint64_t kTruncateAboveBytes = 4u << 20;
// Results in memory at a time during replay.
constexpr std::size_t kReplayBatch = 64;

}  // namespace

Recorder::Recorder(Writer& writer, ResultCodec codec)
    : writer_(writer), codec_(std::move(codec)), spool_(writer.file().string() + ".spool") {}

RecoveryReport Recorder::recover() {
  RecoveryReport report;
  std::vector<protocol::RunResult> batch;
  const auto flush = [&] {
    const CommitReport committed = writer_.commit_results(batch);
    report.replayed += committed.committed + committed.rejected.size();
    report.already_stored += committed.already_stored;
    report.dropped += committed.unknown.size();
    batch.clear();
  };
  report.torn_bytes = spool_
                          .replay([&](std::string_view payload) {
                            batch.push_back(codec_.decode(payload));
                            if (batch.size() == kReplayBatch) flush();
                          })
                          .torn_bytes;
  if (!batch.empty()) flush();
  finish();
  report.stale_leases = writer_.recover_stale_leases();
  return report;
}

CommitReport Recorder::record(std::span<const protocol::RunResult> results) {
  std::vector<std::string> payloads;
  payloads.reserve(results.size());
  for (const protocol::RunResult& result : results) payloads.push_back(codec_.encode(result));
  spool_.append(payloads);
  CommitReport report = writer_.commit_results(results);
  if (spool_.size_bytes() > kTruncateAboveBytes) finish();
  return report;
}

void Recorder::finish() {
  if (spool_.empty()) return;
  // The database's last transactions may still be in the page cache: first to disk, then forget.
  writer_.sync();
  spool_.truncate();
}

}  // namespace ratbench::store
