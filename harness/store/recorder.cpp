#include "harness/store/recorder.hpp"

#include <exception>

#include "src/base/error.hpp"

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
                            batch.push_back(decoded(payload));
                            if (batch.size() == kReplayBatch) flush();
                          })
                          .torn_bytes;
  if (!batch.empty()) flush();
  finish();
  report.stale_leases = writer_.recover_stale_leases();
  return report;
}

protocol::RunResult Recorder::decoded(std::string_view payload) const {
  try {
    return codec_.decode(payload);
  } catch (const std::exception& error) {
    throw StoreError(spool_.file().string(), 0,
                     std::string("holds a finished run that this program cannot read: ") +
                         error.what() +
                         "; resume once with the program that wrote it, or remove the file to have "
                         "its runs trained again");
  }
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
