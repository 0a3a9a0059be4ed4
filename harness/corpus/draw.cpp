#include "harness/corpus/draw.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "harness/corpus/split.hpp"
#include "src/base/counted.hpp"
#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/base/sha256.hpp"

namespace ratbench::corpus {
namespace {

constexpr const char* kParts[] = {"train", "val", "test"};

std::string split_name(const specs::Config& config) {
  return config.text_or("data.split.name", "given");
}

std::string text_of(const specs::Config& config, const char* path) {
  return specs::to_text(*config.find(path));
}

// How the splits are drawn, in words; "" as the files have them.
std::string describe_division(const specs::Config& config) {
  const std::string name = split_name(config);
  const long long seed = config.integer_or("data.split.seed", 0);
  if (name == "kfold")
    return fmt::format("fold {} of {}, seed {}", text_of(config, "data.split.fold"),
                       text_of(config, "data.split.folds"), seed);
  if (name == "given") return "";
  const std::string fraction = text_of(config, "data.split.fraction");
  if (name == "stratified") return fmt::format("a stratified split of {}, seed {}", fraction, seed);
  return fmt::format("validation from {} of the {} file, seed {}", fraction,
                     name == "val_from_train" ? "training" : "test", seed);
}

bool is_original(const SetRows& rows, std::size_t row) {
  return rows.aug_index.empty() || rows.aug_index[row] == 0;
}

// Originals of some sets, and what was made from them.
class Pool {
 public:
  Pool(const std::map<std::string, SetRows>& sets, const std::vector<std::string>& names)
      : sets_(sets) {
    for (const std::string& name : names) {
      const auto set = sets.find(name);
      if (set == sets.end()) continue;
      for (std::size_t row = 0; row < set->second.labels.size(); ++row) {
        const Place place{name, static_cast<std::int64_t>(row)};
        (is_original(set->second, row) ? originals_ : synthetic_).push_back(place);
      }
    }
    for (const Place& place : originals_) labels_.push_back(label_of(place));
  }

  const Places& originals() const { return originals_; }
  const std::vector<std::int32_t>& labels() const { return labels_; }  // of the originals
  std::int32_t label_of(const Place& place) const {
    return sets_.at(place.set).labels[static_cast<std::size_t>(place.row)];
  }

  Places places_of(const std::vector<std::int64_t>& rows) const {
    Places places;
    for (const std::int64_t row : rows) places.push_back(originals_[static_cast<std::size_t>(row)]);
    return places;
  }

  // `originals` and, after them, every synthetic row that was made from one of them.
  Places with_synthetic(Places originals) const {
    const std::set<Place> sources(originals.begin(), originals.end());
    for (const Place& place : synthetic_) {
      const auto row = static_cast<std::size_t>(place.row);
      if (sources.contains({place.set, sets_.at(place.set).source[row]}))
        originals.push_back(place);
    }
    return originals;
  }

 private:
  const std::map<std::string, SetRows>& sets_;
  Places originals_;
  Places synthetic_;
  std::vector<std::int32_t> labels_;
};

std::vector<std::int64_t> count_classes(const Pool& pool, const Places& places,
                                        std::size_t classes) {
  std::vector<std::int64_t> counts(classes, 0);
  for (const Place& place : places) ++counts[static_cast<std::size_t>(pool.label_of(place))];
  return counts;
}

// Every fold has its turn as the test split.
void check_enough_for_folds(const Pool& pool, std::int64_t folds, const std::string& file,
                            const std::vector<std::string>& class_names) {
  const auto counts = count_classes(pool, pool.originals(), class_names.size());
  for (std::size_t label = 0; label < counts.size(); ++label)
    if (counts[label] < folds)
      throw DataError(
          file, "class \"" + class_names[label] + "\"",
          fmt::format("has {} in all files, fewer than the {} folds: one of them would "
                      "hold none; use fewer folds",
                      counted(static_cast<std::size_t>(counts[label]), "original"), folds));
}

std::vector<std::string> divided_sets(const specs::Config& config) {
  if (split_name(config) == "val_from_train") return {"train"};
  if (split_name(config) == "val_from_test") return {"test"};
  return {"train", "val", "test"};
}

// Which rows are divided: "all files", "the test file, of which data.test_rows leaves 600 rows".
std::string divided_rows(const specs::Config& config) {
  const std::vector<std::string> names = divided_sets(config);
  std::string text = names.size() > 1          ? "all files"
                     : names.front() == "test" ? "the test file"
                                               : "the training file";
  for (const std::string& name : names)
    if (const std::string path = fmt::format("data.{}_rows", name); config.has(path))
      text += fmt::format(", of which {} leaves {} rows", path, config.integer(path));
  return text;
}

// A class that a part does not hold could not be judged there, or not be learnt.
void check_no_empty_class(const specs::Config& config, const Pool& pool,
                          const std::map<std::string, Places>& parts, const std::string& file,
                          const std::vector<std::string>& class_names) {
  const auto all = count_classes(pool, pool.originals(), class_names.size());
  for (const char* part : kParts) {
    if (!parts.contains(part)) continue;
    const auto counts = count_classes(pool, parts.at(part), class_names.size());
    for (std::size_t label = 0; label < counts.size(); ++label)
      if (counts[label] == 0)
        throw DataError(
            file, "class \"" + class_names[label] + "\"",
            fmt::format("has {} in {}, too few for {}: the {} split would hold none of them",
                        counted(static_cast<std::size_t>(all[label]), "original"),
                        divided_rows(config), describe_division(config),
                        part == std::string("val") ? "validation" : part));
  }
}

std::map<std::string, Places> divided(const specs::Config& config, const Pool& pool) {
  const auto seed = static_cast<std::uint64_t>(config.integer_or("data.split.seed", 0));
  const std::string name = split_name(config);
  if (name == "kfold" || name == "stratified") {
    const RowSplit split =
        name == "stratified"
            ? stratified_split(pool.labels(), config.real("data.split.fraction"), seed)
            : fold_split(pool.labels(), static_cast<int>(config.integer("data.split.folds")),
                         static_cast<int>(config.integer("data.split.fold")), seed);
    return {{"train", pool.places_of(split.train)},
            {"val", pool.places_of(split.val)},
            {"test", pool.places_of(split.test)}};
  }
  const HeldOut split = held_out(pool.labels(), config.real("data.split.fraction"), seed);
  return {{"val", pool.places_of(split.held)},
          {name == "val_from_train" ? "train" : "test", pool.places_of(split.rest)}};
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

Places thinned_places(const specs::Config& config, const Pool& pool, const Places& training,
                      const std::vector<std::string>& class_names) {
  const auto limits =
      profile_limits(config, class_names, count_classes(pool, training, class_names.size()));
  std::vector<std::int32_t> labels;
  for (const Place& place : training) labels.push_back(pool.label_of(place));
  Places left;
  const auto seed = static_cast<std::uint64_t>(config.integer_or("data.profile_seed", 0));
  for (const std::int64_t row : thinned(labels, limits, seed))
    left.push_back(training[static_cast<std::size_t>(row)]);
  return left;
}

}  // namespace

bool draws_splits(const specs::Config& config) { return split_name(config) != "given"; }

bool draws_from_all(const specs::Config& config) {
  return split_name(config) == "kfold" || split_name(config) == "stratified";
}

bool redraws(const specs::Config& config) {
  return draws_splits(config) || config.has("data.profile");
}

std::map<std::string, Places> draw_rows(const specs::Config& config,
                                        const std::map<std::string, SetRows>& sets,
                                        const std::vector<std::string>& class_names) {
  std::map<std::string, Places> parts;
  if (draws_splits(config)) {
    const std::string& file = sets.at(divided_sets(config).front()).file;
    const Pool pool(sets, divided_sets(config));
    if (split_name(config) == "kfold" && !class_names.empty())
      check_enough_for_folds(pool, config.integer("data.split.folds"), file, class_names);
    parts = divided(config, pool);
    if (!class_names.empty()) check_no_empty_class(config, pool, parts, file, class_names);
    for (const char* part : kParts)
      if (parts.contains(part) && parts.at(part).empty())
        throw DataError(file, "",
                        fmt::format("has too few rows for {}: the {} split would be "
                                    "empty",
                                    describe_division(config), part));
  }
  if (!parts.contains("train") && !config.has("data.profile")) return parts;
  const Pool training(sets, draws_from_all(config)
                                ? std::vector<std::string>{"train", "val", "test"}
                                : std::vector<std::string>{"train"});
  if (!parts.contains("train")) parts["train"] = training.originals();
  if (config.has("data.profile"))
    parts["train"] = thinned_places(config, training, parts["train"], class_names);
  parts["train"] = training.with_synthetic(std::move(parts["train"]));
  return parts;
}

std::string drawn_key(const std::string& part, const Places& places,
                      const std::map<std::string, SetRows>& sets,
                      const std::map<std::string, std::string>& heads,
                      const std::vector<std::string>& class_names) {
  // Place of every row among the originals of its set; of a synthetic row, that of its source.
  std::map<std::string, std::vector<std::int64_t>> numbers;
  for (const auto& [name, rows] : sets) {
    std::vector<std::int64_t>& own = numbers[name];
    std::int64_t originals = 0;
    for (std::size_t row = 0; row < rows.labels.size(); ++row)
      own.push_back(is_original(rows, row) ? originals++ : -1);
  }
  Sha256 hash;
  const nlohmann::json head = {"rows 1", part, heads, class_names};
  hash.update(json_text(head));
  for (const Place& place : places) {
    auto row = static_cast<std::size_t>(place.row);
    const SetRows& rows = sets.at(place.set);
    if (!is_original(rows, row)) row = static_cast<std::size_t>(rows.source[row]);
    hash.update(fmt::format("{} {};", place.set, numbers.at(place.set)[row]));
  }
  return hash.hex();
}

std::string describe_redraw(const specs::Config& config) {
  std::string text = describe_division(config);
  if (config.has("data.profile"))
    text += fmt::format("{}profile {}, seed {}", text.empty() ? "" : "; ",
                        text_of(config, "data.profile"), config.integer_or("data.profile_seed", 0));
  return text;
}

}  // namespace ratbench::corpus
