#include "harness/corpus/report.hpp"

#include <fmt/format.h>

namespace ratbench::corpus {

std::string place_of(const Report& report, std::size_t row) {
  return report.line > 0 ? fmt::format("line {}", report.line)
                         : fmt::format("record {} (from 0)", row);
}

}  // namespace ratbench::corpus
