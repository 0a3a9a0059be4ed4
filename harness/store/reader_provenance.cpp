#include "harness/store/reader_impl.hpp"

namespace ratbench::store {

std::map<std::string, RunFacts> Reader::run_facts(const std::string& experiment) const {
  return impl_->read([&] {
    std::map<std::string, RunFacts> out;
    Query rows = impl_->connection->query(
        "SELECT r.run_key, r.method_version, a.device_name, a.mode FROM experiment e "
        "JOIN experiment_run x ON x.experiment_id = e.experiment_id "
        "JOIN run r ON r.run_id = x.run_id LEFT JOIN attempt a ON a.attempt_id = r.attempt_id "
        "WHERE e.name = ?");
    rows.bind(experiment);
    while (rows.step())
      out[rows.text(0)] = {static_cast<int>(rows.integer(1)), rows.text(2), rows.text(3)};
    return out;
  });
}

std::vector<std::vector<std::uint64_t>> Reader::finished_seeds(
    const std::string& experiment) const {
  return impl_->read([&] {
    std::vector<std::vector<std::uint64_t>> out;
    Query rows = impl_->connection->query(
        "WITH used AS (SELECT DISTINCT c.position, r.config_id, r.dataset_id, r.method_version "
        "FROM experiment e JOIN cell c ON c.experiment_id = e.experiment_id "
        "JOIN cell_run x ON x.cell_id = c.cell_id JOIN run r ON r.run_id = x.run_id "
        "WHERE e.name = ?) "
        "SELECT DISTINCT u.position, r.seed FROM used u JOIN run r ON r.config_id = u.config_id "
        "AND r.dataset_id = u.dataset_id AND r.method_version = u.method_version "
        "WHERE r.status IN ('done', 'diverged') ORDER BY u.position, r.seed");
    rows.bind(experiment);
    while (rows.step()) {
      const auto cell = static_cast<std::size_t>(rows.integer(0));
      if (out.size() <= cell) out.resize(cell + 1);
      out[cell].push_back(static_cast<std::uint64_t>(rows.integer(1)));
    }
    return out;
  });
}

bool Reader::validates_on_test(const std::string& dataset) const {
  const std::string same = impl_->text(
      "SELECT 1 FROM dataset d JOIN dataset_split v ON v.dataset_id = d.dataset_id AND v.split = "
      "'val' JOIN dataset_split t ON t.dataset_id = d.dataset_id AND t.split = 'test' WHERE d.hash "
      "= ? AND v.sha256 = t.sha256",
      dataset);
  return !same.empty();
}

}  // namespace ratbench::store
