#include "src/specs/json_text.hpp"

namespace ratbench::specs {
namespace {

template <typename T>
std::string list_json(const std::vector<T>& items) {
  std::string out = "[";
  for (const T& item : items) {
    if (out.size() > 1) out += ',';
    if constexpr (std::is_same_v<T, Decimal>)
      out += item.text();
    else
      append_json_string(out, item);
  }
  return out + "]";
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string to_json(const Value& value) {
  struct Visitor {
    std::string operator()(None) const { return "null"; }
    std::string operator()(bool on) const { return on ? "true" : "false"; }
    std::string operator()(const Decimal& number) const { return number.text(); }
    std::string operator()(const std::string& text) const {
      std::string out;
      append_json_string(out, text);
      return out;
    }
    std::string operator()(const std::vector<std::string>& items) const { return list_json(items); }
    std::string operator()(const std::vector<Decimal>& items) const { return list_json(items); }
    std::string operator()(const Counts& counts) const {
      std::string out = "{";
      for (const auto& [name, count] : counts) {
        if (out.size() > 1) out += ',';
        append_json_string(out, name);
        out += ':' + count.text();
      }
      return out + "}";
    }
  };
  return std::visit(Visitor{}, value);
}

}  // namespace ratbench::specs
