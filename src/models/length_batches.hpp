// Work on texts of different lengths in padded batches: longest first, so that a lack of memory
// shows at once, and with smaller batches when it does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ratbench::models {

// Texts from the longest to the shortest, equal ones in their order.
std::vector<std::size_t> longest_first(std::span<const std::int32_t> lengths);

// Calls `compute` with runs of `longest_first`, each of at most `tokens` positions when padded to
// its first text, or of one text. When `compute` throws for want of memory, the run is tried again
// with `tokens` halved, which stays so, and `remark` is told; a single text that does not fit
// throws on.
void for_each_batch(std::span<const std::int32_t> lengths, std::int64_t& tokens,
                    const std::function<void(std::span<const std::size_t>)>& compute,
                    const std::function<void(const std::string&)>& remark);

}  // namespace ratbench::models
