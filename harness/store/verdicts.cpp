#include "harness/store/writer_impl.hpp"

namespace ratbench::store {

void Writer::store_verdicts(const std::string& experiment, std::span<const VerdictRow> verdicts) {
  Connection& connection = impl_->connection;
  connection.transaction("store verdicts", nullptr, nullptr, [&] {
    std::int64_t id = 0;
    {
      Query known = connection.query("SELECT experiment_id FROM experiment WHERE name = ?");
      if (!known.bind(experiment).step())
        throw StoreError(file().string(), 0, "it holds no experiment \"" + experiment + "\"");
      id = known.integer(0);
    }
    connection.query("DELETE FROM claim WHERE experiment_id = ?").run(id);
    Query insert = connection.query(
        "INSERT INTO claim (experiment_id, claim, verdict, reason, scope, estimate, ci_low, "
        "ci_high, ci_low_adjusted, ci_high_adjusted, alpha, p, p_adjusted, seeds, "
        "minimum_detectable_effect, fragility_rows) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?)");
    for (const VerdictRow& v : verdicts) {
      const std::optional<std::string> fragility =
          v.fragility_rows.empty() ? std::nullopt : std::optional(v.fragility_rows);
      insert.run(id, v.claim, v.verdict, v.reason, v.scope, v.estimate, v.ci_low, v.ci_high,
                 v.ci_low_adjusted, v.ci_high_adjusted, v.alpha, v.p, v.p_adjusted, v.seeds,
                 v.minimum_detectable_effect, fragility);
    }
  });
}

}  // namespace ratbench::store
