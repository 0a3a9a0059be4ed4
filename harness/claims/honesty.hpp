// Guards against choices that make a verdict look better than it is: mixed methods, chosen seeds,
// epochs chosen on the test rows, settings that are the best of many. Internal to this folder.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/claims/evidence.hpp"
#include "harness/claims/training_facts.hpp"
#include "harness/grid/cell.hpp"
#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"

namespace ratbench::claims {

class HonestyGuards {
 public:
  // Borrows all three.
  HonestyGuards(const store::Reader& reader, const spec::Experiment& experiment,
                const std::vector<grid::Cell>& cells);

  // Adds to `incomplete` what forbids a verdict, to `notes` what a reader must know and to
  // `caveats` what the scope must name. `out` holds the run keys; `stored` are the question's
  // cells as the database has them.
  void inspect(const Question& question, const std::vector<const store::CellRow*>& stored,
               Evidence& out);

  // "the setting attack.epsilon=0.1 has the largest estimate of 4 in the grid ...": the values that
  // the arms share, when the grid has others and these do best on the same test rows.
  std::optional<std::string> best_setting(const Question& question, const std::string& metric);

  const TrainedRows& trained_rows() const { return trained_rows_; }

 private:
  using Factors = std::map<std::string, std::string>;

  void check_methods(Evidence& out) const;
  void compare_machines(const Question& question, const std::vector<const store::CellRow*>& stored,
                        Evidence& out) const;
  void compare_lengths(const Question& question, const std::vector<const store::CellRow*>& stored,
                       Evidence& out) const;
  void check_seeds(const std::vector<const store::CellRow*>& stored, Evidence& out) const;
  void check_selection(const Question& question, const std::vector<const store::CellRow*>& stored,
                       Evidence& out) const;
  std::optional<std::string> highest_and_lowest(const Question& question,
                                                const std::map<Factors, double>& known) const;
  Factors factors_of(std::size_t cell) const;
  std::string difference(std::size_t cell, std::size_t other) const;
  const std::map<Factors, double>& means(const std::string& metric, const std::string& selection);

  const store::Reader& reader_;
  const spec::Experiment& experiment_;
  const std::vector<grid::Cell>& cells_;
  std::map<std::string, store::RunFacts> facts_;
  std::map<std::string, std::int64_t> batches_;  // of every finished run, by its key
  TrainedRows trained_rows_;
  std::vector<std::vector<std::uint64_t>> finished_seeds_;  // by stored cell
  std::map<std::string, std::map<Factors, double>> means_;  // by metric and selection
};

}  // namespace ratbench::claims
