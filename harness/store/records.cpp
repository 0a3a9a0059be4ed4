#include "harness/store/records.hpp"

#include "src/base/check.hpp"
#include "src/base/sha256.hpp"

namespace ratbench::store {
namespace {

constexpr std::array<std::string_view, 5> kStatusTexts = {"queued", "running", "done", "diverged",
                                                          "failed"};

}  // namespace

std::string_view to_text(RunStatus status) {
  return kStatusTexts[static_cast<std::size_t>(status)];
}

RunStatus run_status(std::string_view text) {
  std::size_t index = 0;
  while (index < kStatusTexts.size() && kStatusTexts[index] != text) ++index;
  RB_CHECK_LT(index, kStatusTexts.size());
  return static_cast<RunStatus>(index);
}

std::string dataset_hash(const protocol::DataFiles& files) {
  Sha256 hash;
  for (const auto& [split, content] : files.sha256) hash.update(split + "=" + content + "\n");
  return hash.hex();
}

}  // namespace ratbench::store
