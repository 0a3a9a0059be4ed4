// Reads JSON text into the tree of json.hpp, with the place of every mistake.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/spec/json.hpp"
#include "src/base/error.hpp"

namespace ratbench::spec {
namespace {

constexpr std::size_t kMaxDepth = 64;

// Walks a text and tells how far the parser has read, which the SAX interface does not.
struct CountingIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at;
  std::size_t* consumed;

  reference operator*() const { return *at; }
  CountingIterator& operator++() {
    ++at;
    ++*consumed;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator old = *this;
    ++*this;
    return old;
  }
  bool operator==(const CountingIterator& other) const { return at == other.at; }
  bool operator!=(const CountingIterator& other) const { return at != other.at; }
};

std::string line_and_column(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = before.size() - (newline == std::string_view::npos ? 0 : newline + 1);
  return fmt::format("line {}, column {}", line, column + 1);
}

// The opening quote of the string that ends just before `end`.
std::size_t string_start(std::string_view text, std::size_t end) {
  std::size_t i = end < 2 ? 0 : end - 2;
  while (i > 0) {
    std::size_t backslashes = 0;
    while (backslashes < i && text[i - 1 - backslashes] == '\\') ++backslashes;
    if (text[i] == '"' && backslashes % 2 == 0) return i;
    --i;
  }
  return i;
}

// Builds the tree from the events of the library's parser.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::string_view text, const std::string& source, const std::size_t& consumed)
      : text_(text), source_(std::make_shared<const std::string>(source)), consumed_(consumed) {}

  Json take() { return std::move(root_); }

  bool null() override { return put(make(Json::Type::kNull)); }
  bool boolean(bool value) override {
    Json json = make(Json::Type::kBool);
    json.flag = value;
    return put(std::move(json));
  }
  bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  bool number_float(number_float_t value, const string_t& text) override {
    const std::string_view digits = std::string_view(text).substr(0, text.find_first_of("eE"));
    if (value == 0 && digits.find_first_of("123456789") != std::string_view::npos)
      refuse_size(text);
    return number(text);
  }
  bool string(string_t& value) override {
    Json json = make(Json::Type::kText);
    json.text = value;
    return put(std::move(json));
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(make(Json::Type::kObject)); }
  bool start_array(std::size_t) override { return open(make(Json::Type::kList)); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (open_.back().find(name) != nullptr)
      fail(string_start(text_, consumed_), fmt::format("the key \"{}\" stands here twice", name));
    keys_.back() = name;
    return true;
  }
  bool parse_error(std::size_t, const std::string& token,
                   const nlohmann::detail::exception& error) override {
    constexpr int kNumberOverflow = 406;
    if (error.id == kNumberOverflow) refuse_size(token);
    // The library's text already names line and column; its own tag is of no use to the reader.
    std::string message = error.what();
    const std::size_t tag = message.find("] ");
    if (message.starts_with("[json.exception") && tag != std::string::npos)
      message.erase(0, tag + 2);
    throw SpecError(*source_, "", message);
  }

 private:
  [[noreturn]] void fail(std::size_t offset, const std::string& problem) const {
    throw SpecError(*source_, "", line_and_column(text_, offset) + ": " + problem);
  }

  [[noreturn]] void refuse_size(const std::string& number) const {
    const std::size_t start = text_.rfind(number, consumed_ - number.size());
    throw SpecError(*source_, here(),
                    fmt::format("{}: found the number {}, allowed are 0 and what a double can "
                                "hold: sizes from 5e-324 to 1.7e308",
                                line_and_column(text_, start), number));
  }

  // Of the value that is being read.
  std::string here() const {
    std::string pointer;
    for (std::size_t i = 0; i < open_.size(); ++i)
      pointer = open_[i].is(Json::Type::kList) ? pointer_to(pointer, open_[i].items.size())
                                               : pointer_to(pointer, keys_[i]);
    return pointer;
  }

  Json make(Json::Type type) const {
    Json json;
    json.type = type;
    json.source = source_;
    return json;
  }

  bool number(const std::string& text) {
    const auto decimal = Decimal::parse(text);
    if (!decimal.has_value()) fail(consumed_, "the number " + text + " has too many digits");
    Json json = make(Json::Type::kNumber);
    json.number = *decimal;
    return put(std::move(json));
  }

  bool open(Json json) {
    if (open_.size() >= kMaxDepth)
      fail(consumed_, fmt::format("nested deeper than {} levels", kMaxDepth));
    open_.push_back(std::move(json));
    keys_.emplace_back();
    return true;
  }

  bool close() {
    Json json = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    return put(std::move(json));
  }

  bool put(Json json) {
    if (open_.empty())
      root_ = std::move(json);
    else if (open_.back().is(Json::Type::kList))
      open_.back().items.push_back(std::move(json));
    else
      open_.back().members.emplace_back(keys_.back(), std::move(json));
    return true;
  }

  std::string_view text_;
  std::shared_ptr<const std::string> source_;
  const std::size_t& consumed_;
  Json root_;
  std::vector<Json> open_;
  std::vector<std::string> keys_;
};

}  // namespace

Json parse_json(std::string_view text, const std::string& source) {
  std::size_t consumed = 0;
  Builder builder(text, source, consumed);
  const CountingIterator first{text.data(), &consumed};
  const CountingIterator last{text.data() + text.size(), &consumed};
  nlohmann::json::sax_parse(first, last, &builder, nlohmann::json::input_format_t::json,
                            /*strict=*/true, /*ignore_comments=*/true);
  return builder.take();
}

}  // namespace ratbench::spec
