// Everything a report says, as plain values: one experiment's cells, scores and provenance.
// Built once from the store (`load.hpp`); tables and figures read it and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/spec/report_settings.hpp"
#include "reports/claim_data.hpp"
#include "reports/cost_data.hpp"
#include "reports/evidence.hpp"
#include "reports/training.hpp"

namespace ratbench::reports {

// A number that a paper states for one cell and metric.
struct PaperNumber {
  double value = 0;   // fraction of 1
  std::string place;  // where in the paper
};

struct SeedScore {
  std::uint64_t seed = 0;
  double value = 0;  // fraction of 1
};

struct CellRun {
  std::uint64_t seed = 0;
  std::string run_key;
  std::string status;  // queued, running, done, diverged, failed
  std::string failure_kind;
};

// One row of the ablation: a combination of factor values with its runs.
struct CellData {
  std::vector<std::pair<std::string, std::string>> factors;  // path, value text; file order
  // Paths among `factors` that cannot matter here (attack parameters of a cell without attack).
  std::vector<std::string> inactive;
  // Path of an object factor ("loss") -> short text of this cell's level: "ldam, defer_epochs 5".
  std::map<std::string, std::string, std::less<>> levels;
  std::string label;          // short text that is unique in the experiment
  std::vector<CellRun> runs;  // by seed
  // Test scores of finished runs, by seed; metric name -> scores. Ratios to 1.
  std::map<std::string, std::vector<SeedScore>, std::less<>> scores;
  std::string task = "classification";
  std::string negative_class;  // of task relation: the class that micro-F1 leaves out; "" for none
  std::string selection;       // best or last: what `scores` were selected by
  std::string loss;            // "ldam: defer_epochs 5, margin 0.5"; "" where it has no settings
  bool untreated = false;      // neither attack nor augmentation
  // Number of an earlier cell with the same runs and the same values of all factors that do
  // anything, as have all attacks at p_rat 0: lists show the two once (`ReportData::listed`).
  std::optional<std::size_t> repeats;
  // Number of the cell that this one is compared with, its own where there is none: of the cells
  // with the same test rows the first without attack and augmentation (`find_baseline`).
  std::size_t baseline = 0;
  double test_to_train = 0;  // labels of the test split over those of the training split
  // Finished runs that the store has no usable predictions of; their cell has no such intervals.
  std::size_t without_predictions = 0;
  // Metric name -> interval that counts test rows, too; absent where predictions do not give one.
  std::map<std::string, TwoWayMetric, std::less<>> two_way;
  std::optional<PairedDifference> against_baseline;
  // Metric name -> what the paper states for this cell; nothing where it states nothing.
  std::map<std::string, PaperNumber, std::less<>> paper;
  TrainingData training;
  std::optional<MeasuredTime> measured_time;  // absent without a usable cost measurement
  // [groups][groups + 2]: of the test rows of a group's classes the share, mean over seeds, that is
  // predicted as the right class, as another class of group 0, 1, ..., and as a class of none.
  std::vector<std::vector<double>> group_shares;

  std::size_t done() const;
  std::size_t diverged() const;
  std::size_t failed() const;
  bool complete() const { return done() == runs.size() && !runs.empty(); }
  // The value of a factor, or the level of an object factor; null when there is none.
  const std::string* factor(std::string_view path) const;
  const PaperNumber* paper_number(std::string_view metric) const;
  bool is_inactive(std::string_view path) const;
  // The factor's value for readers; "–" where it is absent or does nothing.
  std::string shown(std::string_view path) const;
  const TwoWayMetric* two_way_of(std::string_view metric) const;
  // Values of `metric` in seed order; empty when there are none.
  std::vector<double> values(std::string_view metric) const;
};

struct ClassData {
  std::string name;
  // Test rows, of an entity type the entities; where cells differ in test rows, the fewest.
  std::int64_t support = 0;
  bool rare() const;  // fewer than kRareSupport test rows
  // Of the training split after every thinning; absent where the cells differ in it.
  std::optional<std::int64_t> training = std::nullopt;
  std::int64_t most_support = 0;  // of any cell's test rows
};

inline constexpr std::int64_t kRareSupport = 10;

// A factor whose levels are objects: several parameters that are given together.
struct ObjectFactor {
  std::string path;                  // "loss"
  std::vector<std::string> members;  // "loss.name", "loss.gamma", ...
};

// Factors that span the full factorial at the head of the cell list, and the values that all other
// factors have there. Cells beyond `cells` are controls added by the file.
struct MainBlock {
  std::size_t cells = 0;
  std::vector<std::string> factors;                          // paths
  std::vector<std::vector<std::string>> levels;              // per factor, in file order
  std::map<std::string, std::string, std::less<>> constant;  // path -> value
};

// Distinct values of one item of provenance and how many runs have each.
using Tally = std::map<std::string, std::size_t>;

struct Provenance {
  std::string database;
  std::string registered_at;
  int schema_version = 0;
  std::size_t runs = 0;  // distinct run keys
  Tally method_versions;
  Tally programs;  // version and git revision
  Tally libtorch;
  Tally devices;
  Tally kernels;
  Tally threads;
  Tally modes;
  Tally concurrent_runs;
  Tally data;    // data set hash
  Tally models;  // folder and hash of pre-trained weights; of runs that have them
};

struct ReportData {
  std::string experiment;
  std::string title;
  std::string file;
  std::string task = "classification";  // of the first cell
  std::string citation;                 // "" when the experiment names no paper
  std::vector<std::string> metrics;     // shown in the ablation table; the first is primary
  std::vector<std::string> minority_classes;
  std::vector<std::string> factors;  // paths in file order
  std::vector<ObjectFactor> object_factors;
  MainBlock main;
  std::vector<CellData> cells;
  // The baseline of the first cell's test rows; other rows have another one (`CellData::baseline`).
  std::size_t baseline = 0;
  std::vector<ClassData> classes;  // none where the cells' data have different ones
  std::vector<spec::ClassGroup> groups;
  spec::Bands bands;
  // Verdicts in file order; empty when the experiment states no claims.
  std::vector<ClaimData> claims;
  std::vector<ArmData> arms;
  std::vector<CostMeasurement> costs;  // by device
  Provenance provenance;
  std::size_t other_seeds = 0;      // in the store, neither judged nor in the tables
  bool validation_is_test = false;  // in some cells the two are the same rows
  // Sentences that a reader must see beside every table: mixed builds, unequal seeds, and so on.
  std::vector<std::string> warnings;

  // The cells but for those that repeat another.
  std::vector<const CellData*> listed() const;
  const std::string& primary_metric() const { return metrics.front(); }
  // The primary metric; of a cell with another task that has no such score the first one it has.
  const std::string& leading_metric(const CellData& cell) const;
  // False when every run diverged, failed or is open: there is no score to draw.
  bool any_done() const;
  // True when the paper states `metric` for some cell.
  bool paper_states(std::string_view metric) const;
};

// Finds the main block (see MainBlock) of a non-empty cell list: the longest prefix that is a full
// factorial of the factors varying in it.
MainBlock find_main_block(const std::vector<CellData>& cells,
                          const std::vector<std::string>& factors);

// "attack.p_rat" -> "p_rat", "attack.name" -> "attack"; the full path when that would be ambiguous.
std::string factor_title(const std::vector<std::string>& factors, const std::string& path);

// `factors` with every object factor in place of its members: what names cells.
std::vector<std::string> layout_factors(const ReportData& data);

// Of the cells that `among` numbers the first without attack and augmentation, else the first
// without attack, else the first. `among` is not empty (CHECKed).
std::size_t find_baseline(const std::vector<CellData>& cells, std::span<const std::size_t> among);

// Fills `main`, every cell's `label` and `repeats`, and the baselines as if all cells had the same
// test rows.
void complete_layout(ReportData& data);

// "macro_f1" -> "macro-F1"; unknown names unchanged.
std::string metric_title(std::string_view metric);

// Numbers of classes of `data` that are rare.
std::vector<const ClassData*> rare_classes(const ReportData& data);

}  // namespace ratbench::reports
