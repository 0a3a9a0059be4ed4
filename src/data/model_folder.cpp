#include "src/data/model_folder.hpp"

#include <cstdlib>
#include <system_error>

#include "src/base/error.hpp"

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

}  // namespace ratbench::data
