#include "harness/store/json_text.hpp"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "src/base/check.hpp"
#include "src/base/json.hpp"

namespace ratbench::store {
namespace {

using Json = nlohmann::json;

std::string quoted(const std::string& text) { return json_text(Json(text)); }

template <typename Values, typename Show>
std::string array_of(const Values& values, const Show& show) {
  std::string text = "[";
  for (const auto& value : values) {
    if (text.size() > 1) text += ',';
    text += show(value);
  }
  return text + "]";
}

struct ValueText {
  std::string operator()(const specs::None&) const { return "null"; }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(const Decimal& number) const { return number.text(); }
  std::string operator()(const std::string& text) const { return quoted(text); }
  std::string operator()(const std::vector<std::string>& texts) const {
    return array_of(texts, quoted);
  }
  std::string operator()(const std::vector<Decimal>& numbers) const {
    return array_of(numbers, [](const Decimal& n) { return n.text(); });
  }
  std::string operator()(const specs::Counts& counts) const {
    std::string text = "{";
    for (const auto& [name, count] : counts) {
      if (text.size() > 1) text += ',';
      text += quoted(name) + ':' + count.text();
    }
    return text + "}";
  }
};

template <typename Number>
std::string numbers(std::span<const Number> values) {
  std::string text = "[";
  text.reserve(values.size() * 2 + 2);
  char digits[32];
  for (const Number value : values) {
    if (text.size() > 1) text += ',';
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    text.append(digits, end.ptr);
  }
  return text + "]";
}

// Reads what config_to_json wrote. A SAX handler, because only it sees the text of a number.
class ConfigReader : public Json::json_sax_t {
 public:
  specs::Config take() { return std::move(config_); }

  bool null() override { return put(specs::None{}); }
  bool boolean(bool flag) override { return put(flag); }
  bool number_integer(number_integer_t number) override {
    return put_number(std::to_string(number));
  }
  bool number_unsigned(number_unsigned_t number) override {
    return put_number(std::to_string(number));
  }
  bool number_float(number_float_t, const string_t& text) override { return put_number(text); }
  bool string(string_t& text) override {
    if (!in_list_) return put(text);
    texts_.push_back(text);
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return !in_list_ && ++depth_ <= 2; }
  bool key(string_t& name) override {
    (depth_ == 1 ? path_ : counted_) = name;
    return true;
  }
  bool end_object() override {
    if (--depth_ == 0) return true;
    return put(std::exchange(counts_, {}));
  }
  bool start_array(std::size_t) override { return !std::exchange(in_list_, true); }
  bool end_array() override {
    in_list_ = false;
    if (!numbers_.empty()) return put(std::exchange(numbers_, {}));
    return put(std::exchange(texts_, {}));
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

 private:
  bool put(specs::Value value) {
    if (in_list_ || depth_ != 1) return false;
    config_.set(path_, std::move(value));
    return true;
  }
  bool put_number(const std::string& text) {
    const auto number = Decimal::parse(text);
    if (!number) return false;
    if (depth_ == 2) return counts_.emplace(counted_, *number).second;
    if (!in_list_) return put(*number);
    numbers_.push_back(*number);
    return true;
  }

  specs::Config config_;
  std::string path_;
  std::string counted_;
  int depth_ = 0;  // 1 in the configuration, 2 in an object of counts
  bool in_list_ = false;
  std::vector<std::string> texts_;
  std::vector<Decimal> numbers_;
  specs::Counts counts_;
};

}  // namespace

std::string config_to_json(const specs::Config& config) {
  std::string text = "{";
  for (const auto& [path, value] : config.values()) {
    if (text.size() > 1) text += ',';
    text += quoted(path) + ':' + std::visit(ValueText{}, value);
  }
  return text + "}";
}

specs::Config config_from_json(std::string_view json) {
  ConfigReader reader;
  if (!Json::sax_parse(json, &reader)) {
    throw std::invalid_argument("not a stored configuration: " + std::string(json.substr(0, 200)));
  }
  return reader.take();
}

std::string integers_to_json(std::span<const std::int32_t> values) { return numbers(values); }
std::string integers_to_json(std::span<const std::int64_t> values) { return numbers(values); }
std::string shares_to_json(std::span<const double> values) { return numbers(values); }

std::vector<std::int64_t> integers_from_json(std::string_view json) {
  std::vector<std::int64_t> values;
  const char* end = json.data() + json.size();
  for (const char* place = json.data(); place < end;) {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(place, end, value);
    if (parsed.ec == std::errc()) values.push_back(value);
    place = parsed.ec == std::errc() ? parsed.ptr : place + 1;
  }
  return values;
}

std::string texts_to_json(std::span<const std::string> values) { return array_of(values, quoted); }

std::vector<std::string> texts_from_json(std::string_view json) {
  try {
    return json_from(json).get<std::vector<std::string>>();
  } catch (const Json::exception&) {
    throw std::invalid_argument("not a stored list of texts: " + std::string(json.substr(0, 200)));
  }
}

std::string reals_to_json(const std::map<std::string, double>& values) {
  Json object = Json::object();
  for (const auto& [name, value] : values) object[name] = value;
  return json_text(object);
}

std::map<std::string, double> reals_from_json(std::string_view json) {
  std::map<std::string, double> values;
  const Json object = json_or_discarded(json);
  if (!object.is_object())
    throw std::invalid_argument("not stored numbers by name: " + std::string(json.substr(0, 200)));
  for (const auto& [name, value] : object.items()) {
    if (value.is_number()) values[name] = value.get<double>();
  }
  return values;
}

}  // namespace ratbench::store
