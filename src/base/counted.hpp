// A number and what it counts, for messages to people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ratbench {

// "1 run", "2 runs".
inline std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace ratbench
