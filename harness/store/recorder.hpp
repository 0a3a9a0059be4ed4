// Takes finished runs to the database by way of the spool, and brings both together after a crash.
// A result is safe once `record` returned, whatever happens to process or machine.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "harness/store/spool.hpp"
#include "harness/store/writer.hpp"

namespace ratbench::store {

// How results become spool payloads and back (the protocol's codec).
struct ResultCodec {
  std::function<std::string(const protocol::RunResult&)> encode;
  std::function<protocol::RunResult(std::string_view)> decode;  // throws on nonsense
};

struct RecoveryReport {
  std::size_t replayed = 0;        // results that only the spool had
  std::size_t already_stored = 0;  // results that had reached the database
  std::size_t dropped = 0;         // results of runs that the database does not know
  std::size_t stale_leases = 0;    // runs returned to the queue
  std::uint64_t torn_bytes = 0;    // half-written end of the spool, ignored
};

class Recorder {
 public:
  // The spool lies beside the database: "NAME.db.spool". `writer` is borrowed and must outlive
  // this.
  Recorder(Writer& writer, ResultCodec codec);

  // Call once after opening, before anything is leased: replays the spool, then frees stale leases.
  RecoveryReport recover();
  // Spool, database, and now and then the spool's truncation.
  CommitReport record(std::span<const protocol::RunResult> results);
  // Database to disk, spool emptied. Call at a clean end; optional.
  void finish();

 private:
  protocol::RunResult decoded(std::string_view payload) const;

  Writer& writer_;
  ResultCodec codec_;
  Spool spool_;
};

}  // namespace ratbench::store
