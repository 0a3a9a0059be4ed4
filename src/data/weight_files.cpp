#include "src/data/weight_files.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/data/mapped_file.hpp"

namespace ratbench::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSingle = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

// Shard of every weight, as the index states it.
std::map<std::string, std::string> read_index(const fs::path& path) {
  const auto map = MappedFile::open(path);
  const auto json = json_or_discarded(map.text());
  const auto bad = [&](const std::string& place, const std::string& problem) {
    throw DataError(path.string(), place, problem);
  };
  if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object() ||
      json["weight_map"].empty())
    bad("", "is no JSON object with a \"weight_map\"");
  std::map<std::string, std::string> shards;
  for (const auto& [name, file] : json["weight_map"].items()) {
    if (!file.is_string()) bad("weight \"" + name + "\"", "has no file name");
    const std::string shard = file.get<std::string>();
    // A shard lies beside its index, nowhere else.
    if (shard.empty() || shard.find('/') != std::string::npos)
      bad("weight \"" + name + "\"", "\"" + shard + "\" is no file name in this folder");
    shards.emplace(name, shard);
  }
  return shards;
}

[[noreturn]] void refuse_folder_without_weights(const fs::path& folder) {
  if (fs::exists(folder / "pytorch_model.bin"))
    throw DataError(
        folder.string(), "",
        "holds pytorch_model.bin, which can run code when it is read, and no model.safetensors; "
        "convert it once with Python's transformers: "
        "AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER, safe_serialization=True)");
  throw DataError(folder.string(), "", std::string("holds neither ") + kSingle + " nor " + kIndex);
}

}  // namespace

std::vector<Safetensors> open_weight_files(const fs::path& folder) {
  std::vector<Safetensors> opened;
  if (fs::exists(folder / kSingle)) {
    opened.push_back(Safetensors::open(folder / kSingle));
    return opened;
  }
  if (!fs::exists(folder / kIndex)) refuse_folder_without_weights(folder);
  const auto shards = read_index(folder / kIndex);
  std::set<std::string> files;
  for (const auto& [name, file] : shards) files.insert(file);
  for (const std::string& file : files) {
    const Safetensors& shard = opened.emplace_back(Safetensors::open(folder / file));
    for (const auto& [name, stated] : shards)
      if (stated == file && shard.find(name) == nullptr)
        throw DataError(shard.file(), "weight \"" + name + "\"",
                        std::string("is missing, but ") + kIndex + " says that it is here");
  }
  return opened;
}

}  // namespace ratbench::data
