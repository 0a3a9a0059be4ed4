#include "harness/cli/sweep_builder.hpp"

#include <algorithm>
#include <utility>

#include "harness/grid/sweep.hpp"
#include "src/base/error.hpp"
#include "src/specs/json_text.hpp"
#include "src/specs/names.hpp"

namespace ratbench::cli {

namespace {

// Everything of a configuration that its data depend on.
std::string data_settings(const specs::Config& config) {
  const std::string augmentation = config.text_or("augmentation.name", "none");
  const auto of_texts = specs::text_augmentations();
  const bool augmented =
      std::find(of_texts.begin(), of_texts.end(), augmentation) != of_texts.end();
  std::string text;
  for (const auto& [path, value] : config.values())
    if (path == "task" || path.starts_with("data.") || path.starts_with("encoder.") ||
        path == "model.name" || path == "model.path" || path == "model.head" ||
        path == "model.max_length" || (augmented && path.starts_with("augmentation.")))
      text += path + "=" + specs::to_json(value) + "\n";
  return text;
}

// Whoever prepares a configuration does not know its file; we do.
corpus::PreparedData prepare_for(const std::string& file, const specs::Config& config,
                                 const std::filesystem::path& cache_dir,
                                 const EncodingMachine& machine) {
  try {
    return corpus::prepare(config, cache_dir, encoders(cache_dir, machine));
  } catch (const SpecError& error) {
    if (error.file() != "configuration") throw;
    const std::string message = error.what();
    const std::string place = error.pointer().empty() ? "" : ": at " + error.pointer();
    throw SpecError(file, error.pointer(), message.substr(error.file().size() + place.size() + 2));
  } catch (const EnvironmentError& error) {
    const std::string message = error.what();
    if (!message.starts_with(std::filesystem::absolute(cache_dir).string())) throw;
    throw EnvironmentError(message +
                           "; encoded texts are kept beside the database: name one in a folder "
                           "that can be written with --db");
  }
}

}  // namespace

const corpus::PreparedData& DataPreparer::prepare(const specs::Config& config) {
  const std::string settings = data_settings(config);
  if (const auto same = by_settings_.find(settings); same != by_settings_.end())
    return *same->second;
  corpus::PreparedData data = prepare_for(file_, config, cache_dir_, machine_);
  const auto known = std::find_if(
      prepared_.begin(), prepared_.end(),
      [&](const corpus::PreparedData& other) { return other.files.sha256 == data.files.sha256; });
  const corpus::PreparedData& kept =
      known != prepared_.end() ? *known : prepared_.emplace_back(std::move(data));
  by_settings_.emplace(settings, &kept);
  return kept;
}

std::vector<store::Dataset> DataPreparer::datasets() const {
  std::vector<store::Dataset> datasets;
  for (const corpus::PreparedData& data : prepared_) {
    datasets.push_back(
        {data.files, data.class_names, data.labels, data.task, data.row_starts, data.hierarchy});
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

}  // namespace ratbench::cli
