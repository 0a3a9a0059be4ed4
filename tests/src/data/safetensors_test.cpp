#include <gtest/gtest.h>

#include <cstring>

#include "src/base/error.hpp"
#include "tests/src/data/bytes.hpp"

namespace ratbench::data {
namespace {

using testing_support::file_bytes;
using testing_support::parse;

// The message of the DataError that `bytes` causes; fails when there is none.
std::string refusal(const std::string& bytes) {
  try {
    parse(bytes);
  } catch (const DataError& error) {
    return error.what();
  }
  return "accepted";
}

const std::string kEightBytes(8, '\0');

TEST(Safetensors, GivesViewsIntoTheData) {
  const std::string bytes = file_bytes(
      R"({"__metadata__":{"k":"v"},"b":{"dtype":"I16","shape":[2],"data_offsets":[4,8]},)"
      R"("a":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]}})",
      "abcdefgh");
  const Safetensors file = parse(bytes);
  ASSERT_EQ(file.tensors().size(), 2U);
  EXPECT_EQ(file.tensors()[0].name, "b");
  EXPECT_EQ(file.metadata().at("k"), "v");
  const TensorView& tensor = file.at("a");
  EXPECT_EQ(tensor.dtype, Dtype::kU8);
  EXPECT_EQ(shape_text(tensor), "[2,2]");
  EXPECT_EQ(tensor.elements, 4U);
  EXPECT_EQ(std::memcmp(tensor.bytes.data(), "abcd", 4), 0);
  EXPECT_EQ(file.find("c"), nullptr);
}

TEST(Safetensors, NamesTheTensorsThereAreWhenOneIsMissing) {
  const std::string bytes =
      file_bytes(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})", kEightBytes);
  try {
    static_cast<void>(parse(bytes).at("features"));
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(), "memory: has no tensor \"features\"; there are \"a\"");
  }
}

TEST(Safetensors, KnowsEveryElementTypeOfTheFormat) {
  const std::pair<const char*, unsigned> types[] = {
      {"BOOL", 8},    {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6},     {"U8", 8},
      {"I8", 8},      {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E5M2FNUZ", 8}, {"F8_E4M3FNUZ", 8},
      {"F8_E8M0", 8}, {"I16", 16},    {"U16", 16},    {"F16", 16},        {"BF16", 16},
      {"I32", 32},    {"U32", 32},    {"F32", 32},    {"C64", 64},        {"F64", 64},
      {"I64", 64},    {"U64", 64}};
  for (const auto& [name, bits] : types) {
    const std::string bytes =
        file_bytes(std::string(R"({"a":{"dtype":")") + name +
                       R"(","shape":[4],"data_offsets":[0,)" + std::to_string(4 * bits / 8) + "]}}",
                   std::string(4 * bits / 8, '\0'));
    EXPECT_EQ(dtype_name(parse(bytes).at("a").dtype), name);
    EXPECT_EQ(dtype_bits(parse(bytes).at("a").dtype), bits);
  }
}

TEST(Safetensors, RefusesPackedElementsThatEndInsideAByte) {
  EXPECT_NE(refusal(file_bytes(R"({"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}})", "x"))
                .find("does not fit"),
            std::string::npos);
}

TEST(Safetensors, SaysWhatIsWrongAndWhere) {
  const auto entry = [](const std::string& text) {
    return refusal(file_bytes(R"({"a":)" + text + "}", kEightBytes));
  };
  EXPECT_EQ(entry(R"({"dtype":"Q8","shape":[8],"data_offsets":[0,8]})"),
            "memory: tensor \"a\": unknown dtype \"Q8\"");
  EXPECT_EQ(entry(R"({"dtype":"U8","shape":[7],"data_offsets":[0,8]})"),
            "memory: tensor \"a\": shape [7] of U8 does not fit its range of 8 bytes");
  EXPECT_EQ(entry(R"({"dtype":"U8","shape":[8],"data_offsets":[0,8],"x":1})"),
            "memory: tensor \"a\": unknown key \"x\"; allowed are dtype, shape and data_offsets");
  EXPECT_EQ(entry(R"({"dtype":"U8","shape":[8],"shape":[8],"data_offsets":[0,8]})"),
            "memory: tensor \"a\": the key \"shape\" occurs twice");
  EXPECT_EQ(entry(R"({"dtype":"U8","shape":8,"data_offsets":[0,8]})"),
            "memory: tensor \"a\": found a number where an array of unsigned integers is needed");
  EXPECT_EQ(entry(R"({"dtype":"U8","shape":[8],"data_offsets":[0]})"),
            "memory: tensor \"a\": \"data_offsets\" must hold exactly two numbers");
  EXPECT_EQ(refusal("abc").substr(0, 18), "memory: has 3 byte");
  EXPECT_EQ(refusal(file_bytes("{\"a\":}")),
            "memory: byte 13: the header is not valid UTF-8 JSON from here on");
}

TEST(Safetensors, RefusesWhatTheJsonLibraryWouldLetPass) {
  const std::string good = R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})";
  EXPECT_EQ(refusal(file_bytes(good + "  ", kEightBytes)), "accepted");
  EXPECT_NE(refusal(file_bytes(good + "\n", kEightBytes)), "accepted");
  EXPECT_NE(refusal(file_bytes(good + '\0' + "}", kEightBytes)), "accepted");
  EXPECT_NE(refusal(file_bytes(R"({"__metadata__":{"k":"v","k":"v"}})")), "accepted");
  EXPECT_NE(refusal(file_bytes(R"({"__metadata__":{},"__metadata__":{}})")), "accepted");
  EXPECT_NE(refusal(file_bytes(R"({"__metadata__":null})")), "accepted");
}

TEST(Safetensors, RefusesEveryTruncationOfAFile) {
  const std::string whole =
      file_bytes(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})", kEightBytes);
  ASSERT_EQ(refusal(whole), "accepted");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(refusal(whole.substr(0, size)), "accepted") << size;
}

TEST(Safetensors, RefusesFoldersAndMissingFiles) {
  const TemporaryFolder folder;
  EXPECT_THROW(Safetensors::open(folder.path()), DataError);
  EXPECT_THROW(Safetensors::open(folder.path() / "missing"), DataError);
}

}  // namespace
}  // namespace ratbench::data
