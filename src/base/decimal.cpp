#include "src/base/decimal.hpp"

#include <charconv>
#include <cstdlib>

namespace ratbench {
namespace {

constexpr std::size_t kMaxDigits = 400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Moves the run of digits at the front of `rest` to the end of `digits`; false when there is none.
bool take_digits(std::string_view& rest, std::string& digits) {
  std::size_t n = 0;
  while (n < rest.size() && is_digit(rest[n])) ++n;
  digits.append(rest.substr(0, n));
  rest.remove_prefix(n);
  return n > 0;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  std::string digits;
  if (!take_digits(text, digits)) return std::nullopt;
  long long point = static_cast<long long>(digits.size());  // digits before the decimal point
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    if (!take_digits(text, digits)) return std::nullopt;
  }
  if (!text.empty()) {
    if (text[0] != 'e' && text[0] != 'E') return std::nullopt;
    text.remove_prefix(1);
    if (text.starts_with('+')) {
      text.remove_prefix(1);
      if (text.starts_with('-')) return std::nullopt;
    }
    int exponent = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (failure != std::errc() || end != text.data() + text.size() || text.empty())
      return std::nullopt;
    point += exponent;
  }

  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal();
  digits.erase(0, first);
  point -= static_cast<long long>(first);
  digits.erase(digits.find_last_not_of('0') + 1);

  const auto size = static_cast<long long>(digits.size());
  const auto limit = static_cast<long long>(kMaxDigits);
  if (point > limit || size - point > limit) return std::nullopt;
  std::string canonical;
  if (point <= 0)
    canonical = "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  else if (point >= size)
    canonical = digits + std::string(static_cast<std::size_t>(point - size), '0');
  else
    canonical = digits.substr(0, static_cast<std::size_t>(point)) + "." +
                digits.substr(static_cast<std::size_t>(point));
  return Decimal((negative ? "-" : "") + canonical);
}

Decimal Decimal::of(long long value) { return Decimal(std::to_string(value)); }

double Decimal::real() const { return std::strtod(text_.c_str(), nullptr); }

std::optional<long long> Decimal::integer() const {
  long long value = 0;
  const auto [end, failure] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
  if (failure != std::errc() || end != text_.data() + text_.size()) return std::nullopt;
  return value;
}

}  // namespace ratbench
