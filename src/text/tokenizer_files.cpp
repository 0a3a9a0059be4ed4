#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/text/tokenizer.hpp"

namespace ratbench::text {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// A token id takes four bytes; no published vocabulary comes near this.
constexpr std::size_t kLargestVocabulary = 10'000'000;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in || in.bad()) throw DataError(path.string(), "", "cannot be read");
  return text;
}

Json read_json(const fs::path& path) {
  try {
    Json json = json_from(read_file(path));
    if (!json.is_object()) throw DataError(path.string(), "", "is not a JSON object");
    return json;
  } catch (const Json::parse_error& error) {
    throw DataError(path.string(), "byte " + std::to_string(error.byte), "is not valid JSON");
  }
}

// The value at a JSON pointer as `T`, or a DataError that says what is allowed there.
template <typename T>
T required(const Json& json, const fs::path& file, const std::string& pointer,
           const std::string& allowed) {
  try {
    return json.at(Json::json_pointer(pointer)).get<T>();
  } catch (const Json::exception&) {
    throw DataError(file.string(), pointer, "missing or of the wrong type; must be " + allowed);
  }
}

// The value of an optional key; null counts as absent.
template <typename T>
std::optional<T> optional_value(const Json& json, const fs::path& file, const std::string& key,
                                const std::string& allowed) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return std::nullopt;
  return required<T>(json, file, "/" + key, allowed + " or null");
}

void require_type(const Json& json, const fs::path& file, const std::string& part,
                  const std::string& allowed) {
  const auto type = required<std::string>(json, file, part + "/type", "\"" + allowed + "\"");
  if (type != allowed) {
    throw DataError(file.string(), part + "/type",
                    "\"" + type + "\" is not supported; only \"" + allowed + "\" is");
  }
}

TokenId special_id(const Vocabulary& vocabulary, const fs::path& file, const std::string& token) {
  const std::optional<TokenId> id = vocabulary.find(token);
  if (!id) throw DataError(file.string(), token, "the vocabulary lacks this special token");
  return *id;
}

// Names of the special tokens; BERT's own unless tokenizer_config.json says otherwise.
struct SpecialNames {
  std::string unknown = "[UNK]";
  std::string cls = "[CLS]";
  std::string sep = "[SEP]";
  std::string pad = "[PAD]";
  std::string mask = "[MASK]";
};

// A token is written as a string or, in older files, as an object with its content.
void read_name(const Json& config, const fs::path& file, const std::string& key,
               std::string& name) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return;
  const std::string pointer = found->is_object() ? "/" + key + "/content" : "/" + key;
  name = required<std::string>(config, file, pointer, "the text of a token");
}

SpecialNames read_names(const Json& config, const fs::path& file) {
  SpecialNames names;
  read_name(config, file, "unk_token", names.unknown);
  read_name(config, file, "cls_token", names.cls);
  read_name(config, file, "sep_token", names.sep);
  read_name(config, file, "pad_token", names.pad);
  read_name(config, file, "mask_token", names.mask);
  return names;
}

SpecialTokens find_special(const Vocabulary& vocabulary, const fs::path& file,
                           const SpecialNames& names) {
  return {special_id(vocabulary, file, names.unknown), special_id(vocabulary, file, names.cls),
          special_id(vocabulary, file, names.sep), special_id(vocabulary, file, names.pad),
          special_id(vocabulary, file, names.mask)};
}

std::vector<std::string> read_vocab_txt(const fs::path& file) {
  std::istringstream in(read_file(file));
  std::vector<std::string> tokens;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (const auto invalid = first_invalid_utf8(line)) {
      throw DataError(file.string(), "line " + std::to_string(tokens.size() + 1),
                      "not valid UTF-8 at byte " + std::to_string(*invalid) + " of the line");
    }
    tokens.push_back(std::move(line));
  }
  if (tokens.empty()) throw DataError(file.string(), "", "the vocabulary is empty");
  return tokens;
}

void place(std::vector<std::string>& tokens, const fs::path& file, const std::string& token,
           std::int64_t id) {
  if (id < 0 || static_cast<std::uint64_t>(id) >= kLargestVocabulary) {
    throw DataError(file.string(), token, "token id " + std::to_string(id) + " is out of range");
  }
  const auto at = static_cast<std::size_t>(id);
  if (at >= tokens.size()) tokens.resize(at + 1);
  if (!tokens[at].empty() && tokens[at] != token) {
    throw DataError(file.string(), token,
                    "token id " + std::to_string(id) + " belongs to " + tokens[at] + " already");
  }
  tokens[at] = token;
}

NormalizerOptions read_normalizer(const Json& json, const fs::path& file) {
  require_type(json, file, "/normalizer", "BertNormalizer");
  const Json& part = json.at("normalizer");
  NormalizerOptions options;
  const auto flag = [&](const char* key, bool otherwise) {
    return optional_value<bool>(part, file, key, "true or false").value_or(otherwise);
  };
  options.clean_text = flag("clean_text", true);
  options.handle_chinese_chars = flag("handle_chinese_chars", true);
  options.lowercase = flag("lowercase", true);
  options.strip_accents = flag("strip_accents", options.lowercase);
  return options;
}

Tokenizer from_tokenizer_json(const fs::path& file, const SpecialNames& names) {
  const Json json = read_json(file);
  require_type(json, file, "/model", "WordPiece");
  require_type(json, file, "/pre_tokenizer", "BertPreTokenizer");
  const NormalizerOptions options = read_normalizer(json, file);

  std::vector<std::string> tokens;
  const auto vocab = required<std::map<std::string, std::int64_t>>(json, file, "/model/vocab",
                                                                   "an object of tokens and ids");
  for (const auto& [token, id] : vocab) place(tokens, file, token, id);
  std::vector<TokenId> added;
  for (const Json& entry : json.value("added_tokens", Json::array())) {
    const auto token = required<std::string>(entry, file, "/content", "the text of a token");
    const auto id = required<std::int64_t>(entry, file, "/id", "a token id");
    if (token.empty()) throw DataError(file.string(), "/added_tokens", "an added token is empty");
    place(tokens, file, token, id);
    added.push_back(static_cast<TokenId>(id));
  }
  const auto continuation =
      optional_value<std::string>(json.at("model"), file, "continuing_subword_prefix", "a text")
          .value_or("##");
  Vocabulary vocabulary(std::move(tokens), continuation);
  const SpecialTokens special = find_special(vocabulary, file, names);
  return {std::move(vocabulary), options, special, std::move(added)};
}

Tokenizer from_vocab_txt(const fs::path& file, const Json& config, const fs::path& config_file,
                         const SpecialNames& names) {
  Vocabulary vocabulary(read_vocab_txt(file));
  const auto flag = [&](const char* key, bool otherwise) {
    return optional_value<bool>(config, config_file, key, "true or false").value_or(otherwise);
  };
  NormalizerOptions options;
  options.lowercase = flag("do_lower_case", true);
  options.handle_chinese_chars = flag("tokenize_chinese_chars", true);
  options.strip_accents = flag("strip_accents", options.lowercase);
  const SpecialTokens special = find_special(vocabulary, file, names);
  return {std::move(vocabulary),
          options,
          special,
          {special.unknown, special.cls, special.sep, special.pad, special.mask}};
}

// Ids beyond the embedding table mean that the files belong to different models. A table may be
// longer than the vocabulary: many are rounded up.
void check_rows(const Tokenizer& tokenizer, const fs::path& file) {
  const fs::path model = file.parent_path() / "config.json";
  if (!fs::exists(model)) return;
  const auto rows = optional_value<std::int64_t>(read_json(model), model, "vocab_size", "a number");
  const std::size_t tokens = tokenizer.vocabulary().size();
  if (rows && *rows >= 0 && tokens > static_cast<std::size_t>(*rows)) {
    throw DataError(file.string(), "",
                    "holds token ids up to " + std::to_string(tokens - 1) +
                        ", but the embedding table has " + std::to_string(*rows) +
                        " rows (vocab_size of config.json)");
  }
}

}  // namespace

Tokenizer Tokenizer::load(const fs::path& folder) {
  const fs::path config_file = folder / "tokenizer_config.json";
  const Json config = fs::exists(config_file) ? read_json(config_file) : Json::object();
  const SpecialNames names = read_names(config, config_file);
  if (const fs::path file = folder / "tokenizer.json"; fs::exists(file)) {
    Tokenizer tokenizer = from_tokenizer_json(file, names);
    check_rows(tokenizer, file);
    return tokenizer;
  }
  if (const fs::path file = folder / "vocab.txt"; fs::exists(file)) {
    Tokenizer tokenizer = from_vocab_txt(file, config, config_file, names);
    check_rows(tokenizer, file);
    return tokenizer;
  }
  throw DataError(folder.string(), "",
                  "holds neither tokenizer.json nor vocab.txt; one of them is needed");
}

}  // namespace ratbench::text
