#include "src/models/bert_config.hpp"

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/data/bert_architecture.hpp"
#include "src/data/mapped_file.hpp"

namespace ratbench::models {
namespace {

using Json = nlohmann::json;

// Dimensions beyond this are a damaged file, not a model.
constexpr std::int64_t kLargest = std::int64_t{1} << 24;
constexpr std::int64_t kMostLayers = 1024;

// One config.json with the name of its file for errors.
class Settings {
 public:
  explicit Settings(const std::filesystem::path& path) : file_(path.string()) {
    json_ = json_or_discarded(data::MappedFile::open(path).text());
    if (json_.is_discarded()) throw DataError(file_, "", "is not JSON");
    if (!json_.is_object()) throw DataError(file_, "", "is not a JSON object");
  }

  const std::string& file() const { return file_; }
  const Json& json() const { return json_; }

  [[noreturn]] void fail(const std::string& key, const std::string& problem) const {
    throw DataError(file_, "\"" + key + "\"", problem);
  }

  // Null when the key is missing or null.
  const Json* find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }

  std::int64_t integer(const char* key, std::int64_t least, std::int64_t most = kLargest) const {
    const Json* value = find(key);
    if (value == nullptr) fail(key, "is missing");
    const bool whole = value->is_number_integer();
    const std::int64_t number = whole ? value->get<std::int64_t>() : least - 1;
    if (number < least || number > most)
      fail(key, "is " + json_text(*value) + "; a whole number from " + std::to_string(least) +
                    " to " + std::to_string(most) + " is allowed");
    return number;
  }
  std::int64_t integer_or(const char* key, std::int64_t least, std::int64_t fallback) const {
    return find(key) == nullptr ? fallback : integer(key, least);
  }

  // A number in [0, limit).
  double fraction_or(const char* key, double limit, double fallback) const {
    const Json* value = find(key);
    if (value == nullptr) return fallback;
    const double number = value->is_number() ? value->get<double>() : -1;
    if (!(number >= 0 && number < limit))
      fail(key, "is " + json_text(*value) + "; a number from 0 up to but not including " +
                    json_text(Json(limit)) + " is allowed");
    return number;
  }

  // The text must be `allowed` where the key is present.
  void only(const char* key, std::string_view allowed, const std::string& why) const {
    const Json* value = find(key);
    if (value != nullptr && *value != allowed)
      fail(key,
           "is " + json_text(*value) + "; only \"" + std::string(allowed) + "\" is built" + why);
  }
  void never(const char* key) const {
    const Json* value = find(key);
    if (value != nullptr && *value != false)
      fail(key, "is " + json_text(*value) + "; only an encoder (false) is built");
  }

 private:
  std::string file_;
  Json json_;
};

void check_computable(const Settings& settings) {
  data::check_bert_architecture(settings.json(), settings.file());
  settings.only("hidden_act", "gelu", " (the erf form)");
  settings.only("position_embedding_type", "absolute", "");
  settings.never("is_decoder");
  settings.never("add_cross_attention");
}

}  // namespace

BertConfig read_bert_config(const std::filesystem::path& folder) {
  const Settings settings(folder / "config.json");
  check_computable(settings);
  BertConfig config;
  config.vocabulary = settings.integer("vocab_size", 1);
  config.hidden = settings.integer("hidden_size", 1);
  config.layers = settings.integer("num_hidden_layers", 1, kMostLayers);
  config.heads = settings.integer("num_attention_heads", 1);
  config.intermediate = settings.integer("intermediate_size", 1);
  config.max_positions = settings.integer("max_position_embeddings", 1);
  config.types = settings.integer_or("type_vocab_size", 1, config.types);
  config.padding = settings.integer_or("pad_token_id", 0, config.padding);
  config.norm_eps = settings.fraction_or("layer_norm_eps", 1, config.norm_eps);
  config.hidden_dropout = settings.fraction_or("hidden_dropout_prob", 1, config.hidden_dropout);
  config.attention_dropout =
      settings.fraction_or("attention_probs_dropout_prob", 1, config.attention_dropout);
  config.initializer_sd = settings.fraction_or("initializer_range", 1, config.initializer_sd);
  if (config.hidden % config.heads != 0)
    settings.fail("num_attention_heads", "is " + std::to_string(config.heads) +
                                             ", which does not divide hidden_size " +
                                             std::to_string(config.hidden));
  if (config.padding >= config.vocabulary)
    settings.fail("pad_token_id", "is " + std::to_string(config.padding) +
                                      ", but the vocabulary ends at " +
                                      std::to_string(config.vocabulary - 1));
  return config;
}

}  // namespace ratbench::models
