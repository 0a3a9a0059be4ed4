// From an experiment to a sweep with its data at hand: prepares every data set that the cells need,
// once each. Shared by run and plan.
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/cli/encoders.hpp"
#include "harness/corpus/prepare.hpp"
#include "harness/grid/cell.hpp"
#include "harness/spec/experiment.hpp"
#include "harness/store/records.hpp"

namespace ratbench::cli {

// Prepared data sets, by the hash of their content; preparing equal settings twice is free.
class DataPreparer {
 public:
  // Encoded texts go to `cache_dir`. What is wrong with a configuration is said of the file of
  // `experiment`, which need not live on.
  DataPreparer(std::filesystem::path cache_dir, const spec::Experiment& experiment,
               EncodingMachine machine = {})
      : cache_dir_(std::move(cache_dir)),
        machine_(std::move(machine)),
        file_(experiment.file + (experiment.overridden ? " with --set" : "")) {}

  // Throws SpecError, DataError, EnvironmentError.
  const corpus::PreparedData& prepare(const specs::Config& config);

  // Every data set prepared so far, in order.
  const std::deque<corpus::PreparedData>& prepared() const { return prepared_; }
  std::vector<store::Dataset> datasets() const;

 private:
  std::filesystem::path cache_dir_;
  EncodingMachine machine_;
  std::string file_;
  std::deque<corpus::PreparedData> prepared_;
  std::map<std::string, const corpus::PreparedData*> by_settings_;
};

// The folder of encoded texts that belongs to a database: "cache" beside it.
std::filesystem::path cache_folder(const std::filesystem::path& db);

grid::Sweep build_sweep(const spec::Experiment& experiment, DataPreparer& data);

}  // namespace ratbench::cli
