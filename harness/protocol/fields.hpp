// Checked access to the members of a JSON object that another program sent. Every wrong or missing
// member becomes a ProtocolError that names it.
#pragma once

#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "harness/protocol/codec.hpp"

namespace ratbench::protocol {

class Fields {
 public:
  Fields(const nlohmann::json& object, std::string place)
      : object_(object), place_(std::move(place)) {
    if (!object_.is_object()) fail("", "not an object");
  }

  bool has(const char* name) const { return object_.contains(name); }
  const nlohmann::json& at(const char* name) const {
    const auto it = object_.find(name);
    if (it == object_.end()) fail(name, "missing");
    return *it;
  }
  const nlohmann::json& array(const char* name) const {
    const nlohmann::json& value = at(name);
    if (!value.is_array()) fail(name, "not an array");
    return value;
  }
  const nlohmann::json& object(const char* name) const {
    const nlohmann::json& value = at(name);
    if (!value.is_object()) fail(name, "not an object");
    return value;
  }

  template <std::integral T>
  T integer(const char* name) const {
    return to_integer<T>(at(name), name);
  }
  bool flag(const char* name) const {
    const nlohmann::json& value = at(name);
    if (!value.is_boolean()) fail(name, "not true or false");
    return value.get<bool>();
  }
  std::string text(const char* name) const { return to_text(at(name), name); }
  double real(const char* name) const { return to_real(at(name), name); }

  template <std::integral T>
  std::vector<T> integers(const char* name) const {
    std::vector<T> out;
    const nlohmann::json& values = array(name);
    out.reserve(values.size());
    for (const auto& value : values) out.push_back(to_integer<T>(value, name));
    return out;
  }
  std::vector<double> reals(const char* name) const {
    std::vector<double> out;
    for (const auto& value : array(name)) out.push_back(to_real(value, name));
    return out;
  }
  std::vector<std::string> texts(const char* name) const {
    std::vector<std::string> out;
    for (const auto& value : array(name)) out.push_back(to_text(value, name));
    return out;
  }
  std::map<std::string, std::string> text_map(const char* name) const {
    std::map<std::string, std::string> out;
    for (const auto& [key, value] : object(name).items()) out.emplace(key, to_text(value, name));
    return out;
  }
  // Numbers; "nan", "inf" and "-inf" stand for what JSON cannot say.
  std::map<std::string, double> real_map(const char* name) const {
    std::map<std::string, double> out;
    for (const auto& [key, value] : object(name).items()) out.emplace(key, to_real(value, name));
    return out;
  }

  [[noreturn]] void fail(const std::string& name, const std::string& problem) const {
    throw ProtocolError(place_ + (name.empty() ? "" : "." + name) + ": " + problem);
  }

 private:
  template <std::integral T>
  T to_integer(const nlohmann::json& value, const char* name) const {
    if (value.is_number_unsigned()) {
      const auto number = value.get<std::uint64_t>();
      if (std::in_range<T>(number)) return static_cast<T>(number);
    } else if (value.is_number_integer()) {
      const auto number = value.get<std::int64_t>();
      if (std::in_range<T>(number)) return static_cast<T>(number);
    }
    fail(name, "not an integer in range");
  }
  std::string to_text(const nlohmann::json& value, const char* name) const {
    if (!value.is_string()) fail(name, "not a string");
    return value.get<std::string>();
  }
  double to_real(const nlohmann::json& value, const char* name) const {
    if (value.is_number()) return value.get<double>();
    if (value == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (value == "inf") return std::numeric_limits<double>::infinity();
    if (value == "-inf") return -std::numeric_limits<double>::infinity();
    fail(name, "not a number");
  }

  const nlohmann::json& object_;
  std::string place_;
};

// A number for JSON, the non-finite ones as text.
inline nlohmann::json real_to_json(double value) {
  if (value != value) return "nan";
  if (value == std::numeric_limits<double>::infinity()) return "inf";
  if (value == -std::numeric_limits<double>::infinity()) return "-inf";
  return value;
}

}  // namespace ratbench::protocol
