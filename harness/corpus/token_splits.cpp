#include "harness/corpus/token_splits.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/corpus/cached_file.hpp"
#include "harness/corpus/class_list.hpp"
#include "harness/corpus/draw.hpp"
#include "harness/corpus/relation_texts.hpp"
#include "harness/corpus/text_splits.hpp"
#include "harness/corpus/tokens.hpp"
#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/base/sha256.hpp"
#include "src/data/content.hpp"
#include "src/data/model_folder.hpp"
#include "src/data/weight_files.hpp"
#include "src/text/tokenizer.hpp"

namespace ratbench::corpus {
namespace {

namespace fs = std::filesystem;

// The folder of the model, what of it matters, and its tokenizer once it is needed.
struct Model {
  fs::path folder;
  std::string sha256;
  std::unique_ptr<text::Tokenizer> tokenizer;

  const text::Tokenizer& loaded() {
    if (tokenizer == nullptr)
      tokenizer = std::make_unique<text::Tokenizer>(text::Tokenizer::load(folder));
    return *tokenizer;
  }
};

Model model_of(const specs::Config& config) {
  if (!config.has("model.path"))
    throw SpecError("configuration", "/model/path",
                    "the model needs the folder of a BERT, or minilm for the one that run.sh "
                    "fetches");
  Model model;
  model.folder = data::model_folder(config.text("model.path"));
  data::open_weight_files(model.folder);  // damage is told before a run is registered
  model.sha256 = data::model_sha256(model.folder);
  return model;
}

TokenSetting setting_of(const specs::Config& config, const Model& model) {
  TokenSetting setting;
  const std::size_t positions = data::model_positions(model.folder);
  setting.max_length = static_cast<std::size_t>(
      config.integer_or("model.max_length", static_cast<long long>(positions)));
  if (setting.max_length > positions)
    throw SpecError("configuration", "/model/max_length",
                    fmt::format("found {}, allowed is at most {}: the positions of the model in {}",
                                setting.max_length, positions, model.folder.string()));
  setting.head_tail = config.text_or("data.truncation", "head") == "head_tail";
  setting.markers = config.text_or("model.head", "cls") == "entity_pair";
  return setting;
}

std::map<std::string, SetRows> rows_of(const TextSplits& splits, data::Task task,
                                       const std::vector<std::string>& class_names) {
  const bool classes = task == data::Task::kClassification || task == data::Task::kRelation;
  std::map<std::string, SetRows> rows;
  for (const auto& [name, split] : splits) {
    SetRows& own = rows[name];
    own.file = split.origin;
    for (const Report& report : split.reports) {
      own.labels.push_back(classes ? static_cast<std::int32_t>(index_of(report.label, class_names))
                                   : 0);
      own.source.push_back(report.source);
      own.aug_index.push_back(report.aug_index);
    }
  }
  return rows;
}

// The file or files that the rows are from.
std::string origin_of(const TextSplits& splits, const Places& places) {
  std::vector<std::string> origins;
  for (const auto& split : splits)
    if (std::any_of(places.begin(), places.end(),
                    [&](const Place& place) { return place.set == split.first; }))
      origins.push_back(split.second.origin);
  return fmt::format("{}{}", fmt::join(origins, " and "), origins.size() > 1 ? ", as drawn" : "");
}

std::vector<Report> reports_of(const TextSplits& splits, const Places& places) {
  std::vector<Report> reports;
  std::map<Place, std::int64_t> new_rows;
  bool several_files = false;
  for (const Place& place : places) {
    Report report = splits.at(place.set).reports[static_cast<std::size_t>(place.row)];
    if (report.aug_index != 0) report.source = new_rows.at({place.set, report.source});
    new_rows.emplace(place, static_cast<std::int64_t>(reports.size()));
    if (place.set != places.front().set) several_files = true;
    reports.push_back(std::move(report));
  }
  // A line says nothing without its file.
  if (several_files)
    for (Report& report : reports) report.line = 0;
  return reports;
}

TextSplits drawn_texts(const specs::Config& config, TextSplits splits, data::Task task,
                       const std::vector<std::string>& class_names) {
  const bool classes = task == data::Task::kClassification || task == data::Task::kRelation;
  const auto parts = draw_rows(config, rows_of(splits, task, class_names),
                               classes ? class_names : std::vector<std::string>());
  TextSplits drawn;
  for (const auto& [part, places] : parts)
    drawn[part] = {origin_of(splits, places), "", reports_of(splits, places)};
  for (auto& [name, split] : splits)
    if (!drawn.contains(name)) drawn[name] = std::move(split);
  return drawn;
}

struct CachedTokens {
  fs::path path;
  data::TokenSet tokens;
};

constexpr const char* kTruncated = "truncated";
constexpr const char* kLostArguments = "lost_arguments";

std::optional<data::TokenSet> load_tokens(const fs::path& path, const std::string& key) {
  try {
    auto file = stored_file(path, key);
    if (!file) return std::nullopt;
    data::TokenSet set = data::TokenSet::from(std::move(*file));
    // Files of earlier programs do not count what relations lost.
    if (set.task() == data::Task::kRelation && set.metadata(kLostArguments).empty())
      return std::nullopt;
    return set;
  } catch (const DataError&) {
    // Damaged: made again by the caller.
  }
  return std::nullopt;
}

std::map<std::string, std::string> metadata_of(const std::string& key, const std::string& split,
                                               data::Task task, const TokenCounts& counts) {
  std::map<std::string, std::string> metadata = {
      {data::kCacheKey, key}, {"split", split}, {kTruncated, std::to_string(counts.truncated)}};
  if (task == data::Task::kRelation)
    metadata[kLostArguments] = std::to_string(counts.lost_arguments);
  return metadata;
}

// "" when all texts are whole.
std::string truncation_remark(const std::string& split, const data::TokenSet& set,
                              std::size_t max_length) {
  const std::string truncated = set.metadata(kTruncated);
  if (truncated == "0") return "";
  const std::string lost = set.metadata(kLostArguments);
  return fmt::format(
      "{}: {} of {} texts are longer than {} tokens and were truncated{}", split, truncated,
      set.rows(), max_length,
      lost.empty() || lost == "0"
          ? ""
          : fmt::format(", of which {} lost a marked argument or a part of one", lost));
}

}  // namespace

bool reads_tokens(const specs::Config& config) {
  const std::string model = config.text_or("model.name", "mlp");
  return model == "bert" || (model == "prior" && config.has("model.path") &&
                             config.text_or("encoder.name", "none") == "none" &&
                             config.text_or("data.format", "features") != "features");
}

TokenSplits tokenized_texts(const specs::Config& config, const fs::path& cache_dir) {
  Model model = model_of(config);
  const TokenSetting setting = setting_of(config, model);
  const data::Task task = task_of(config);
  TextSplits splits = read_text_splits(config);
  TokenSplits result;
  if (task == data::Task::kRelation) result.remarks = check_arguments(splits);
  const auto class_names = class_list(task, splits, draws_from_all(config));
  augment_texts(config, splits);
  if (redraws(config)) splits = drawn_texts(config, std::move(splits), task, class_names);
  for (const auto& [split, texts] : splits) {
    const nlohmann::json parts = {"tokens 1",
                                  split,
                                  reports_sha256(texts.reports),
                                  data::task_name(task),
                                  model.sha256,
                                  setting.text(),
                                  class_names};
    const std::string key = sha256_hex(json_text(parts));
    const fs::path path = cache_dir / (split + "-" + key.substr(0, 32) + ".safetensors");
    std::optional<data::TokenSet> set = load_tokens(path, key);
    if (!set) {
      TokenCounts counts;
      const data::TokenColumns columns = tokenized(texts.reports, task, class_names, setting,
                                                   model.loaded(), texts.origin, counts);
      data::write_tokens(path, columns, metadata_of(key, split, task, counts));
      set = data::TokenSet::open(path);
    }
    if (std::string remark = truncation_remark(split, *set, setting.max_length); !remark.empty())
      result.remarks.push_back(std::move(remark));
    result.files.paths[split] = path.string();
    result.files.sha256[split] = key;
    result.sets.emplace(split, std::move(*set));
  }
  if (config.text_or("model.name", "") == "bert") {
    result.files.paths["model"] = model.folder.string();
    result.files.sha256["model"] = model.sha256;
  }
  return result;
}

}  // namespace ratbench::corpus
