// The compression function of SHA-256 over whole blocks: in plain C++, and with the instructions
// that most x86 processors since 2019 have for it, some ten times as fast.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ratbench {

// Takes `count` blocks of 64 bytes into `state`, eight words.
using CompressBlocks = void (*)(std::uint32_t* state, const std::uint8_t* blocks,
                                std::size_t count);

void compress_portably(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count);

// What is fastest on this processor; the same bits.
CompressBlocks fastest_compress();

}  // namespace ratbench
