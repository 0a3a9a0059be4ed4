#include "harness/corpus/prepare.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <tuple>

#include "harness/corpus/abex_rat.hpp"
#include "harness/corpus/eda.hpp"
#include "harness/corpus/feature_cache.hpp"
#include "harness/corpus/redraw.hpp"
#include "harness/corpus/synthetic_reports.hpp"
#include "src/base/error.hpp"
#include "src/base/sha256.hpp"
#include "src/data/features.hpp"

namespace ratbench::corpus {
namespace {

namespace fs = std::filesystem;
constexpr const char* kSplits[] = {"train", "val", "test"};
constexpr const char* kHelp = "docs/data.md says where each data set is had and how to name it";

[[noreturn]] void refuse(const std::string& pointer, const std::string& problem) {
  throw SpecError("configuration", pointer, problem);
}

// Splits that are drawn anew need no file but that of training.
std::map<std::string, fs::path> split_paths(const specs::Config& config) {
  std::map<std::string, fs::path> paths;
  for (const std::string split : kSplits) {
    if (draws_splits(config) && split != "train" && !config.has("data." + split)) continue;
    if (!config.has("data." + split))
      refuse("/data/" + split, "no file is given for this split; " + std::string(kHelp));
    const fs::path path = config.text("data." + split);
    std::error_code error;
    if (!fs::exists(path, error))
      throw DataError(path.string(), "", "there is no such file (data." + split + "); " + kHelp);
    paths[split] = path;
  }
  return paths;
}

// A file's hash, remembered while size, times and inode stay the same.
std::string remembered_sha256(const fs::path& path) {
  static std::mutex mutex;
  using Identity = std::tuple<std::string, dev_t, ino_t, off_t, time_t, long>;
  static std::map<Identity, std::string> known;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw DataError(path.string(), "", "cannot be examined");
  const Identity identity{path.string(),  status.st_dev,         status.st_ino,
                          status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  {
    const std::lock_guard lock(mutex);
    if (const auto found = known.find(identity); found != known.end()) return found->second;
  }
  std::string hash = sha256_file(path);
  const std::lock_guard lock(mutex);
  return known.emplace(identity, std::move(hash)).first->second;
}

// Texts of one split and the name and hash of where they come from.
struct TextSplit {
  std::string origin;
  std::string sha256;
  std::vector<Report> reports;
};

std::string reports_sha256(const std::vector<Report>& reports) {
  Sha256 hash;
  for (const Report& report : reports)
    hash.update(fmt::format("{}:{}{}:{}{},{};", report.text.size(), report.text,
                            report.label.size(), report.label, report.source, report.aug_index));
  return hash.hex();
}

std::map<std::string, TextSplit> read_texts(const specs::Config& config) {
  const std::string release = config.text_or("data.release", "");
  std::map<std::string, TextSplit> splits;
  if (release == "synthetic_reports") {
    for (const std::string split : kSplits)
      if (config.has("data." + split))
        refuse("/data/" + split, "the built-in synthetic_reports read no file; leave it out");
    SyntheticCorpus corpus = synthetic_reports();
    splits["train"].reports = std::move(corpus.train);
    splits["val"].reports = std::move(corpus.val);
    splits["test"].reports = std::move(corpus.test);
    for (auto& [name, split] : splits) {
      split.origin = "built-in synthetic_reports, " + name;
      split.sha256 = reports_sha256(split.reports);
    }
    return splits;
  }
  if (release != "abex_rat")
    refuse("/data/release",
           fmt::format("found {}; texts are read from the releases abex_rat and synthetic_reports",
                       release.empty() ? "nothing" : "\"" + release + "\""));
  for (const auto& [name, path] : split_paths(config))
    splits[name] = {path.string(), remembered_sha256(path), read_abex_rat(path)};
  return splits;
}

// More would fill 8 GB of hashed features.
constexpr std::int64_t kMostMadeTexts = 500'000;

// Augmentations of texts change the training split, and no other.
void augment_texts(const specs::Config& config, TextSplit& training) {
  if (config.text_or("augmentation.name", "none") != "eda") return;
  const EdaParameters parameters = eda_parameters(config);
  const auto originals = std::count_if(training.reports.begin(), training.reports.end(),
                                       [](const Report& report) { return report.aug_index == 0; });
  if (parameters.lambda > kMostMadeTexts / std::max<std::int64_t>(originals, 1))
    refuse("/augmentation/lambda",
           fmt::format("found {} with {} training originals, allowed are at most {} made texts",
                       parameters.lambda, originals, kMostMadeTexts));
  training.reports = with_edits(std::move(training.reports), parameters);
  training.sha256 = sha256_hex(fmt::format("{} {}", training.sha256, parameters.text()));
}

// Alphabetical; the originals that may train alone define the classes.
std::vector<std::string> class_names_of(const specs::Config& config,
                                        const std::map<std::string, TextSplit>& splits) {
  std::set<std::string> names;
  for (const auto& [split, texts] : splits)
    for (const Report& report : texts.reports)
      if (report.aug_index == 0 && (split == "train" || draws_splits(config)))
        names.insert(report.label);
  for (const auto& [split, texts] : splits)
    for (std::size_t row = 0; row < texts.reports.size(); ++row)
      if (!names.contains(texts.reports[row].label))
        throw DataError(
            texts.origin, "record " + std::to_string(row),
            "class \"" + texts.reports[row].label + "\" has no original in the training split");
  if (names.size() < 2)
    throw DataError(splits.at("train").origin, "", "holds a single class; at least two are needed");
  return {names.begin(), names.end()};
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
                          const EncoderFactory& encoders) {
  const std::unique_ptr<TextEncoder> encoder = encoders(config);
  auto texts = read_texts(config);
  const auto class_names = class_names_of(config, texts);
  GivenSplits given;
  for (auto& [split, text] : texts) {
    given.originals_sha256[split] = text.sha256;
    // Any original may come to train when the splits are drawn.
    if (split == "train" || draws_splits(config)) augment_texts(config, text);
    const CacheEntry entry{split, text.sha256, encoder->identity(), class_names};
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

std::vector<ClassSupply> supply_of(const data::FeatureSet& train) {
  std::vector<ClassSupply> supply(train.class_names().size());
  std::set<std::int64_t> sources;
  for (std::int64_t row = 0; row < train.rows(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    ClassSupply& of_class = supply[static_cast<std::size_t>(train.labels()[at])];
    const std::int64_t index = train.aug_index_of(row);
    if (index == 0) {
      ++of_class.originals;
      continue;
    }
    ++of_class.synthetic;
    of_class.max_index = std::max(of_class.max_index, index);
    if (sources.insert(train.source()[at]).second) ++of_class.sources;
  }
  return supply;
}

}  // namespace

std::vector<std::int64_t> PreparedData::realised_counts(std::int64_t lambda) const {
  std::vector<std::int64_t> counts(class_names.size(), 0);
  const auto& train = labels.at("train");
  for (std::size_t row = 0; row < train.size(); ++row)
    if (train_aug_index[row] <= lambda) ++counts[static_cast<std::size_t>(train[row])];
  return counts;
}

PreparedData prepare(const specs::Config& config, const std::filesystem::path& cache_dir,
                     const EncoderFactory& encoders) {
  PreparedData prepared;
  const std::string format = config.text_or("data.format", "features");
  if (format != "features" && format != "text")
    refuse("/data/format", "found \"" + format + "\"; features and text can be read");
  GivenSplits given =
      format == "features" ? feature_files(config) : encoded_texts(config, cache_dir, encoders);
  if (redraws(config)) given = redrawn(config, std::move(given), fs::absolute(cache_dir));
  const FeatureSets& sets = given.sets;
  prepared.files = given.files;
  prepared.drawn = describe_redraw(config);
  const data::FeatureSet& train = sets.at("train");
  data::check_splits(train, sets.at("val"), sets.at("test"));
  prepared.class_names = train.class_names();
  prepared.dim = train.dim();
  check_minority(config, prepared.class_names);
  for (const auto& [split, set] : sets)
    prepared.labels[split].assign(set.labels().begin(), set.labels().end());
  for (std::int64_t row = 0; row < train.rows(); ++row)
    prepared.train_aug_index.push_back(static_cast<std::int32_t>(train.aug_index_of(row)));
  prepared.supply = supply_of(train);
  return prepared;
}

}  // namespace ratbench::corpus
