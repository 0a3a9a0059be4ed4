#include "harness/embed/text_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/data/bert_architecture.hpp"
#include "src/data/mapped_file.hpp"
#include "src/data/model_folder.hpp"

namespace ratbench::embed {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

Json read_json(const fs::path& file) {
  try {
    return json_from(data::MappedFile::open(file).text());
  } catch (const Json::parse_error& error) {
    throw DataError(file.string(), "byte " + std::to_string(error.byte), "is not valid JSON");
  }
}

std::size_t count_at(const Json& json, const fs::path& file, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  if (!json.is_object() || found == json.end())
    throw DataError(file.string(), std::string("/") + key,
                    "is missing; it must be a positive integer");
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() == 0)
    throw DataError(file.string(), std::string("/") + key,
                    "found " + json_text(*found) + "; it must be a positive integer");
  return found->get<std::size_t>();
}

// sentence-transformers lists the steps after the encoder; one of them may scale to length 1. Any
// other, a dense layer say, would be missing from our vectors.
bool normalizes(const fs::path& folder) {
  const fs::path file = folder / "modules.json";
  if (!fs::exists(file)) return false;
  const Json modules = read_json(file);
  bool found = false;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    const Json& module = modules.is_array() ? modules[i] : Json();
    const auto type = module.is_object() ? module.find("type") : module.end();
    const std::string name = module.is_object() && type != module.end() && type->is_string()
                                 ? type->get<std::string>()
                                 : "";
    const std::string step = name.substr(name.rfind('.') + 1);
    if (step != "Transformer" && step != "Pooling" && step != "Normalize")
      throw DataError(file.string(), fmt::format("/{}/type", i),
                      fmt::format("found \"{}\"; of the steps of sentence-transformers, "
                                  "Transformer, Pooling and Normalize are known",
                                  name));
    found = found || step == "Normalize";
  }
  return found;
}

// "" when the folder does not say, or says something else than we can do.
std::string pooling_of(const fs::path& folder) {
  const fs::path file = folder / "1_Pooling" / "config.json";
  if (!fs::exists(file)) return "";
  const Json settings = read_json(file);
  for (const auto& [key, name] :
       {std::pair{"pooling_mode_mean_tokens", "mean"}, std::pair{"pooling_mode_cls_token", "cls"},
        std::pair{"pooling_mode_lasttoken", "last"}})
    if (settings.is_object() && settings.contains(key) && settings[key] == true) return name;
  return "";
}

std::size_t longest(const TextModel& model, const std::optional<std::size_t>& wanted) {
  if (wanted) {
    if (*wanted < 3 || *wanted > model.positions) {
      throw UsageError(
          fmt::format("texts of {} tokens are not possible: {} has {} positions, and at "
                      "least 3 tokens are needed",
                      *wanted, model.folder.string(), model.positions));
    }
    return *wanted;
  }
  const fs::path file = model.folder / "sentence_bert_config.json";
  if (!fs::exists(file)) return model.positions;
  const Json settings = read_json(file);
  if (settings.is_object() && settings.contains("max_seq_length") &&
      settings["max_seq_length"].is_null())
    return model.positions;
  return std::min(model.positions, count_at(settings, file, "max_seq_length"));
}

}  // namespace

std::string TextModel::identity() const {
  return fmt::format("bert {} {} {} {} {}{}", sha256, choice.pooling, max_length, choice.precision,
                     unit_length ? "unit" : "raw",
                     choice.truncation == "head" ? "" : " " + choice.truncation);
}

TextModel open_text_model(const std::string& named, const EncodingChoice& choice) {
  TextModel model;
  model.folder = data::model_folder(named);
  model.choice = choice;
  const fs::path config = model.folder / "config.json";
  const Json json = read_json(config);
  if (json.is_object()) data::check_bert_architecture(json, config.string());
  model.dim = count_at(json, config, "hidden_size");
  model.positions = count_at(json, config, "max_position_embeddings");
  model.unit_length = normalizes(model.folder);
  model.own_pooling = pooling_of(model.folder);
  model.max_length = longest(model, choice.max_length);
  model.sha256 = data::model_sha256(model.folder);
  return model;
}

}  // namespace ratbench::embed
