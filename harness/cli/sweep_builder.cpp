#include "harness/cli/sweep_builder.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "harness/grid/sweep.hpp"

namespace ratbench::cli {

const corpus::PreparedData& DataPreparer::prepare(const specs::Config& config) {
  corpus::PreparedData data = corpus::prepare(config, cache_dir_);
  const auto known = std::find_if(
      prepared_.begin(), prepared_.end(),
      [&](const corpus::PreparedData& other) { return other.files.sha256 == data.files.sha256; });
  if (known != prepared_.end()) return *known;
  return prepared_.emplace_back(std::move(data));
}

std::vector<store::Dataset> DataPreparer::datasets() const {
  std::vector<store::Dataset> datasets;
  for (const corpus::PreparedData& data : prepared_) {
    datasets.push_back({data.files, data.class_names, data.labels});
  }
  return datasets;
}

std::filesystem::path cache_folder(const std::filesystem::path& db) {
  return db.parent_path() / "cache";
}

grid::Sweep build_sweep(const spec::Experiment& experiment, DataPreparer& data) {
  return grid::make_sweep(experiment,
                          [&](const specs::Config& config) { return data.prepare(config).files; });
}

std::string describe_data(const grid::Sweep& sweep, const DataPreparer& data) {
  std::string text;
  for (const corpus::PreparedData& prepared : data.prepared()) {
    std::set<std::int64_t> lambdas;
    for (const grid::Cell& cell : sweep.cells) {
      if (sweep.data[cell.index].sha256 != prepared.files.sha256) continue;
      lambdas.insert(cell.config.integer_or("augmentation.lambda", 0));
    }
    text += corpus::describe_counts(prepared, {lambdas.begin(), lambdas.end()});
  }
  return text;
}

}  // namespace ratbench::cli
