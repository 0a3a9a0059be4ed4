// Feeds arbitrary bytes to the safetensors reader; whatever it accepts must lie inside the input.
#include <cstddef>
#include <cstdint>
#include <span>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/data/features.hpp"
#include "src/data/safetensors.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace rb = ratbench;
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    rb::data::Safetensors file = rb::data::Safetensors::parse(bytes, "input");
    std::size_t covered = 0;
    for (const rb::data::TensorView& tensor : file.tensors()) {
      RB_CHECK_LE(tensor.bytes.size(), bytes.size());
      if (!tensor.bytes.empty()) {
        RB_CHECK(tensor.bytes.data() >= bytes.data());
        RB_CHECK(&tensor.bytes.back() <= &bytes.back());
      }
      covered += tensor.bytes.size();
    }
    RB_CHECK_LE(covered, bytes.size());
    static_cast<void>(rb::data::FeatureSet::from(std::move(file)));
  } catch (const rb::DataError&) {
    // The expected answer to malformed input.
  }
  return 0;
}
