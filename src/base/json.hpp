// JSON texts read and written in one place: the library's reader and writer are templates, which
// every file that called them would compile again, and so nobody decides anew what happens to bytes
// that are no UTF-8.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace ratbench {

// The value as text: on one line, or with `indent` spaces for each level when that is not negative.
// Bytes that are no UTF-8 become U+FFFD. Members of an ordered_json keep their order.
std::string json_text(const nlohmann::json& value, int indent = -1);
std::string json_text(const nlohmann::ordered_json& value, int indent = -1);

// The value of a text. Throws nlohmann::json::parse_error, whose `byte` is the place.
nlohmann::json json_from(std::string_view text);

// The value of a text; is_discarded() holds for it when the text is no JSON.
nlohmann::json json_or_discarded(std::string_view text);

}  // namespace ratbench
