// A small JSON tree that remembers where every value came from and keeps the text of numbers.
// Comments are allowed; duplicate keys, invalid UTF-8 and deep nesting are refused with line and
// column.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/decimal.hpp"

namespace ratbench::spec {

class Json {
 public:
  enum class Type { kNull, kBool, kNumber, kText, kList, kObject };
  struct Member;

  // Out of line because Member is not complete here.
  Json();
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  Type type = Type::kNull;
  bool flag = false;
  Decimal number;
  std::string text;
  std::vector<Json> items;
  std::vector<Member> members;  // in file order, keys unique
  // The file (or command-line option) that says so; shared by all values of one source.
  std::shared_ptr<const std::string> source;

  static Json of(std::string text);

  bool is(Type wanted) const { return type == wanted; }
  // The member `key` of an object, or null.
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
  // Sets or replaces a member, at its old place when it has one.
  void set(std::string key, Json value);
  bool erase(std::string_view key);

  const std::string& file() const;
};

struct Json::Member {
  Member(std::string key, Json value) : first(std::move(key)), second(std::move(value)) {}
  std::string first;
  Json second;
};

// "the number 3", "an object", ...: what was found, for messages.
std::string describe(const Json& json);

// Canonical text: keys sorted, decimals canonical, no spaces.
std::string to_canonical(const Json& json);

// Appends one component to a JSON pointer, escaped (RFC 6901).
std::string pointer_to(std::string_view pointer, std::string_view key);
std::string pointer_to(std::string_view pointer, std::size_t index);

// Parses `text`; `source` names it in messages. Throws SpecError.
Json parse_json(std::string_view text, const std::string& source);

}  // namespace ratbench::spec
