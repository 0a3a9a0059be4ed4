// The part of SourceMerge that links runs to experiments and takes verdicts.
#include "harness/store/json_text.hpp"
#include "harness/store/merge_source.hpp"
#include "harness/store/merge_tables.hpp"
#include "harness/store/process.hpp"
#include "src/base/check.hpp"
#include "src/specs/canonical.hpp"

namespace ratbench::store {
namespace {

// What the runs of a cell compute and measure, whatever their seed.
struct Computation {
  std::string config;
  std::int64_t method_version = 0;
  std::string minority;
};

// Nothing for a cell without runs.
std::optional<Computation> computation_of(Connection& connection, std::int64_t cell) {
  Query q = connection.query(
      "SELECT f.json, r.method_version, m.class_names FROM cell_run x JOIN cell c ON c.cell_id = "
      "x.cell_id JOIN run r ON r.run_id = x.run_id JOIN config f ON f.config_id = r.config_id "
      "LEFT JOIN experiment_run e ON e.run_id = r.run_id AND e.experiment_id = c.experiment_id "
      "LEFT JOIN minority_set m ON m.minority_set_id = e.minority_set_id WHERE x.cell_id = ? "
      "LIMIT 1");
  if (!q.bind(cell).step()) return std::nullopt;
  return Computation{specs::canonical_json(config_from_json(q.view(0))), q.integer(1),
                     q.is_null(2) ? "no class" : q.text(2)};
}

}  // namespace

std::string experiment_name(Connection& connection, std::int64_t experiment) {
  Query q = connection.query("SELECT name FROM experiment WHERE experiment_id = ?");
  RB_CHECK(q.bind(experiment).step());
  return q.text(0);
}

RunCounts run_counts(Connection& connection, std::int64_t experiment) {
  Query q = connection.query(
      "SELECT count(*), count(CASE WHEN r.status IN ('done', 'diverged') THEN 1 END) FROM "
      "experiment_run x JOIN run r ON r.run_id = x.run_id WHERE x.experiment_id = ?");
  RB_CHECK(q.bind(experiment).step());
  return {q.integer(0), q.integer(1)};
}

std::map<std::int64_t, RunCounts> judged_experiments(Connection& connection) {
  std::vector<std::int64_t> experiments;
  {
    Query q = connection.query("SELECT DISTINCT experiment_id FROM claim");
    while (q.step()) experiments.push_back(q.integer(0));
  }
  std::map<std::int64_t, RunCounts> judged;
  for (const std::int64_t id : experiments) judged[id] = run_counts(connection, id);
  return judged;
}

void SourceMerge::take_experiments() {
  note_earlier_configuration();
  rows_.copy(kHistory);
  rows_.copy(kCell, [&](MergedRow& row) { return take_cell(row); });
  rows_.copy(kCellFactor);
  std::unordered_map<std::int64_t, std::int64_t> owner;  // cell -> experiment
  {
    Query cells = into_.query("SELECT cell_id, experiment_id FROM cell");
    while (cells.step()) owner.emplace(cells.integer(0), cells.integer(1));
  }
  std::set<std::pair<std::int64_t, std::int64_t>> linked;  // experiment, run
  rows_.copy(kCellRun, [&](MergedRow& row) {
    linked.emplace(owner.at(row.integer("cell_id")), row.integer("run_id"));
    return true;
  });
  rows_.copy(kExperimentRun, [&](MergedRow& row) {
    return linked.contains({row.integer("experiment_id"), row.integer("run_id")});
  });
}

// The configuration of a source that was registered otherwise (other seeds, say) is kept beside
// the one that stays.
void SourceMerge::note_earlier_configuration() {
  const std::string now = utc_now();
  Query theirs = from_.query("SELECT experiment_id, registered_at, canonical_json FROM experiment");
  while (theirs.step()) {
    const std::int64_t id = rows_.ids("experiment_id").at(theirs.integer(0));
    if (!known_experiments_.contains(id)) continue;
    into_
        .query(
            "INSERT INTO experiment_history SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM "
            "experiment WHERE experiment_id = ?1 AND canonical_json = ?4) AND NOT EXISTS (SELECT 1 "
            "FROM experiment_history WHERE experiment_id = ?1 AND canonical_json = ?4)")
        .run(id, theirs.text(1), now, theirs.text(2));
  }
}

// False for a cell that means something else here: its links are left out.
bool SourceMerge::take_cell(MergedRow& row) {
  const std::int64_t experiment = row.integer("experiment_id");
  std::optional<std::int64_t> same;
  {
    Query q = into_.query("SELECT cell_id FROM cell WHERE experiment_id = ? AND name = ?");
    if (q.bind(experiment, std::get<std::string>(row.at("name"))).step()) same = q.integer(0);
  }
  if (same) {
    const std::string problem = difference(row, *same);
    if (!problem.empty()) {
      conflict("experiment " + experiment_name(into_, experiment) + ", cell " +
                   std::get<std::string>(row.at("name")),
               problem);
      return false;
    }
  }
  Query next =
      into_.query("SELECT coalesce(max(position) + 1, 0) FROM cell WHERE experiment_id = ?");
  RB_CHECK(next.bind(experiment).step());
  row.at("position") = next.integer(0);
  return true;
}

// What a source's cell differs in from the cell of that name; empty when they are one cell.
std::string SourceMerge::difference(MergedRow& row, std::int64_t cell) {
  {
    Query q = into_.query("SELECT dataset_id FROM cell WHERE cell_id = ?");
    RB_CHECK(q.bind(cell).step());
    if (q.integer(0) != row.integer("dataset_id"))
      return "it is about other data (other content hashes of its files)";
  }
  const auto ours = computation_of(into_, cell);
  const auto theirs = computation_of(from_, row.integer("cell_id"));
  if (!ours || !theirs) return "";
  if (ours->config != theirs->config)
    return "its runs have another configuration: " + ours->config + " is stored, the source has " +
           theirs->config;
  if (ours->method_version != theirs->method_version)
    return "its runs are of method version " + std::to_string(theirs->method_version) +
           ", those stored of " + std::to_string(ours->method_version);
  if (ours->minority != theirs->minority)
    return "minority recall is over " + theirs->minority + ", here over " + ours->minority;
  return "";
}

// Verdicts are taken where there are none: one experiment's verdicts are of one store.
void SourceMerge::take_verdicts() {
  const auto theirs = judged_experiments(from_);
  std::set<std::int64_t> wanted;
  for (const auto& [source_id, counts] : theirs) {
    const std::int64_t id = rows_.ids("experiment_id").at(source_id);
    if (judged_.emplace(id, counts).second) wanted.insert(id);
  }
  for (const MergedTable& table : kVerdicts)
    rows_.copy(table,
               [&](MergedRow& row) { return wanted.contains(row.integer("experiment_id")); });
}

}  // namespace ratbench::store
