#include "src/base/json.hpp"

#include <nlohmann/json.hpp>

namespace ratbench {
namespace {

template <typename Value>
std::string text_of(const Value& value, int indent) {
  return value.dump(indent, ' ', /*ensure_ascii=*/false, Value::error_handler_t::replace);
}

}  // namespace

std::string json_text(const nlohmann::json& value, int indent) { return text_of(value, indent); }

std::string json_text(const nlohmann::ordered_json& value, int indent) {
  return text_of(value, indent);
}

nlohmann::json json_from(std::string_view text) { return nlohmann::json::parse(text); }

nlohmann::json json_or_discarded(std::string_view text) {
  return nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace ratbench
