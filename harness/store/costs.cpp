#include "harness/store/writer_impl.hpp"

namespace ratbench::store {

void Writer::store_costs(const std::string& experiment, std::span<const CostRow> rows) {
  Connection& connection = impl_->connection;
  const std::string now = utc_now();
  connection.transaction("store costs", nullptr, nullptr, [&] {
    std::int64_t id = 0;
    {
      Query known = connection.query("SELECT experiment_id FROM experiment WHERE name = ?");
      if (!known.bind(experiment).step())
        throw StoreError(file().string(), 0, "it holds no experiment \"" + experiment + "\"");
      id = known.integer(0);
    }
    Query insert = connection.query(
        "INSERT INTO cost (experiment_id, arm, baseline, ratio, ci_low, ci_high, "
        "theoretical_ratio, attacks_ratio, device, blocks, above, is_aa, usable, problem, "
        "measured_at, stopped_by, block_steps, disturbed_blocks, ci999_low, ci999_high, step_s, "
        "samples_per_s, phase_s, peak_memory_bytes, energy_j, device_name, kernel, threads, "
        "precision, optimiser, host, program_version, git_revision, blocks_json, cells, "
        "padding_share, energy_source, core, not_pinned, mean_step_s, forward_passes, "
        "backward_passes, model_step_s, model) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), ?, ?, ?, ?, "
        "nullif(?, ''))");
    for (const CostRow& r : rows)
      insert.run(id, r.arm, r.baseline, r.ratio, r.ci_low, r.ci_high, r.theoretical_ratio,
                 r.attacks_ratio, r.device, r.blocks, r.above, r.aa, r.usable, r.problem, now,
                 r.stopped_by, r.block_steps, r.disturbed_blocks, r.ci999_low, r.ci999_high,
                 r.step_s, r.samples_per_s, r.phase_s_json, r.peak_memory_bytes, r.energy_j,
                 r.device_name, r.kernel, r.threads, r.precision, r.optimiser, impl_->self.host,
                 r.program_version, r.git_revision, r.blocks_json, r.cells_json, r.padding_share,
                 r.energy_source, r.core, r.not_pinned, r.mean_step_s, r.forward_passes,
                 r.backward_passes, r.model_step_s, r.model_json);
  });
}

}  // namespace ratbench::store
