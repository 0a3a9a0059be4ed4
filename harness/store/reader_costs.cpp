#include <fmt/format.h>

#include "harness/store/reader_impl.hpp"

namespace ratbench::store {
namespace {

// Takes the columns of a row one after the other, NULL as "" or as absent.
class Columns {
 public:
  explicit Columns(const Query& query) : query_(query) {}

  Columns& operator>>(std::string& value) {
    value = query_.is_null(next_) ? "" : query_.text(next_);
    ++next_;
    return *this;
  }
  Columns& operator>>(double& value) {
    value = query_.real(next_++);
    return *this;
  }
  Columns& operator>>(std::int64_t& value) {
    value = query_.integer(next_++);
    return *this;
  }
  Columns& operator>>(bool& value) {
    value = query_.integer(next_++) != 0;
    return *this;
  }
  template <typename T>
  Columns& operator>>(std::optional<T>& value) {
    if (query_.is_null(next_)) {
      value.reset();
      ++next_;
      return *this;
    }
    return *this >> value.emplace();
  }

 private:
  const Query& query_;
  int next_ = 0;
};

}  // namespace

std::string measured_on(const CostRow& row) {
  return fmt::format("{} ({}), product routine {}, {} thread{}, {}, optimiser {}", row.device,
                     row.device_name, row.kernel, row.threads, row.threads == 1 ? "" : "s",
                     row.precision, row.optimiser);
}

std::vector<StoredCost> Reader::costs(const std::string& experiment) const {
  return impl_->read([&] {
    std::vector<StoredCost> rows;
    Query q = impl_->connection->query(
        "SELECT measured_at, arm, baseline, above, ratio, ci_low, ci_high, ci999_low, ci999_high, "
        "theoretical_ratio, attacks_ratio, blocks, is_aa, usable, problem, stopped_by, "
        "block_steps, disturbed_blocks, step_s, samples_per_s, phase_s, peak_memory_bytes, "
        "energy_j, device, device_name, kernel, threads, precision, optimiser, program_version, "
        "git_revision, blocks_json, cells, padding_share, energy_source, core, not_pinned, "
        "mean_step_s, forward_passes, backward_passes, model_step_s, model FROM v_cost WHERE "
        "experiment = ? ORDER BY measured_at, arm, baseline, above, is_aa, device");
    q.bind(experiment);
    while (q.step()) {
      StoredCost& r = rows.emplace_back();
      Columns(q) >> r.measured_at >> r.arm >> r.baseline >> r.above >> r.ratio >> r.ci_low >>
          r.ci_high >> r.ci999_low >> r.ci999_high >> r.theoretical_ratio >> r.attacks_ratio >>
          r.blocks >> r.aa >> r.usable >> r.problem >> r.stopped_by >> r.block_steps >>
          r.disturbed_blocks >> r.step_s >> r.samples_per_s >> r.phase_s_json >>
          r.peak_memory_bytes >> r.energy_j >> r.device >> r.device_name >> r.kernel >> r.threads >>
          r.precision >> r.optimiser >> r.program_version >> r.git_revision >> r.blocks_json >>
          r.cells_json >> r.padding_share >> r.energy_source >> r.core >> r.not_pinned >>
          r.mean_step_s >> r.forward_passes >> r.backward_passes >> r.model_step_s >> r.model_json;
    }
    return rows;
  });
}

CostHistory Reader::cost_history(const std::string& experiment) const {
  return impl_->read([&] {
    CostHistory history;
    Query q = impl_->connection->query(
        "SELECT measured_at, MIN(usable) FROM v_cost WHERE experiment = ? GROUP BY measured_at "
        "ORDER BY measured_at");
    q.bind(experiment);
    while (q.step()) {
      ++history.measurements;
      history.latest_at = q.text(0);
      history.latest_usable = q.integer(1) != 0;
    }
    return history;
  });
}

}  // namespace ratbench::store
