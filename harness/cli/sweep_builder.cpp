#include "harness/cli/sweep_builder.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "harness/grid/sweep.hpp"
#include "src/base/error.hpp"
#include "src/specs/names.hpp"

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

namespace {

// Parameters that are right or wrong only beside the classes of the data.
void check_classes(const std::string& file, const specs::Config& config,
                   const std::vector<std::string>& classes) {
  if (config.has("loss.alpha") && config.reals("loss.alpha").size() != classes.size()) {
    throw SpecError(file, "/loss/alpha",
                    "found " + std::to_string(config.reals("loss.alpha").size()) +
                        " numbers, allowed is one for each of the " +
                        std::to_string(classes.size()) + " classes of the data");
  }
  if (!config.has("loss.boost_classes")) return;
  for (const std::string& name : config.texts("loss.boost_classes")) {
    if (std::find(classes.begin(), classes.end(), name) != classes.end()) continue;
    std::string allowed;
    for (const std::string& each : classes) allowed += (allowed.empty() ? "" : "; ") + each;
    throw SpecError(file, "/loss/boost_classes",
                    "found \"" + name + "\", allowed are the classes of the data: " + allowed);
  }
}

}  // namespace

grid::Sweep build_sweep(const spec::Experiment& experiment, DataPreparer& data) {
  grid::Sweep sweep = grid::make_sweep(
      experiment, [&](const specs::Config& config) { return data.prepare(config).files; });
  for (const grid::Cell& cell : sweep.cells) {
    for (const corpus::PreparedData& prepared : data.prepared()) {
      if (prepared.files.sha256 == sweep.data[cell.index].sha256)
        check_classes(sweep.file, cell.config, prepared.class_names);
    }
  }
  return sweep;
}

std::string describe_data(const grid::Sweep& sweep, const DataPreparer& data) {
  std::string text;
  for (const corpus::PreparedData& prepared : data.prepared()) {
    std::set<std::int64_t> lambdas;
    for (const grid::Cell& cell : sweep.cells) {
      if (sweep.data[cell.index].sha256 != prepared.files.sha256) continue;
      // Augmentations of features make their rows during training and record the counts there.
      const std::string name = cell.config.text_or("augmentation.name", "none");
      const auto of_texts = specs::text_augmentations();
      const bool in_file =
          name == "samples" || std::find(of_texts.begin(), of_texts.end(), name) != of_texts.end();
      lambdas.insert(in_file ? cell.config.integer_or("augmentation.lambda", 0) : 0);
    }
    text += corpus::describe_counts(prepared, {lambdas.begin(), lambdas.end()});
  }
  return text;
}

}  // namespace ratbench::cli
