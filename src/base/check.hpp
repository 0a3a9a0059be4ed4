// RB_CHECK: conditions that only a mistake of ours can break. Active in every build.
// A failed check prints both operands with file and line and aborts.
#pragma once

#include <sstream>
#include <string>

namespace ratbench::detail {

[[noreturn]] void check_failed(const char* file, int line, const char* expression,
                               const std::string& operands);

template <typename A, typename B>
std::string show_operands(const A& a, const B& b) {
  std::ostringstream out;
  out << a << " versus " << b;
  return out.str();
}

}  // namespace ratbench::detail

#define RB_CHECK(condition)                                                                 \
  do {                                                                                      \
    if (!(condition)) ::ratbench::detail::check_failed(__FILE__, __LINE__, #condition, ""); \
  } while (false)

#define RB_CHECK_OP(a, op, b)                                                                 \
  do {                                                                                        \
    const auto& rb_left = (a);                                                                \
    const auto& rb_right = (b);                                                               \
    if (!(rb_left op rb_right))                                                               \
      ::ratbench::detail::check_failed(__FILE__, __LINE__, #a " " #op " " #b,                 \
                                       ::ratbench::detail::show_operands(rb_left, rb_right)); \
  } while (false)

#define RB_CHECK_EQ(a, b) RB_CHECK_OP(a, ==, b)
#define RB_CHECK_LT(a, b) RB_CHECK_OP(a, <, b)
#define RB_CHECK_LE(a, b) RB_CHECK_OP(a, <=, b)
#define RB_CHECK_GT(a, b) RB_CHECK_OP(a, >, b)
#define RB_CHECK_GE(a, b) RB_CHECK_OP(a, >=, b)
