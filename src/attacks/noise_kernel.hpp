// Bulk evaluation of one random stream: the same blocks as RandomStream, many at a time, turned
// into float32 noise with polynomials instead of the system's log, sine and cosine. So the values
// vectorise and do not depend on the mathematics library.
#pragma once

#include <cstdint>

namespace ratbench::attacks::detail {

// A stream and a lane of it (RandomStream's seed and purpose).
struct NoiseKey {
  std::uint64_t seed;
  std::uint32_t purpose;
  std::uint32_t lane;
};

// values[4 blocks] from blocks first_block, first_block + 1, ...: standard normal by Box-Muller
// (absolute error below 1e-5), or uniform in (-1, 1).
void fill_normal(const NoiseKey& key, std::uint64_t first_block, std::int64_t blocks,
                 float* values);
void fill_uniform(const NoiseKey& key, std::uint64_t first_block, std::int64_t blocks,
                  float* values);

}  // namespace ratbench::attacks::detail
