// Run keys: SHA-256 of method version, seed, data hashes and canonical configuration, so that equal
// computations have equal keys in every experiment and store.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "src/base/sha256.hpp"
#include "src/specs/config.hpp"
#include "src/specs/resolve.hpp"

namespace ratbench::grid {

// `data_sha256`: split (train, val, test) -> content hash of its features. 64 hexadecimal digits.
std::string run_key(const specs::Config& config,
                    const std::map<std::string, std::string>& data_sha256, std::uint64_t seed);

// The text that is hashed; for tests and for the curious.
std::string run_key_text(const specs::Config& config,
                         const std::map<std::string, std::string>& data_sha256, std::uint64_t seed);

// The same keys for many cells that share data and seed: the common beginning is hashed once.
class KeyMaker {
 public:
  KeyMaker(const std::map<std::string, std::string>& data_sha256, std::uint64_t seed);
  std::string key(const specs::Slots& resolved);

 private:
  Sha256 begun_;
  std::string text_;
};

}  // namespace ratbench::grid
