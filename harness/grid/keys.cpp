#include "harness/grid/keys.hpp"

#include <fmt/format.h>

#include "src/base/version.hpp"
#include "src/specs/canonical.hpp"

namespace ratbench::grid {
namespace {

// One line per fact; the configuration comes last because it alone differs between cells.
std::string beginning(const std::map<std::string, std::string>& data_sha256, std::uint64_t seed) {
  std::string text = fmt::format("ratbench run\nmethod {}\nseed {}\n", kMethodVersion, seed);
  for (const auto& [split, hash] : data_sha256) text += fmt::format("data {} {}\n", split, hash);
  return text + "config ";
}

}  // namespace

std::string run_key_text(const specs::Config& config,
                         const std::map<std::string, std::string>& data_sha256,
                         std::uint64_t seed) {
  return beginning(data_sha256, seed) + specs::canonical_json(config);
}

std::string run_key(const specs::Config& config,
                    const std::map<std::string, std::string>& data_sha256, std::uint64_t seed) {
  return sha256_hex(run_key_text(config, data_sha256, seed));
}

KeyMaker::KeyMaker(const std::map<std::string, std::string>& data_sha256, std::uint64_t seed) {
  begun_.update(beginning(data_sha256, seed));
}

std::string KeyMaker::key(const specs::Slots& resolved) {
  text_.clear();
  specs::append_canonical_json(text_, resolved);
  Sha256 hash = begun_;
  hash.update(text_);
  return hash.hex();
}

}  // namespace ratbench::grid
