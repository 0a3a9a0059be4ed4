#include "src/base/random.hpp"

#include <cmath>
#include <numbers>

#include "src/base/check.hpp"

namespace ratbench {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c,
                                    std::array<std::uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    k[0] += 0x9E3779B9;
    k[1] += 0xBB67AE85;
  }
  return c;
}

std::array<std::uint32_t, 4> RandomStream::block(std::uint32_t lane, std::uint64_t index) const {
  // The key takes the seed, the counter everything else, so that streams never overlap.
  return philox({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), lane,
                 static_cast<std::uint32_t>(purpose_)},
                {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)});
}

std::uint64_t RandomStream::bits(std::uint32_t lane, std::uint64_t index) const {
  const auto words = block(lane, index);
  return (std::uint64_t{words[1]} << 32) | words[0];
}

double RandomStream::uniform(std::uint32_t lane, std::uint64_t index) const {
  return static_cast<double>(bits(lane, index) >> 11) * 0x1.0p-53;
}

double RandomStream::normal(std::uint32_t lane, std::uint64_t index) const {
  const auto words = block(lane, index);
  const std::uint64_t a = (std::uint64_t{words[1]} << 32) | words[0];
  const std::uint64_t b = (std::uint64_t{words[3]} << 32) | words[2];
  const double radius_draw = (static_cast<double>(a >> 11) + 1.0) * 0x1.0p-53;  // (0, 1]
  const double angle_draw = static_cast<double>(b >> 11) * 0x1.0p-53;
  return std::sqrt(-2.0 * std::log(radius_draw)) * std::cos(2.0 * std::numbers::pi * angle_draw);
}

std::uint64_t RandomStream::below(std::uint64_t n, std::uint32_t lane, std::uint64_t index) const {
  RB_CHECK_GT(n, std::uint64_t{0});
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits(lane, index)) * n) >> 64);
}

}  // namespace ratbench
