#include <nlohmann/json.hpp>
#include <utility>

#include "harness/protocol/codec.hpp"
#include "src/base/json.hpp"

namespace ratbench::protocol {
namespace {

using nlohmann::json;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

json value_to_json(const specs::Value& value) {
  return std::visit(Overloaded{[](const specs::None&) { return json(nullptr); },
                               [](bool flag) { return json(flag); },
                               [](const Decimal& number) {
                                 return json{{"n", number.text()}};
                               },
                               [](const std::string& text) { return json(text); },
                               [](const std::vector<std::string>& texts) { return json(texts); },
                               [](const std::vector<Decimal>& numbers) {
                                 json list = json::array();
                                 for (const Decimal& number : numbers) {
                                   list.push_back(number.text());
                                 }
                                 return json{{"ns", std::move(list)}};
                               },
                               [](const specs::Counts& counts) {
                                 json object = json::object();
                                 for (const auto& [name, count] : counts)
                                   object[name] = count.text();
                                 return json{{"counts", std::move(object)}};
                               }},
                    value);
}

[[noreturn]] void refuse(const std::string& path) {
  throw ProtocolError("config." + path + ": not a configuration value");
}

Decimal to_decimal(const json& value, const std::string& path) {
  if (!value.is_string()) refuse(path);
  const auto number = Decimal::parse(value.get_ref<const std::string&>());
  if (!number) refuse(path);
  return *number;
}

specs::Value value_from_json(const json& value, const std::string& path) {
  if (value.is_null()) return specs::None{};
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::vector<std::string> texts;
    for (const json& item : value) {
      if (!item.is_string()) refuse(path);
      texts.push_back(item.get<std::string>());
    }
    return texts;
  }
  if (!value.is_object() || value.size() != 1) refuse(path);
  if (value.contains("n")) return to_decimal(value["n"], path);
  if (value.contains("counts") && value["counts"].is_object()) {
    specs::Counts counts;
    for (const auto& [name, count] : value["counts"].items())
      counts.emplace(name, to_decimal(count, path));
    return counts;
  }
  if (!value.contains("ns") || !value["ns"].is_array()) refuse(path);
  std::vector<Decimal> numbers;
  for (const json& item : value["ns"]) numbers.push_back(to_decimal(item, path));
  return numbers;
}

}  // namespace

json config_to_json(const specs::Config& config) {
  json object = json::object();
  for (const auto& [path, value] : config.values()) object[path] = value_to_json(value);
  return object;
}

specs::Config config_from_json(const json& object) {
  if (!object.is_object()) throw ProtocolError("config: not an object");
  specs::Config config;
  for (const auto& [path, value] : object.items()) config.set(path, value_from_json(value, path));
  return config;
}

std::string config_to_text(const specs::Config& config) {
  return json_text(config_to_json(config));
}

specs::Config config_from_text(std::string_view text) {
  const json object = json_or_discarded(text);
  if (object.is_discarded()) throw ProtocolError("a configuration is not JSON");
  return config_from_json(object);
}

}  // namespace ratbench::protocol
