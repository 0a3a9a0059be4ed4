#include "src/data/safetensors_header.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "src/base/error.hpp"
#include "src/base/json.hpp"

namespace ratbench::data {
namespace {

using Json = nlohmann::json;
constexpr const char* kMetadataKey = "__metadata__";

struct DtypeRow {
  std::string_view name;
  Dtype dtype;
  unsigned bits;
};

// In the order of the enumeration.
constexpr DtypeRow kDtypes[] = {
    {"BOOL", Dtype::kBool, 8},
    {"F4", Dtype::kF4, 4},
    {"F6_E2M3", Dtype::kF6E2M3, 6},
    {"F6_E3M2", Dtype::kF6E3M2, 6},
    {"U8", Dtype::kU8, 8},
    {"I8", Dtype::kI8, 8},
    {"F8_E5M2", Dtype::kF8E5M2, 8},
    {"F8_E4M3", Dtype::kF8E4M3, 8},
    {"F8_E5M2FNUZ", Dtype::kF8E5M2Fnuz, 8},
    {"F8_E4M3FNUZ", Dtype::kF8E4M3Fnuz, 8},
    {"F8_E8M0", Dtype::kF8E8M0, 8},
    {"I16", Dtype::kI16, 16},
    {"U16", Dtype::kU16, 16},
    {"F16", Dtype::kF16, 16},
    {"BF16", Dtype::kBF16, 16},
    {"I32", Dtype::kI32, 32},
    {"U32", Dtype::kU32, 32},
    {"F32", Dtype::kF32, 32},
    {"C64", Dtype::kC64, 64},
    {"F64", Dtype::kF64, 64},
    {"I64", Dtype::kI64, 64},
    {"U64", Dtype::kU64, 64},
};

constexpr bool in_enumeration_order() {
  for (std::size_t i = 0; i < std::size(kDtypes); ++i)
    if (static_cast<std::size_t>(kDtypes[i].dtype) != i) return false;
  return true;
}
static_assert(in_enumeration_order() &&
              std::size(kDtypes) == static_cast<std::size_t>(Dtype::kU64) + 1);

std::optional<Dtype> dtype_of(std::string_view name) {
  for (const DtypeRow& row : kDtypes)
    if (row.name == name) return row.dtype;
  return std::nullopt;
}

// Receives JSON events; every state knows which events the format allows, so depth is bounded by
// the states and a malformed header is refused at its first wrong token.
class HeaderBuilder : public nlohmann::json_sax<Json> {
 public:
  HeaderBuilder(std::size_t offset, const std::string& file) : offset_(offset), file_(file) {}
  SafetensorsHeader take() { return std::move(header_); }

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("a boolean"); }
  bool number_integer(number_integer_t) override { return unexpected("a negative number"); }
  bool number_float(number_float_t, const string_t& text) override {
    return unexpected("the number " + text + ", which is no unsigned 64-bit integer");
  }
  bool binary(binary_t&) override { return unexpected("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (state_ == State::kShape) {
      entry().shape.push_back(value);
      return true;
    }
    if (state_ != State::kOffsets) return unexpected("a number");
    if (offsets_seen_ == 2) fail("\"data_offsets\" must hold exactly two numbers");
    (offsets_seen_++ == 0 ? entry().begin : entry().end) = value;
    return true;
  }

  bool string(string_t& value) override {
    if (state_ == State::kMetadata) {
      header_.metadata[metadata_key_] = value;
      return true;
    }
    if (state_ != State::kDtype) return unexpected("a string");
    const auto dtype = dtype_of(value);
    if (!dtype) fail("unknown dtype \"" + value + "\"");
    entry().dtype = *dtype;
    state_ = State::kEntry;
    return true;
  }

  bool start_object(std::size_t) override {
    switch (state_) {
      case State::kStart:
        state_ = State::kTop;
        return true;
      case State::kMetadataStart:
        state_ = State::kMetadata;
        return true;
      case State::kEntryStart:
        state_ = State::kEntry;
        return true;
      default:
        return unexpected("an object");
    }
  }

  bool key(string_t& name) override {
    if (state_ == State::kTop) return top_key(name);
    if (state_ == State::kMetadata) {
      if (!metadata_keys_.insert(name).second) fail("the key \"" + name + "\" occurs twice");
      metadata_key_ = name;
      return true;
    }
    return entry_key(name);
  }

  bool end_object() override {
    if (state_ == State::kEntry) {
      for (const char* needed : {"dtype", "shape", "data_offsets"})
        if (!entry_keys_.contains(needed)) fail(std::string("has no \"") + needed + "\"");
    }
    state_ = State::kTop;
    place_.clear();
    return true;
  }

  bool start_array(std::size_t) override {
    if (state_ == State::kShapeStart) {
      state_ = State::kShape;
    } else if (state_ == State::kOffsetsStart) {
      state_ = State::kOffsets;
      offsets_seen_ = 0;
    } else {
      return unexpected("an array");
    }
    return true;
  }

  bool end_array() override {
    if (state_ == State::kOffsets && offsets_seen_ != 2)
      fail("\"data_offsets\" must hold exactly two numbers");
    state_ = State::kEntry;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    throw DataError(file_, "byte " + std::to_string(offset_ + (position > 0 ? position - 1 : 0)),
                    "the header is not valid UTF-8 JSON from here on");
  }

 private:
  enum class State {
    kStart,
    kTop,
    kMetadataStart,
    kMetadata,
    kEntryStart,
    kEntry,
    kDtype,
    kShapeStart,
    kShape,
    kOffsetsStart,
    kOffsets,
  };

  bool top_key(const std::string& name) {
    if (!names_.insert(name).second)
      throw DataError(file_, "header", "the name \"" + name + "\" occurs twice");
    place_ = name == kMetadataKey ? "metadata" : "tensor \"" + name + "\"";
    if (name == kMetadataKey) {
      state_ = State::kMetadataStart;
      return true;
    }
    header_.tensors.emplace_back().name = name;
    entry_keys_.clear();
    state_ = State::kEntryStart;
    return true;
  }

  bool entry_key(const std::string& name) {
    if (!entry_keys_.insert(name).second) fail("the key \"" + name + "\" occurs twice");
    if (name == "dtype") {
      state_ = State::kDtype;
    } else if (name == "shape") {
      state_ = State::kShapeStart;
    } else if (name == "data_offsets") {
      state_ = State::kOffsetsStart;
    } else {
      fail("unknown key \"" + name + "\"; allowed are dtype, shape and data_offsets");
    }
    return true;
  }

  const char* expected() const {
    switch (state_) {
      case State::kStart:
      case State::kMetadataStart:
      case State::kEntryStart:
        return "an object";
      case State::kMetadata:
      case State::kDtype:
        return "a string";
      case State::kShape:
      case State::kOffsets:
        return "an unsigned integer";
      default:
        return "an array of unsigned integers";
    }
  }

  bool unexpected(const std::string& found) {
    fail("found " + found + " where " + expected() + " is needed");
  }
  [[noreturn]] void fail(const std::string& problem) const {
    throw DataError(file_, place_.empty() ? "header" : place_, problem);
  }
  TensorView& entry() { return header_.tensors.back(); }

  SafetensorsHeader header_;
  State state_ = State::kStart;
  std::set<std::string> names_;
  std::set<std::string> metadata_keys_;
  std::set<std::string> entry_keys_;
  std::string metadata_key_;
  std::string place_;
  int offsets_seen_ = 0;
  std::size_t offset_;
  const std::string& file_;
};

}  // namespace

std::string_view dtype_name(Dtype dtype) { return kDtypes[static_cast<std::size_t>(dtype)].name; }
unsigned dtype_bits(Dtype dtype) { return kDtypes[static_cast<std::size_t>(dtype)].bits; }

SafetensorsHeader parse_header(std::string_view json, std::size_t offset, const std::string& file) {
  if (json.empty() || json.front() != '{')
    throw DataError(file, "byte " + std::to_string(offset), "the header does not begin with {");
  // The JSON library takes a zero byte for the end of its input, and JSON allows other white space
  // after the object than the format does.
  if (const auto zero = json.find('\0'); zero != std::string_view::npos)
    throw DataError(file, "byte " + std::to_string(offset + zero), "zero byte in the header");
  if (const auto last = json.find_last_not_of(' '); json[last] != '}')
    throw DataError(file, "byte " + std::to_string(offset + last),
                    "the header must end with } and be padded with spaces only");
  HeaderBuilder builder(offset, file);
  Json::sax_parse(json.begin(), json.end(), &builder);
  return builder.take();
}

std::string header_text(const std::vector<TensorSource>& tensors,
                        const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[kMetadataKey] = metadata;
  std::uint64_t begin = 0;
  for (const TensorSource& tensor : tensors) {
    const std::uint64_t end = begin + tensor.bytes.size();
    header[tensor.name] = {{"dtype", dtype_name(tensor.dtype)},
                           {"shape", tensor.shape},
                           {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string text = json_text(header);
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

}  // namespace ratbench::data
