// Stored runs that tell how much a planned contrast will vary: those of its own cells, else pairs
// of other cells with the same data. Internal to this folder.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/claims/evidence.hpp"
#include "harness/claims/honesty.hpp"
#include "harness/claims/power.hpp"
#include "harness/claims/question.hpp"
#include "harness/store/split_rows.hpp"

namespace ratbench::claims {

struct Pilot {
  std::vector<Components> steps;  // of each step of the question
  std::string basis;
};

class PilotRuns {
 public:
  // Borrows all.
  PilotRuns(const store::Reader& reader, const spec::Experiment& experiment,
            const std::vector<grid::Cell>& cells, const DataFilesOf& data);

  // Why the cells cannot be paired by test row, as far as the store knows their rows; else empty.
  std::string different_rows(const Question& question);
  // At least kPilotSeeds stored seeds in all cells of the question, planned or not.
  std::optional<Pilot> own(const Question& question, const std::string& metric);
  // Contrasts of other cells' pairs stand for those of the question's, scaled by the squares of the
  // coefficients: exact where all cells have one variance and one correlation. Nothing over several
  // splits: how much they differ is known from the question's own cells alone.
  std::optional<Pilot> other(const Question& question, const std::string& metric);

 private:
  using Predictions = std::vector<std::int32_t>;
  // A stored cell: seed -> run key of done runs.
  using SeedRuns = std::map<std::uint64_t, std::string>;

  const Predictions& predictions(const std::string& run_key, const std::string& selection);
  const protocol::DataFiles& files(std::size_t cell);
  SeedRuns stored_runs(std::size_t cell);
  std::vector<SeedRuns> stored_cells(const std::string& dataset);
  std::optional<store::MetricTables> tables_of(const store::SplitRows& rows,
                                               const std::string& metric,
                                               const std::string& pointer);
  store::SplitRows rows_of(std::size_t cell, const char* split);
  // Runs of the question's split number k, with the function behind the metric `name`.
  std::optional<Split> split_runs(const Question& question, std::size_t k, const std::string& name,
                                  stats::MetricFunction& metric);
  // Nothing where fewer than kPilotSeeds seeds are in all `cells`.
  std::optional<stats::PredictionTable> table(const store::SplitRows& rows,
                                              store::MetricTables& tables,
                                              const std::vector<const SeedRuns*>& cells,
                                              const std::string& selection);

  const store::Reader& reader_;
  const spec::Experiment& experiment_;
  const std::vector<grid::Cell>& cells_;
  const DataFilesOf& data_;
  std::unordered_map<std::string, store::RunStatus> known_;
  std::optional<TrainedRows> trained_rows_;  // once splits have asked for them
  std::map<std::size_t, protocol::DataFiles> files_;
  std::map<std::string, Predictions> predictions_;
  std::map<std::string, std::vector<SeedRuns>> stored_;  // by dataset
};

}  // namespace ratbench::claims
