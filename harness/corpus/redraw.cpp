#include "harness/corpus/redraw.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "harness/corpus/feature_cache.hpp"
#include "src/base/error.hpp"
#include "src/base/json.hpp"

namespace ratbench::corpus {
namespace {

void check_like_train(const data::FeatureSet& set, const data::FeatureSet& train) {
  if (set.dim() != train.dim())
    throw DataError(set.file(), "tensor \"features\"",
                    fmt::format("has {} columns, {} has {}", set.dim(), train.file(), train.dim()));
  if (set.task() != train.task())
    throw DataError(set.file(), "metadata \"task\"", "differs from that of " + train.file());
  if (set.class_names() != train.class_names())
    throw DataError(set.file(), "metadata \"class_names\"", "differs from that of " + train.file());
}

std::map<std::string, SetRows> rows_of(const FeatureSets& sets) {
  std::map<std::string, SetRows> rows;
  for (const auto& [name, set] : sets) {
    check_like_train(set, sets.at("train"));
    SetRows& own = rows[name];
    own.file = set.file();
    own.labels.assign(set.labels().begin(), set.labels().end());
    own.labels.resize(static_cast<std::size_t>(set.rows()), 0);
    own.source.assign(set.source().begin(), set.source().end());
    own.aug_index.assign(set.aug_index().begin(), set.aug_index().end());
  }
  return rows;
}

// The rows as they are written; sources are renumbered.
FeatureColumns columns_of(const FeatureSets& sets, const Places& places) {
  FeatureColumns columns;
  const data::FeatureSet& train = sets.at("train");
  columns.task = train.task();
  columns.dim = static_cast<std::size_t>(train.dim());
  columns.features.reserve(places.size() * columns.dim);
  const std::size_t classes = train.class_names().size();
  std::map<Place, std::int64_t> new_rows;
  for (const Place& place : places) {
    const data::FeatureSet& set = sets.at(place.set);
    const auto row = static_cast<std::size_t>(place.row);
    const auto features = set.features().subspan(row * columns.dim, columns.dim);
    columns.features.insert(columns.features.end(), features.begin(), features.end());
    if (set.task() == data::Task::kMultilabel) {
      const auto flags = set.flags().subspan(row * classes, classes);
      columns.flags.insert(columns.flags.end(), flags.begin(), flags.end());
    } else {
      columns.labels.push_back(set.labels()[row]);
    }
    const std::int64_t index = set.aug_index_of(place.row);
    columns.aug_index.push_back(index);
    columns.source.push_back(index == 0 ? -1 : new_rows.at({place.set, set.source()[row]}));
    new_rows.emplace(place, static_cast<std::int64_t>(new_rows.size()));
  }
  return columns;
}

}  // namespace

GivenSplits redrawn(const specs::Config& config, GivenSplits given,
                    const std::filesystem::path& cache_dir) {
  const auto rows = rows_of(given.sets);
  const data::FeatureSet& train = given.sets.at("train");
  const std::vector<std::string> class_names = train.class_names();
  const bool classes = train.task() != data::Task::kMultilabel;
  std::map<std::string, std::string> metadata = {
      {"class_names", json_text(nlohmann::json(class_names))}, {"drawn", describe_redraw(config)}};
  GivenSplits drawn;
  const auto parts = draw_rows(config, rows, classes ? class_names : std::vector<std::string>());
  for (const auto& [part, places] : parts) {
    const std::string key =
        drawn_key(part, places, rows, part == "train" ? given.files.sha256 : given.originals_sha256,
                  class_names);
    metadata["split"] = part;
    CachedFeatures cached = cached_features(
        cache_dir, part, key, metadata,
        [&sets = given.sets, &places_here = places] { return columns_of(sets, places_here); });
    drawn.files.paths[part] = cached.path.string();
    drawn.files.sha256[part] = key;
    drawn.sets.emplace(part, std::move(cached.features));
  }
  // What was not drawn stays as it was given.
  for (auto& [part, set] : given.sets) {
    if (drawn.sets.contains(part)) continue;
    drawn.files.paths[part] = given.files.paths.at(part);
    drawn.files.sha256[part] = given.files.sha256.at(part);
    drawn.sets.emplace(part, std::move(set));
  }
  drawn.originals_sha256 = drawn.files.sha256;
  return drawn;
}

}  // namespace ratbench::corpus
