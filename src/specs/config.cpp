#include "src/specs/config.hpp"

#include "src/base/check.hpp"

namespace ratbench::specs {
namespace {

template <typename T>
std::string list_text(const std::vector<T>& items) {
  std::string text = "[";
  for (const T& item : items) {
    if (text.size() > 1) text += ", ";
    if constexpr (std::is_same_v<T, Decimal>)
      text += item.text();
    else
      text += item;
  }
  return text + "]";
}

template <typename T>
const T& expect(const Config& config, std::string_view path) {
  const Value* value = config.find(path);
  const T* typed = value == nullptr ? nullptr : std::get_if<T>(value);
  if (typed == nullptr)
    detail::check_failed(__FILE__, __LINE__, "configuration value present and of the right type",
                         std::string(path));
  return *typed;
}

}  // namespace

std::string to_text(const Value& value) {
  struct Visitor {
    std::string operator()(None) const { return "none"; }
    std::string operator()(bool on) const { return on ? "on" : "off"; }
    std::string operator()(const Decimal& number) const { return number.text(); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const std::vector<std::string>& items) const { return list_text(items); }
    std::string operator()(const std::vector<Decimal>& items) const { return list_text(items); }
    std::string operator()(const Counts& counts) const {
      std::string text = "{";
      for (const auto& [name, count] : counts) {
        if (text.size() > 1) text += ", ";
        text += name + ": " + count.text();
      }
      return text + "}";
    }
  };
  return std::visit(Visitor{}, value);
}

const Value* Config::find(std::string_view path) const {
  const auto it = values_.find(path);
  return it == values_.end() ? nullptr : &it->second;
}

bool Config::has(std::string_view path) const {
  const Value* value = find(path);
  return value != nullptr && !std::holds_alternative<None>(*value);
}

double Config::real(std::string_view path) const { return expect<Decimal>(*this, path).real(); }

long long Config::integer(std::string_view path) const {
  const auto value = expect<Decimal>(*this, path).integer();
  RB_CHECK(value.has_value());
  return *value;
}

const std::string& Config::text(std::string_view path) const {
  return expect<std::string>(*this, path);
}
bool Config::flag(std::string_view path) const { return expect<bool>(*this, path); }

const std::vector<std::string>& Config::texts(std::string_view path) const {
  return expect<std::vector<std::string>>(*this, path);
}

std::vector<double> Config::reals(std::string_view path) const {
  std::vector<double> result;
  for (const Decimal& number : expect<std::vector<Decimal>>(*this, path))
    result.push_back(number.real());
  return result;
}

std::map<std::string, long long> Config::counts(std::string_view path) const {
  std::map<std::string, long long> result;
  for (const auto& [name, count] : expect<Counts>(*this, path)) {
    RB_CHECK(count.integer().has_value());
    result[name] = *count.integer();
  }
  return result;
}

double Config::real_or(std::string_view path, double fallback) const {
  return has(path) ? real(path) : fallback;
}

long long Config::integer_or(std::string_view path, long long fallback) const {
  return has(path) ? integer(path) : fallback;
}

std::string Config::text_or(std::string_view path, std::string fallback) const {
  return has(path) ? text(path) : std::move(fallback);
}

}  // namespace ratbench::specs
