#include "harness/corpus/redraw.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "harness/corpus/feature_cache.hpp"
#include "harness/corpus/split.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/base/sha256.hpp"

namespace ratbench::corpus {
namespace {

constexpr const char* kParts[] = {"train", "val", "test"};

std::string split_name(const specs::Config& config) {
  return config.text_or("data.split.name", "given");
}

// A row of one of the sets that are divided.
struct Place {
  std::string set;
  std::int64_t row = 0;
  auto operator<=>(const Place&) const = default;
};
using Places = std::vector<Place>;

// All rows of the sets, originals and what was made from them.
class Pool {
 public:
  explicit Pool(const FeatureSets& sets) : sets_(sets) {
    for (const char* name : kParts) {
      const auto set = sets.find(name);
      if (set == sets.end()) continue;
      check_like_train(set->second);
      std::int64_t originals = 0;
      for (std::int64_t row = 0; row < set->second.rows(); ++row) {
        const bool original = set->second.aug_index_of(row) == 0;
        (original ? originals_ : synthetic_).push_back({name, row});
        if (original) numbers_[{name, row}] = originals++;
      }
    }
    for (const Place& place : originals_) labels_.push_back(label_of(place));
  }

  const Places& originals() const { return originals_; }
  const std::vector<std::int32_t>& labels() const { return labels_; }  // of the originals
  std::int32_t label_of(const Place& place) const {
    return static_cast<std::int32_t>(
        sets_.at(place.set).labels()[static_cast<std::size_t>(place.row)]);
  }
  const std::vector<std::string>& class_names() const { return sets_.at("train").class_names(); }

  // Place among the originals of its set; of a synthetic row, that of its source.
  std::int64_t number_of(const Place& place) const {
    const auto own = numbers_.find(place);
    return own != numbers_.end() ? own->second : numbers_.at(source_of(place));
  }

  Places places_of(const std::vector<std::int64_t>& rows) const {
    Places places;
    for (const std::int64_t row : rows) places.push_back(originals_[static_cast<std::size_t>(row)]);
    return places;
  }

  // `originals` and, after them, every synthetic row that was made from one of them.
  Places with_synthetic(Places originals) const {
    const std::set<Place> sources(originals.begin(), originals.end());
    for (const Place& place : synthetic_)
      if (sources.contains(source_of(place))) originals.push_back(place);
    return originals;
  }

  // The rows as they are written; sources are renumbered.
  FeatureColumns columns(const Places& places) const {
    FeatureColumns columns;
    columns.dim = static_cast<std::size_t>(sets_.at("train").dim());
    columns.features.reserve(places.size() * columns.dim);
    std::map<Place, std::int64_t> new_rows;
    for (const Place& place : places) {
      const data::FeatureSet& set = sets_.at(place.set);
      const auto features =
          set.features().subspan(static_cast<std::size_t>(place.row) * columns.dim, columns.dim);
      columns.features.insert(columns.features.end(), features.begin(), features.end());
      columns.labels.push_back(label_of(place));
      const std::int64_t index = set.aug_index_of(place.row);
      columns.aug_index.push_back(index);
      columns.source.push_back(index == 0 ? -1 : new_rows.at(source_of(place)));
      new_rows.emplace(place, static_cast<std::int64_t>(new_rows.size()));
    }
    return columns;
  }

 private:
  Place source_of(const Place& synthetic) const {
    const auto row = static_cast<std::size_t>(synthetic.row);
    return {synthetic.set, sets_.at(synthetic.set).source()[row]};
  }
  void check_like_train(const data::FeatureSet& set) const {
    const data::FeatureSet& train = sets_.at("train");
    if (set.dim() != train.dim())
      throw DataError(
          set.file(), "tensor \"features\"",
          fmt::format("has {} columns, {} has {}", set.dim(), train.file(), train.dim()));
    if (set.class_names() != train.class_names())
      throw DataError(set.file(), "metadata \"class_names\"",
                      "differs from that of " + train.file());
  }

  const FeatureSets& sets_;
  Places originals_;
  Places synthetic_;
  std::map<Place, std::int64_t> numbers_;
  std::vector<std::int32_t> labels_;
};

std::vector<std::int64_t> count_classes(const Pool& pool, const Places& places) {
  std::vector<std::int64_t> counts(pool.class_names().size(), 0);
  for (const Place& place : places) ++counts[static_cast<std::size_t>(pool.label_of(place))];
  return counts;
}

// Every fold has its turn as the test split.
void check_enough_for_folds(const Pool& pool, std::int64_t folds, const std::string& file) {
  const auto counts = count_classes(pool, pool.originals());
  for (std::size_t label = 0; label < counts.size(); ++label)
    if (counts[label] < folds)
      throw DataError(file, "class \"" + pool.class_names()[label] + "\"",
                      fmt::format("has {} originals in all files, fewer than the {} folds: one of "
                                  "them would hold none; use fewer folds",
                                  counts[label], folds));
}

// A class that a part does not hold could not be judged there, or not be learnt.
void check_no_empty_class(const Pool& pool, const std::map<std::string, Places>& parts,
                          const std::string& drawn, const std::string& file) {
  const auto all = count_classes(pool, pool.originals());
  for (const char* part : kParts) {
    const auto counts = count_classes(pool, parts.at(part));
    for (std::size_t label = 0; label < counts.size(); ++label)
      if (counts[label] == 0)
        throw DataError(
            file, "class \"" + pool.class_names()[label] + "\"",
            fmt::format("has {} originals in all files, too few for {}: the {} split "
                        "would hold none of them",
                        all[label], drawn, part == std::string("val") ? "validation" : part));
  }
}

std::map<std::string, Places> divided(const specs::Config& config, const Pool& pool) {
  const auto seed = static_cast<std::uint64_t>(config.integer_or("data.split.seed", 0));
  const RowSplit split =
      split_name(config) == "stratified"
          ? stratified_split(pool.labels(), config.real("data.split.fraction"), seed)
          : fold_split(pool.labels(), static_cast<int>(config.integer("data.split.folds")),
                       static_cast<int>(config.integer("data.split.fold")), seed);
  return {{"train", pool.places_of(split.train)},
          {"val", pool.places_of(split.val)},
          {"test", pool.places_of(split.test)}};
}

// How many originals each class keeps; -1 for all of them.
std::vector<std::int64_t> profile_limits(const specs::Config& config,
                                         const std::vector<std::string>& names,
                                         const std::vector<std::int64_t>& supply) {
  std::vector<std::int64_t> limits(names.size(), -1);
  for (const auto& [name, wanted] : config.counts("data.profile")) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      throw SpecError("configuration", "/data/profile",
                      fmt::format("found \"{}\", which is no class of the data; there are: {}",
                                  name, fmt::join(names, "; ")));
    const auto label = static_cast<std::size_t>(found - names.begin());
    if (wanted > supply[label])
      throw SpecError("configuration", "/data/profile",
                      fmt::format("found {} for \"{}\", allowed is at most {}: the originals that "
                                  "the training split has",
                                  wanted, name, supply[label]));
    limits[label] = wanted;
  }
  return limits;
}

Places thinned_places(const specs::Config& config, const Pool& pool, const Places& training) {
  const auto limits = profile_limits(config, pool.class_names(), count_classes(pool, training));
  std::vector<std::int32_t> labels;
  for (const Place& place : training) labels.push_back(pool.label_of(place));
  Places left;
  const auto seed = static_cast<std::uint64_t>(config.integer_or("data.profile_seed", 0));
  for (const std::int64_t row : thinned(labels, limits, seed))
    left.push_back(training[static_cast<std::size_t>(row)]);
  return left;
}

// Everything that the rows of a new split depend on. Originals are counted without what was made
// from them, so that an augmentation leaves the names of validation and test alone.
std::string key_of(const Pool& pool, const std::string& part, const Places& places,
                   const GivenSplits& given) {
  Sha256 hash;
  const nlohmann::json head = {"rows 1", part,
                               part == "train" ? given.files.sha256 : given.originals_sha256,
                               pool.class_names()};
  hash.update(head.dump());
  for (const Place& place : places)
    hash.update(fmt::format("{} {};", place.set, pool.number_of(place)));
  return hash.hex();
}

std::map<std::string, Places> drawn_parts(const specs::Config& config, const Pool& pool,
                                          const std::string& file) {
  std::map<std::string, Places> parts;
  if (draws_splits(config)) {
    if (split_name(config) == "kfold")
      check_enough_for_folds(pool, config.integer("data.split.folds"), file);
    parts = divided(config, pool);
    check_no_empty_class(pool, parts, describe_redraw(config), file);
  } else {
    std::copy_if(pool.originals().begin(), pool.originals().end(),
                 std::back_inserter(parts["train"]),
                 [](const Place& place) { return place.set == "train"; });
  }
  if (config.has("data.profile")) parts["train"] = thinned_places(config, pool, parts["train"]);
  parts["train"] = pool.with_synthetic(std::move(parts["train"]));
  return parts;
}

}  // namespace

bool draws_splits(const specs::Config& config) { return split_name(config) != "given"; }

bool redraws(const specs::Config& config) {
  return draws_splits(config) || config.has("data.profile");
}

GivenSplits redrawn(const specs::Config& config, GivenSplits given,
                    const std::filesystem::path& cache_dir) {
  const Pool pool(given.sets);
  GivenSplits drawn;
  for (const auto& [part, places] : drawn_parts(config, pool, given.sets.at("train").file())) {
    const std::string key = key_of(pool, part, places, given);
    CachedFeatures cached =
        cached_features(cache_dir, part, key,
                        {{"class_names", nlohmann::json(pool.class_names()).dump()},
                         {"drawn", describe_redraw(config)},
                         {"split", part}},
                        [&pool, &rows = places] { return pool.columns(rows); });
    drawn.files.paths[part] = cached.path.string();
    drawn.files.sha256[part] = key;
    drawn.sets.emplace(part, std::move(cached.features));
  }
  // What was not drawn stays as it was given.
  for (const char* part : kParts) {
    if (drawn.sets.contains(part)) continue;
    drawn.files.paths[part] = given.files.paths.at(part);
    drawn.files.sha256[part] = given.files.sha256.at(part);
    drawn.sets.emplace(part, std::move(given.sets.at(part)));
  }
  drawn.originals_sha256 = drawn.files.sha256;
  return drawn;
}

std::string describe_redraw(const specs::Config& config) {
  std::vector<std::string> parts;
  const auto text = [&](const char* path) { return specs::to_text(*config.find(path)); };
  const std::string name = split_name(config);
  const auto seed = [&](const char* path) { return config.integer_or(path, 0); };
  if (name == "kfold")
    parts.push_back(fmt::format("fold {} of {}, seed {}", text("data.split.fold"),
                                text("data.split.folds"), seed("data.split.seed")));
  if (name == "stratified")
    parts.push_back(fmt::format("a stratified split of {}, seed {}", text("data.split.fraction"),
                                seed("data.split.seed")));
  if (config.has("data.profile"))
    parts.push_back(
        fmt::format("profile {}, seed {}", text("data.profile"), seed("data.profile_seed")));
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace ratbench::corpus
