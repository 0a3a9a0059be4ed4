#include "harness/store/writer_impl.hpp"

namespace ratbench::store {

std::size_t Writer::store_benchmarks(std::span<const BenchmarkRow> rows) {
  Connection& connection = impl_->connection;
  const std::string now = utc_now();
  std::int64_t before = 0;
  std::int64_t after = 0;
  connection.transaction("store benchmarks", nullptr, nullptr, [&] {
    before = connection.number("SELECT count(*) FROM benchmark");
    Query insert = connection.query(
        "INSERT OR IGNORE INTO benchmark (name, repetition, host, measured_at, iterations, cpu_s, "
        "real_s, label, counters, context, imported_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const BenchmarkRow& r : rows)
      insert.run(r.name, r.repetition, r.host, r.measured_at, r.iterations, r.cpu_s, r.real_s,
                 r.label, r.counters_json, r.context_json, now);
    after = connection.number("SELECT count(*) FROM benchmark");
  });
  return static_cast<std::size_t>(after - before);
}

}  // namespace ratbench::store
