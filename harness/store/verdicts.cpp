#include "harness/store/writer_impl.hpp"

namespace ratbench::store {
namespace {

std::optional<std::string> text_or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

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
    connection.query("DELETE FROM claim_run WHERE experiment_id = ?").run(id);
    connection.query("DELETE FROM claim WHERE experiment_id = ?").run(id);
    Query insert = connection.query(
        "INSERT INTO claim (experiment_id, claim, verdict, reason, scope, estimate, ci_low, "
        "ci_high, ci_low_adjusted, ci_high_adjusted, alpha, p, p_adjusted, seeds, "
        "minimum_detectable_effect, fragility_rows, kind, metric, contrast, bound, is_primary, "
        "sentence, interval_method, bootstrap_low, bootstrap_high, fragility_relabelled, "
        "fragile_rows, rare_classes, notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Query rests_on =
        connection.query("INSERT INTO claim_run SELECT ?, ?, run_id FROM run WHERE run_key = ?");
    for (const VerdictRow& v : verdicts) {
      insert.run(id, v.claim, v.verdict, v.reason, v.scope, v.estimate, v.ci_low, v.ci_high,
                 v.ci_low_adjusted, v.ci_high_adjusted, v.alpha, v.p, v.p_adjusted, v.seeds,
                 v.minimum_detectable_effect, text_or_null(v.fragility_rows), text_or_null(v.kind),
                 text_or_null(v.metric), text_or_null(v.contrast), v.bound, v.primary,
                 text_or_null(v.sentence), text_or_null(v.interval_method), v.bootstrap_low,
                 v.bootstrap_high, text_or_null(v.fragility_relabelled),
                 text_or_null(v.fragile_rows_json), text_or_null(v.rare_classes_json),
                 text_or_null(v.notes_json));
      for (const std::string& run_key : v.run_keys) rests_on.run(id, v.claim, run_key);
    }
  });
}

}  // namespace ratbench::store
