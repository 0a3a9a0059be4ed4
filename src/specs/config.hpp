// The resolved configuration of one cell: a flat, ordered map from dotted path to value.
// The engine makes it from an experiment file; the worker reads it; its canonical text is what run
// keys hash.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/base/decimal.hpp"

namespace ratbench::specs {

// One configuration value. `None` stands for "off" or "not given".
struct None {
  bool operator==(const None&) const = default;
};
using Counts = std::map<std::string, Decimal>;
using Value = std::variant<None, bool, Decimal, std::string, std::vector<std::string>,
                           std::vector<Decimal>, Counts>;

// Text of a value for tables and keys: decimals canonical, lists in brackets, counts in braces,
// None "none", booleans "on"/"off".
std::string to_text(const Value& value);

class Config {
 public:
  // Sets or replaces `path`.
  void set(std::string path, Value value) { values_[std::move(path)] = std::move(value); }
  void erase(const std::string& path) { values_.erase(path); }

  // True when `path` is present and not None.
  bool has(std::string_view path) const;
  // The value at `path`, or null when absent.
  const Value* find(std::string_view path) const;

  // Typed access. A missing path or another type is a mistake of ours and fails a CHECK:
  // configurations reach the method only after validation.
  double real(std::string_view path) const;
  long long integer(std::string_view path) const;
  const std::string& text(std::string_view path) const;
  bool flag(std::string_view path) const;
  const std::vector<std::string>& texts(std::string_view path) const;
  std::vector<double> reals(std::string_view path) const;
  std::map<std::string, long long> counts(std::string_view path) const;

  // The same, with a fallback for an absent path or None (parameters removed because they cannot
  // matter).
  double real_or(std::string_view path, double fallback) const;
  long long integer_or(std::string_view path, long long fallback) const;
  std::string text_or(std::string_view path, std::string fallback) const;

  const std::map<std::string, Value, std::less<>>& values() const { return values_; }
  bool operator==(const Config&) const = default;

 private:
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace ratbench::specs
