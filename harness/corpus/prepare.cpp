#include "harness/corpus/prepare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <span>

#include "harness/corpus/class_list.hpp"
#include "harness/corpus/feature_cache.hpp"
#include "harness/corpus/redraw.hpp"
#include "harness/corpus/relation_texts.hpp"
#include "harness/corpus/text_splits.hpp"
#include "harness/corpus/token_splits.hpp"
#include "src/base/error.hpp"
#include "src/base/sha256.hpp"
#include "src/data/features.hpp"
#include "src/data/mapped_file.hpp"
#include "src/metrics/hierarchy.hpp"
#include "src/specs/names.hpp"

namespace ratbench::corpus {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& pointer, const std::string& problem) {
  throw SpecError("configuration", pointer, problem);
}

GivenSplits feature_files(const specs::Config& config) {
  if (const std::string encoder = config.text_or("encoder.name", "none"); encoder != "none")
    refuse("/encoder/name", "found \"" + encoder + "\"; features need no encoder, allowed is none");
  GivenSplits given;
  for (const auto& [split, path] : split_paths(config)) {
    given.sets.emplace(split, data::FeatureSet::open(path));
    given.files.paths[split] = fs::absolute(path).string();
    given.files.sha256[split] = remembered_sha256(path);
  }
  given.originals_sha256 = given.files.sha256;
  return given;
}

GivenSplits encoded_texts(const specs::Config& config, const fs::path& cache_dir,
                          const EncoderFactory& encoders, std::vector<std::string>& remarks) {
  const std::unique_ptr<TextEncoder> encoder = encoders(config);
  const data::Task task = task_of(config);
  TextSplits texts = read_text_splits(config);
  if (task == data::Task::kRelation) remarks = check_arguments(texts);
  const auto class_names = class_list(task, texts, draws_from_all(config));
  GivenSplits given;
  for (const auto& [split, text] : texts) given.originals_sha256[split] = text.sha256;
  augment_texts(config, texts);
  for (const auto& [split, text] : texts) {
    const CacheEntry entry{split, text.sha256, encoder->identity(), class_names, task};
    CachedFeatures cached = cached_features(fs::absolute(cache_dir), entry, text.reports, *encoder);
    given.files.paths[split] = cached.path.string();
    given.files.sha256[split] = entry.key();
    given.sets.emplace(split, std::move(cached.features));
  }
  return given;
}

void check_minority(const specs::Config& config, const std::vector<std::string>& class_names) {
  if (!config.has("data.minority_classes")) return;
  for (const std::string& name : config.texts("data.minority_classes"))
    if (std::find(class_names.begin(), class_names.end(), name) == class_names.end())
      refuse("/data/minority_classes",
             fmt::format("found \"{}\", which is no class of the data; there are: {}", name,
                         fmt::join(class_names, "; ")));
}

void check_named(const specs::Config& config, const char* path, const char* pointer,
                 const std::vector<std::string>& class_names) {
  if (!config.has(path)) return;
  const std::string& name = config.text(path);
  if (std::find(class_names.begin(), class_names.end(), name) != class_names.end()) return;
  refuse(pointer, fmt::format("found \"{}\", which is no class of the data; there are: {}", name,
                              fmt::join(class_names, "; ")));
}

// What every class has in the training split; `source` as in the files.
std::vector<ClassSupply> supply_of(const PreparedData& data, std::span<const std::int64_t> source) {
  std::vector<ClassSupply> supply(data.class_names.size());
  const auto& labels = data.labels.at("train");
  const auto starts = data.row_starts.find("train");
  std::set<std::int64_t> sources;
  for (std::size_t row = 0; row < data.train_aug_index.size(); ++row) {
    const auto begin =
        starts == data.row_starts.end() ? row : static_cast<std::size_t>(starts->second[row]);
    const auto end = starts == data.row_starts.end()
                         ? row + 1
                         : static_cast<std::size_t>(starts->second[row + 1]);
    const std::int64_t index = data.train_aug_index[row];
    const bool first = index != 0 && sources.insert(source[row]).second;
    for (std::size_t unit = begin; unit < end; ++unit) {
      if (data.task == "multilabel" && labels[unit] == 0) continue;
      ClassSupply& of_class =
          supply[data.task == "multilabel" ? unit - begin : static_cast<std::size_t>(labels[unit])];
      if (index == 0) {
        ++of_class.originals;
        continue;
      }
      ++of_class.synthetic;
      of_class.max_index = std::max(of_class.max_index, index);
      if (first) ++of_class.sources;
    }
  }
  return supply;
}

void fill_from_features(const specs::Config& config, const fs::path& cache_dir,
                        const EncoderFactory& encoders, PreparedData& prepared) {
  GivenSplits given = config.text_or("data.format", "features") == "features"
                          ? feature_files(config)
                          : encoded_texts(config, cache_dir, encoders, prepared.remarks);
  if (redraws(config)) given = redrawn(config, std::move(given), fs::absolute(cache_dir));
  const FeatureSets& sets = given.sets;
  prepared.files = given.files;
  const data::FeatureSet& train = sets.at("train");
  if ((train.task() == data::Task::kMultilabel) != (prepared.task == "multilabel"))
    refuse("/task", fmt::format("found {}, the features are labelled for task {}", prepared.task,
                                data::task_name(train.task())));
  data::check_splits(train, sets.at("val"), sets.at("test"));
  prepared.class_names = train.class_names();
  prepared.dim = train.dim();
  for (const auto& [split, set] : sets) {
    auto& labels = prepared.labels[split];
    labels.assign(set.labels().begin(), set.labels().end());
    if (prepared.task != "multilabel") continue;
    labels.assign(set.flags().begin(), set.flags().end());
    for (std::int64_t row = 0; row <= set.rows(); ++row)
      prepared.row_starts[split].push_back(row *
                                           static_cast<std::int64_t>(prepared.class_names.size()));
  }
  for (std::int64_t row = 0; row < train.rows(); ++row)
    prepared.train_aug_index.push_back(static_cast<std::int32_t>(train.aug_index_of(row)));
  prepared.supply = supply_of(prepared, train.source());
}

void fill_from_tokens(const specs::Config& config, const fs::path& cache_dir,
                      PreparedData& prepared) {
  const TokenSplits tokens = tokenized_texts(config, fs::absolute(cache_dir));
  const data::TokenSet& train = tokens.sets.at("train");
  data::check_splits(train, tokens.sets.at("val"), tokens.sets.at("test"));
  prepared.files = tokens.files;
  prepared.remarks = tokens.remarks;
  prepared.class_names = train.class_names();
  const bool rows_are_units = prepared.task == "classification" || prepared.task == "relation";
  for (const auto& [split, set] : tokens.sets) {
    prepared.labels[split] = set.unit_labels();
    if (!rows_are_units) prepared.row_starts[split] = set.row_units();
  }
  for (std::int64_t row = 0; row < train.rows(); ++row)
    prepared.train_aug_index.push_back(static_cast<std::int32_t>(train.aug_index_of(row)));
  prepared.supply = supply_of(prepared, train.source());
}

// Where the tree and the classes do not meet.
std::vector<std::string> tree_remarks(const std::string& file, const metrics::Hierarchy& tree,
                                      const std::vector<std::string>& class_names) {
  const std::set<std::string> classes(class_names.begin(), class_names.end());
  std::set<std::string> inner;
  for (const auto& [child, parent] : tree) inner.insert(parent);
  std::vector<std::string> alone, above, unknown;
  for (const std::string& name : class_names) {
    if (!tree.contains(name) && !inner.contains(name)) alone.push_back(name);
    if (inner.contains(name)) above.push_back(name);
  }
  for (const auto& [child, parent] : tree)
    if (!inner.contains(child) && !classes.contains(child)) unknown.push_back(child);
  std::vector<std::string> remarks;
  const auto add = [&](const char* says, const std::vector<std::string>& names) {
    if (!names.empty())
      remarks.push_back(fmt::format("{} {}: {}", file, says, fmt::join(names, "; ")));
  };
  add("says of these classes not what they belong to, so each stands alone", alone);
  add("has these leaves, which are no classes of the data and change nothing", unknown);
  add("puts these classes above others, so that each is partly right where one below it is meant",
      above);
  return remarks;
}

// Scores depend on the tree as on the labels, so another tree makes other data.
void add_hierarchy(const specs::Config& config, PreparedData& prepared) {
  if (!config.has("data.hierarchy")) return;
  const fs::path path = config.text("data.hierarchy");
  const data::MappedFile file = data::MappedFile::open(path);
  const auto bytes = file.bytes();
  prepared.hierarchy = metrics::parse_hierarchy(
      {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
  prepared.files.paths["hierarchy"] = path.string();
  prepared.files.sha256["hierarchy"] = sha256_hex(metrics::hierarchy_to_json(prepared.hierarchy));
  for (std::string& remark : tree_remarks(path.string(), prepared.hierarchy, prepared.class_names))
    prepared.remarks.push_back(std::move(remark));
}

}  // namespace

std::int64_t PreparedData::rows(const std::string& split) const {
  const auto starts = row_starts.find(split);
  return static_cast<std::int64_t>(starts == row_starts.end() ? labels.at(split).size()
                                                              : starts->second.size() - 1);
}

std::int64_t PreparedData::training_rows(std::int64_t lambda) const {
  return std::count_if(train_aug_index.begin(), train_aug_index.end(),
                       [&](std::int32_t index) { return index <= lambda; });
}

std::vector<std::int64_t> PreparedData::realised_counts(std::int64_t lambda) const {
  std::vector<std::int64_t> counts(class_names.size(), 0);
  if (row_starts.contains("train")) {  // these tasks have no synthetic rows
    for (std::size_t label = 0; label < counts.size(); ++label)
      counts[label] = supply[label].originals;
    return counts;
  }
  const auto& train = labels.at("train");
  for (std::size_t row = 0; row < train.size(); ++row)
    if (train_aug_index[row] <= lambda) ++counts[static_cast<std::size_t>(train[row])];
  return counts;
}

std::vector<std::int64_t> PreparedData::realised_counts(std::string_view augmentation,
                                                        std::int64_t lambda) const {
  const specs::Growth growth = specs::growth_of(augmentation);
  if (growth == specs::Growth::kOfData) return realised_counts(lambda);
  std::vector<std::int64_t> counts = realised_counts(0);
  const std::int64_t largest = *std::max_element(counts.begin(), counts.end());
  for (std::int64_t& count : counts) {
    const std::int64_t grown = count + lambda * count;
    count = growth == specs::Growth::kBalanced ? std::min(largest, grown) : grown;
  }
  return counts;
}

PreparedData prepare(const specs::Config& config, const std::filesystem::path& cache_dir,
                     const EncoderFactory& encoders) {
  PreparedData prepared;
  prepared.task = data::task_name(task_of(config));
  prepared.drawn = describe_redraw(config);
  if (reads_tokens(config)) {
    fill_from_tokens(config, cache_dir, prepared);
  } else {
    fill_from_features(config, cache_dir, encoders, prepared);
  }
  add_hierarchy(config, prepared);
  check_minority(config, prepared.class_names);
  check_named(config, "data.negative_class", "/data/negative_class", prepared.class_names);
  return prepared;
}

}  // namespace ratbench::corpus
