#include "harness/spec/json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "src/specs/json_text.hpp"

namespace ratbench::spec {
namespace {

void append_canonical(std::string& out, const Json& json) {
  switch (json.type) {
    case Json::Type::kNull:
      out += "null";
      return;
    case Json::Type::kBool:
      out += json.flag ? "true" : "false";
      return;
    case Json::Type::kNumber:
      out += json.number.text();
      return;
    case Json::Type::kText:
      specs::append_json_string(out, json.text);
      return;
    case Json::Type::kList: {
      out += '[';
      for (const Json& item : json.items) {
        if (out.back() != '[') out += ',';
        append_canonical(out, item);
      }
      out += ']';
      return;
    }
    case Json::Type::kObject: {
      std::vector<const Json::Member*> sorted;
      for (const Json::Member& member : json.members) sorted.push_back(&member);
      std::sort(sorted.begin(), sorted.end(),
                [](const auto* a, const auto* b) { return a->first < b->first; });
      out += '{';
      for (const Json::Member* member : sorted) {
        if (out.back() != '{') out += ',';
        specs::append_json_string(out, member->first);
        out += ':';
        append_canonical(out, member->second);
      }
      out += '}';
      return;
    }
  }
}

}  // namespace

Json::Json() = default;
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;

Json Json::of(std::string text) {
  Json json;
  json.type = Type::kText;
  json.text = std::move(text);
  return json;
}

const Json* Json::find(std::string_view key) const {
  for (const Member& member : members)
    if (member.first == key) return &member.second;
  return nullptr;
}

Json* Json::find(std::string_view key) { return const_cast<Json*>(std::as_const(*this).find(key)); }

void Json::set(std::string key, Json value) {
  if (Json* old = find(key))
    *old = std::move(value);
  else
    members.emplace_back(std::move(key), std::move(value));
}

bool Json::erase(std::string_view key) {
  const auto old_size = members.size();
  std::erase_if(members, [&](const Member& member) { return member.first == key; });
  return members.size() != old_size;
}

const std::string& Json::file() const {
  static const std::string kNowhere;
  return source == nullptr ? kNowhere : *source;
}

std::string describe(const Json& json) {
  switch (json.type) {
    case Json::Type::kNull:
      return "null";
    case Json::Type::kBool:
      return json.flag ? "true" : "false";
    case Json::Type::kNumber:
      return "the number " + json.number.text();
    case Json::Type::kText:
      return "the text \"" + json.text + "\"";
    case Json::Type::kList:
      return "a list";
    case Json::Type::kObject:
      return "an object";
  }
  return "";
}

std::string to_canonical(const Json& json) {
  std::string out;
  append_canonical(out, json);
  return out;
}

std::string pointer_to(std::string_view pointer, std::string_view key) {
  std::string out(pointer);
  out += '/';
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

std::string pointer_to(std::string_view pointer, std::size_t index) {
  return fmt::format("{}/{}", pointer, index);
}

}  // namespace ratbench::spec
