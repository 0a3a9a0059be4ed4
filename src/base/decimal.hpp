// Decimal numbers kept as text, so that 0.1, 0.10 and 1e-1 are one value and one run key.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace ratbench {

// An exact decimal number in canonical text: no exponent, no leading or trailing zeros, no "-0"
// ("0.1", "20", "-3.5").
class Decimal {
 public:
  Decimal() : text_("0") {}
  // Accepts the number grammar of JSON plus a leading '+'. Empty when `text` is not a number or its
  // canonical form would need more than 400 digits.
  static std::optional<Decimal> parse(std::string_view text);
  static Decimal of(long long value);

  const std::string& text() const { return text_; }
  // Nearest double.
  double real() const;
  bool is_integer() const { return text_.find('.') == std::string::npos; }
  // Empty when not an integer or outside long long.
  std::optional<long long> integer() const;

  bool operator==(const Decimal&) const = default;

 private:
  explicit Decimal(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace ratbench
