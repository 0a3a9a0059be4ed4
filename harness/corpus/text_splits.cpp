#include "harness/corpus/text_splits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "harness/corpus/abex_rat.hpp"
#include "harness/corpus/draw.hpp"
#include "harness/corpus/eda.hpp"
#include "harness/corpus/folder_releases.hpp"
#include "harness/corpus/iob.hpp"
#include "harness/corpus/synthetic_reports.hpp"
#include "harness/corpus/text_file.hpp"
#include "src/base/error.hpp"
#include "src/base/file_identity.hpp"
#include "src/base/sha256.hpp"

namespace ratbench::corpus {
namespace {

namespace fs = std::filesystem;
constexpr const char* kSplitNames[] = {"train", "val", "test"};
constexpr const char* kHelp = "docs/data.md says where each data set is had and how to name it";

[[noreturn]] void refuse_setting(const std::string& pointer, const std::string& problem) {
  throw SpecError("configuration", pointer, problem);
}

TextSplits generated_texts(const specs::Config& config) {
  for (const std::string split : kSplitNames)
    if (config.has("data." + split))
      refuse_setting("/data/" + split, "the built-in synthetic_reports read no file; leave it out");
  SyntheticCorpus corpus = synthetic_reports();
  TextSplits splits;
  splits["train"].reports = std::move(corpus.train);
  splits["val"].reports = std::move(corpus.val);
  splits["test"].reports = std::move(corpus.test);
  for (auto& [name, split] : splits) {
    split.origin = "built-in synthetic_reports, " + name;
    split.sha256 = reports_sha256(split.reports);
  }
  return splits;
}

TextFields fields_of(const specs::Config& config) {
  TextFields fields;
  fields.text = config.text_or("data.fields.text", "text");
  fields.label = config.text_or("data.fields.label", "label");
  fields.several_labels = task_of(config) == data::Task::kMultilabel;
  if (const std::string key = config.text_or("data.fields.arguments", "none"); key != "none")
    fields.arguments = key;
  if (config.text_or("data.format", "") == "pairs") {
    fields.text = config.text_or("data.fields.question", "question");
    fields.answer = config.text_or("data.fields.answer", "answer");
  }
  return fields;
}

TextSplits folder_texts(const specs::Config& config, const std::string& release) {
  if (!config.has("data.train"))
    refuse_setting("/data/train", fmt::format("no folder is given; {}", kHelp));
  const fs::path folder = config.text("data.train");
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw DataError(folder.string(), "", fmt::format("is no folder (data.train); {}", kHelp));
  std::map<std::string, std::vector<Report>> reports;
  if (release == "nlupp") {
    reports["train"] = read_nlupp(folder);
  } else {
    reports = read_mentalqa(folder, fields_of(config).label);
  }
  TextSplits splits;
  for (auto& [name, rows] : reports)
    splits[name] = {folder.string() + (reports.size() > 1 ? ", " + name : ""), "", std::move(rows)};
  return splits;
}

std::vector<Report> file_texts(const specs::Config& config, const fs::path& path) {
  const std::string format = config.text("data.format");
  if (format == "iob") return read_iob(path);
  const TextFields fields = fields_of(config);
  if (format == "jsonl") return read_texts(path, TextFormat::kJsonLines, fields);
  const std::string ending = path.extension();
  if (ending != ".csv" && ending != ".tsv")
    throw DataError(path.string(), "",
                    "ends in neither .csv nor .tsv, which says how its columns are told apart");
  return read_texts(path, ending == ".csv" ? TextFormat::kCsv : TextFormat::kTsv, fields);
}

// `data.train_rows` and the like; the hash then names the rows that are left.
void keep_first_rows(const specs::Config& config, TextSplits& splits) {
  for (auto& [name, split] : splits) {
    const std::string path = fmt::format("data.{}_rows", name);
    if (!config.has(path)) continue;
    const auto rows = static_cast<std::size_t>(config.integer(path));
    if (rows > split.reports.size())
      refuse_setting("/data/" + name + "_rows",
                     fmt::format("found {}, allowed is at most {}: the rows of {}", rows,
                                 split.reports.size(), split.origin));
    split.reports.resize(rows);
  }
}

// More would fill 8 GB of hashed features.
constexpr std::int64_t kMostMadeTexts = 500'000;

void augment(const specs::Config& config, TextSplit& training) {
  const EdaParameters parameters = eda_parameters(config);
  const auto originals = std::count_if(training.reports.begin(), training.reports.end(),
                                       [](const Report& report) { return report.aug_index == 0; });
  if (parameters.lambda > kMostMadeTexts / std::max<std::int64_t>(originals, 1))
    refuse_setting("/augmentation/lambda",
                   fmt::format("found {} with {} training originals, allowed are at most {} made "
                               "texts",
                               parameters.lambda, originals, kMostMadeTexts));
  training.reports = with_edits(std::move(training.reports), parameters);
  training.sha256 = sha256_hex(fmt::format("{} {}", training.sha256, parameters.text()));
}

}  // namespace

data::Task task_of(const specs::Config& config) {
  return data::find_task(config.text_or("task", "classification")).value();
}

std::map<std::string, fs::path> split_paths(const specs::Config& config) {
  std::map<std::string, fs::path> paths;
  const std::string drawn = config.text_or("data.split.name", "given");
  const bool test_stays = drawn == "val_from_train" || drawn == "val_from_test";
  for (const std::string split : kSplitNames) {
    const bool spare = split == "val" ? draws_splits(config)
                                      : split == "test" && draws_splits(config) && !test_stays;
    if (spare && !config.has("data." + split)) continue;
    if (!config.has("data." + split))
      refuse_setting("/data/" + split, "no file is given for this split; " + std::string(kHelp));
    const fs::path path = config.text("data." + split);
    std::error_code error;
    if (!fs::exists(path, error))
      throw DataError(path.string(), "", "there is no such file (data." + split + "); " + kHelp);
    paths[split] = path;
  }
  return paths;
}

std::string remembered_sha256(const fs::path& path) {
  static std::mutex mutex;
  static std::map<FileIdentity, std::string> known;
  const FileIdentity identity = file_identity(path);
  {
    const std::lock_guard lock(mutex);
    if (const auto found = known.find(identity); found != known.end()) return found->second;
  }
  std::string hash = sha256_file(path);
  const std::lock_guard lock(mutex);
  return known.emplace(identity, std::move(hash)).first->second;
}

std::string reports_sha256(const std::vector<Report>& reports) {
  Sha256 hash;
  const auto add = [&hash](char kind, const std::string& text) {
    hash.update(fmt::format("{}{}:{}", kind, text.size(), text));
  };
  for (const Report& report : reports) {
    hash.update(fmt::format("{}:{}{}:{}{},{};", report.text.size(), report.text,
                            report.label.size(), report.label, report.source, report.aug_index));
    if (!report.answer.empty()) add('a', report.answer);
    for (const std::string& label : report.labels) add('l', label);
    for (const std::string& word : report.words) add('w', word);
    for (const std::string& tag : report.tags) add('t', tag);
  }
  return hash.hex();
}

TextSplits read_text_splits(const specs::Config& config) {
  const std::string release = config.text_or("data.release", "none");
  if (release == "synthetic_reports") return generated_texts(config);
  TextSplits splits;
  if (release == "nlupp" || release == "mentalqa") {
    splits = folder_texts(config, release);
  } else {
    for (const auto& [name, path] : split_paths(config)) {
      if (path.extension() == ".safetensors")
        throw DataError(path.string(), "",
                        fmt::format("is a file of features, but data.format is {}: data.{} must "
                                    "name a file of texts",
                                    config.text("data.format"), name));
      if (release == "abex_rat")
        splits[name] = {path.string(), remembered_sha256(path), read_abex_rat(path)};
      else
        splits[name] = {path.string(), "", file_texts(config, path)};
    }
  }
  keep_first_rows(config, splits);
  // Fields and rows of a file are chosen; what was chosen is what the hash names.
  for (auto& [name, split] : splits)
    if (split.sha256.empty()) split.sha256 = reports_sha256(split.reports);
  return splits;
}

void augment_texts(const specs::Config& config, TextSplits& splits) {
  if (config.text_or("augmentation.name", "none") != "eda") return;
  for (auto& [name, split] : splits)
    if (name == "train" || draws_from_all(config)) augment(config, split);
}

}  // namespace ratbench::corpus
