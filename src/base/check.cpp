#include "src/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace ratbench::detail {

void check_failed(const char* file, int line, const char* expression, const std::string& operands) {
  std::fprintf(stderr, "%s:%d: internal check failed: %s%s%s\n", file, line, expression,
               operands.empty() ? "" : "; ", operands.c_str());
  std::abort();
}

}  // namespace ratbench::detail
