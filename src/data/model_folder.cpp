#include "src/data/model_folder.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "src/base/error.hpp"
#include "src/base/file_identity.hpp"
#include "src/base/json.hpp"
#include "src/base/sha256.hpp"
#include "src/data/bert_architecture.hpp"
#include "src/data/mapped_file.hpp"

namespace ratbench::data {
namespace {

namespace fs = std::filesystem;

// As in setup/minilm.sh.
constexpr const char* kMinilmFolder = "minilm-0.1.0";

// The value of an environment variable, "" when it is not set.
std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

fs::path cache_folder() {
  if (const std::string own = variable("RATBENCH_CACHE"); !own.empty()) return own;
  if (const std::string xdg = variable("XDG_CACHE_HOME"); !xdg.empty())
    return fs::path(xdg) / "ratbench";
  return fs::path(variable("HOME")) / ".cache" / "ratbench";
}

// Other files of a folder change nothing that is computed.
bool changes_results(const fs::path& file) {
  const std::string name = file.filename();
  return name == "config.json" || name == "tokenizer.json" || name == "tokenizer_config.json" ||
         name == "vocab.txt" || name == "modules.json" || file.extension() == ".safetensors";
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && changes_results(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

fs::path minilm_folder() { return cache_folder() / kMinilmFolder; }

fs::path model_folder(const std::string& named) {
  std::error_code error;
  if (named == kMinilm) {
    const fs::path folder = minilm_folder();
    if (!fs::exists(folder / "model.safetensors", error))
      throw EnvironmentError("MiniLM was not fetched: " + folder.string() +
                             " is not there; \"bash run.sh --build-only\" fetches it (84 MB), or "
                             "name the folder of another model");
    return fs::absolute(folder);
  }
  if (!fs::is_directory(named, error))
    throw DataError(named, "",
                    "is no folder; the folder of a Hugging Face model (config.json and "
                    "model.safetensors) or the word " +
                        std::string(kMinilm) + " is needed");
  return fs::absolute(named);
}

std::string model_sha256(const fs::path& folder) {
  static std::mutex mutex;
  static std::map<std::vector<std::pair<std::string, FileIdentity>>, std::string> known;
  const std::vector<fs::path> files = files_of(folder);
  std::vector<std::pair<std::string, FileIdentity>> identity;
  for (const fs::path& file : files)
    identity.emplace_back(file.filename().string(), file_identity(file));
  {
    const std::lock_guard lock(mutex);
    if (const auto found = known.find(identity); found != known.end()) return found->second;
  }
  Sha256 hash;
  for (const fs::path& file : files)
    hash.update(file.filename().string() + " " + sha256_file(file) + "\n");
  std::string hex = hash.hex();
  const std::lock_guard lock(mutex);
  return known.emplace(std::move(identity), std::move(hex)).first->second;
}

std::size_t model_positions(const fs::path& folder) {
  const fs::path file = folder / "config.json";
  const nlohmann::json config = json_or_discarded(MappedFile::open(file).text());
  if (config.is_object()) check_bert_architecture(config, file.string());
  const auto positions = config.is_object() ? config.find("max_position_embeddings") : config.end();
  if (!config.is_object() || positions == config.end() || !positions->is_number_unsigned() ||
      positions->get<std::uint64_t>() < 4)
    throw DataError(file.string(), "/max_position_embeddings", "must be an integer of at least 4");
  return positions->get<std::size_t>();
}

}  // namespace ratbench::data
