// What the database holds for one question: predictions paired by seed and test row, or the reason
// why they cannot be compared. Predictions are read once per run, however many claims use them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/claims/question.hpp"
#include "harness/grid/cell.hpp"
#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"
#include "harness/store/split_rows.hpp"
#include "src/stats/influence.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::claims {

// One of several splits of the same data, each with test rows of its own (folds).
struct Split {
  stats::PredictionTable table;
  std::vector<std::size_t> cells;  // the table's cells as places in Question::cells
  double train_rows = 0;
  std::string name;  // "fold 3"
};

struct Evidence {
  std::string nothing;                // why there is no estimate; empty when a table is usable
  std::string incomplete;             // why the estimate must not be judged; may be empty
  stats::PredictionTable table;       // cells as in Question::cells; empty when there are `splits`
  std::vector<Split> splits;          // empty when all cells are tested on the same rows
  std::size_t test_rows = 0;          // of all splits; known also where there is no table
  std::vector<std::string> caveats;   // what the scope must name: unequal training, machines
  std::vector<std::string> notes;     // about how runs, seeds or epochs were chosen
  std::vector<std::uint64_t> seeds;   // the tables' seeds
  std::vector<std::string> run_keys;  // sorted, each once
  std::vector<std::string> class_names;
  stats::MetricFunction metric;
  std::shared_ptr<const store::SplitRows> rows;  // of `table`; null: told by classes alone

  // The tables that are there: one, or that of every split.
  std::vector<const stats::PredictionTable*> tables() const;
  // Classes with few rows in one of the tables, and the fewest that one has.
  std::map<std::size_t, double> rare_classes() const;
  // What is true of the rows of a pattern of one of the tables, for readers.
  std::string truth_of(const stats::PredictionTable& of, std::size_t pattern) const;
  // What is true of one of them, within a sentence: "a sentence with 3 Chem" for "3 Chem".
  std::string row_in_words(std::size_t pattern, std::size_t row) const;
};

class HonestyGuards;

class EvidenceReader {
 public:
  // Borrows all three.
  EvidenceReader(const store::Reader& reader, const spec::Experiment& experiment,
                 const std::vector<grid::Cell>& cells);
  ~EvidenceReader();

  // A run of the cell, finished or not, with the data and the model that it was given; null where
  // the database has none.
  const store::StoredRun* run_of(std::size_t cell);

  // Test predictions at the selection that the cells train with. Throws SpecError for a metric of a
  // class that the data do not have.
  Evidence read(const Question& question, const std::string& metric);

 private:
  using Runs = std::vector<std::vector<std::vector<std::int32_t>>>;
  // Cells that are tested on the same rows, as places in Question::cells.
  struct Group {
    std::vector<std::size_t> places;
    std::string dataset;  // of one of them; all have its test rows
    std::string split;    // its name, where there are several
  };

  const store::CellRow* stored_cell(std::size_t cell) const;
  const std::vector<std::int32_t>& predictions(const std::string& run_key,
                                               const std::string& selection);
  using Rows = std::shared_ptr<const store::SplitRows>;
  const Rows& test_rows(const std::string& dataset);
  bool choose_data(const Question& question, Group& group, Evidence& out);
  // Nothing where `out.nothing` says why.
  std::optional<store::MetricTables> choose_metric(const Question& question,
                                                   const std::string& metric,
                                                   const std::vector<Group>& groups, Evidence& out);
  Runs collect(const Question& question, const std::vector<const store::SplitRows*>& rows,
               Evidence& out);
  void fill_tables(const std::vector<Group>& groups, store::MetricTables& tables, Runs runs,
                   Evidence& out);

  const store::Reader& reader_;
  const spec::Experiment& experiment_;
  const std::vector<grid::Cell>& cells_;
  std::vector<std::string> minority_classes_;
  std::unique_ptr<HonestyGuards> guards_;
  using Factors = std::map<std::string, std::string>;
  std::map<Factors, store::CellRow> stored_;                      // by value of each factor
  std::map<std::size_t, std::optional<store::StoredRun>> runs_;   // one of every cell asked for
  std::map<std::string, Rows> test_rows_;                         // by data set
  std::map<std::string, std::vector<std::int32_t>> predictions_;  // by selection and run key
};

// "macro_f1", "recall/FALLS", ... as a function of counts. Throws SpecError naming `file` and, of
// the claim that asks, `pointer` for an unknown class and a metric of another task; the function's
// `classes` of minority_recall are empty when none is named.
store::MetricTables metric_tables(const std::string& metric, const metrics::TaskSetting& setting,
                                  const std::vector<std::string>& minority_classes,
                                  const std::string& file, const std::string& pointer);

}  // namespace ratbench::claims
