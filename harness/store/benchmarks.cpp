#include <fmt/format.h>

#include "harness/store/writer_impl.hpp"

namespace ratbench::store {
namespace {

// Imported twice a result is one; two results of the same name and moment cannot both hold.
void check_same(const BenchmarkRow& row, const Query& stored, const std::string& file) {
  if (stored.real(0) == row.cpu_s && stored.real(1) == row.real_s) return;
  throw StoreError(
      file, 0,
      fmt::format("of benchmark {}, repetition {}, measured at {} on {}, it holds {:.6g} s "
                  "(processor), now found {:.6g} s; nothing of the file was stored",
                  row.name, row.repetition, row.measured_at, row.host, stored.real(0), row.cpu_s));
}

}  // namespace

std::size_t Writer::store_benchmarks(std::span<const BenchmarkRow> rows) {
  Connection& connection = impl_->connection;
  const std::string now = utc_now();
  std::int64_t before = 0;
  std::int64_t after = 0;
  connection.transaction("store benchmarks", nullptr, nullptr, [&] {
    before = connection.number("SELECT count(*) FROM benchmark");
    Query insert = connection.query(
        "INSERT INTO benchmark (name, repetition, host, measured_at, iterations, cpu_s, "
        "real_s, label, counters, context, imported_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Query known = connection.query(
        "SELECT cpu_s, real_s FROM benchmark WHERE host = ? AND measured_at = ? AND name = ? AND "
        "repetition = ?");
    for (const BenchmarkRow& r : rows) {
      known.reset();
      if (known.bind(r.host, r.measured_at, r.name, r.repetition).step()) {
        check_same(r, known, file().string());
        continue;
      }
      insert.run(r.name, r.repetition, r.host, r.measured_at, r.iterations, r.cpu_s, r.real_s,
                 r.label, r.counters_json, r.context_json, now);
    }
    after = connection.number("SELECT count(*) FROM benchmark");
  });
  return static_cast<std::size_t>(after - before);
}

}  // namespace ratbench::store
