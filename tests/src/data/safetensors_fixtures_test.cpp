// Every file of the reference folder `safetensors`, visited through its list of verdicts.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "src/base/error.hpp"
#include "src/data/safetensors.hpp"
#include "tests/needs.hpp"

namespace ratbench::data {
namespace {

using Json = nlohmann::json;

template <typename T>
T element(std::span<const std::byte> bytes, std::size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

// IEEE 754 binary16 as a double.
double half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1F;
  const double fraction = bits & 0x3FF;
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == 0x1F) return sign * (fraction == 0 ? HUGE_VAL : std::nan(""));
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

double real_element(const TensorView& tensor, std::size_t index) {
  switch (tensor.dtype) {
    case Dtype::kF32:
      return element<float>(tensor.bytes, index);
    case Dtype::kF64:
      return element<double>(tensor.bytes, index);
    case Dtype::kF16:
      return half(element<std::uint16_t>(tensor.bytes, index));
    case Dtype::kBF16:
      return std::bit_cast<float>(std::uint32_t{element<std::uint16_t>(tensor.bytes, index)} << 16);
    default:
      ADD_FAILURE() << "the list holds a type this test cannot read: " << dtype_name(tensor.dtype);
      return 0;
  }
}

std::int64_t integer_element(const TensorView& tensor, std::size_t index) {
  switch (tensor.dtype) {
    case Dtype::kI64:
      return element<std::int64_t>(tensor.bytes, index);
    case Dtype::kI32:
      return element<std::int32_t>(tensor.bytes, index);
    case Dtype::kI16:
      return element<std::int16_t>(tensor.bytes, index);
    case Dtype::kI8:
      return element<std::int8_t>(tensor.bytes, index);
    default:
      return element<std::uint8_t>(tensor.bytes, index);
  }
}

bool is_real(Dtype dtype) {
  return dtype == Dtype::kF32 || dtype == Dtype::kF64 || dtype == Dtype::kF16 ||
         dtype == Dtype::kBF16;
}

double listed_real(const Json& value) {
  if (!value.is_string()) return value.get<double>();
  return value == "-inf" ? -HUGE_VAL : HUGE_VAL;
}

void compare_values(const TensorView& tensor, const Json& values) {
  ASSERT_EQ(values.size(), tensor.elements);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_real(tensor.dtype)) {
      // Bits, so that -0 and 0 differ.
      EXPECT_EQ(std::bit_cast<std::uint64_t>(real_element(tensor, i)),
                std::bit_cast<std::uint64_t>(listed_real(values[i])))
          << tensor.name << " " << i;
    } else if (values[i].is_boolean()) {
      EXPECT_EQ(integer_element(tensor, i) != 0, values[i].get<bool>()) << tensor.name << " " << i;
    } else {
      EXPECT_EQ(integer_element(tensor, i), values[i].get<std::int64_t>())
          << tensor.name << " " << i;
    }
  }
}

void compare(const Safetensors& file, const Json& wanted) {
  EXPECT_EQ(file.metadata(), (wanted.value("metadata", std::map<std::string, std::string>{})));
  const Json tensors = wanted.value("tensors", Json::object());
  EXPECT_EQ(file.tensors().size(), tensors.size());
  for (const auto& [name, tensor] : tensors.items()) {
    const TensorView* found = file.find(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(dtype_name(found->dtype), tensor.at("dtype").get<std::string>());
    EXPECT_EQ(found->shape, tensor.at("shape").get<std::vector<std::uint64_t>>());
    compare_values(*found, tensor.at("values"));
  }
}

TEST(SafetensorsFixtures, EveryFileGetsItsVerdict) {
  RATBENCH_NEEDS_FIXTURES();
  const auto folder = std::filesystem::path(std::getenv("RATBENCH_FIXTURES")) / "safetensors";
  const Json verdicts = Json::parse(std::ifstream(folder / "verdicts.json"));
  std::set<std::string> visited;
  for (const Json& wanted : verdicts.at("cases")) {
    const auto name = wanted.at("file").get<std::string>();
    SCOPED_TRACE(name + ": " + wanted.at("reason").get<std::string>());
    visited.insert(name);
    if (wanted.at("verdict") == "accept") {
      EXPECT_NO_THROW(compare(Safetensors::open(folder / name), wanted));
      continue;
    }
    EXPECT_EQ(wanted.at("verdict"), "reject");
    try {
      Safetensors::open(folder / name);
      ADD_FAILURE() << "was accepted";
    } catch (const DataError& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
      EXPECT_EQ(error.status(), ExitStatus::kUsage);
      RecordProperty(name, error.what());
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(name == "verdicts.json" || visited.contains(name)) << name << " was not visited";
  }
  EXPECT_GT(visited.size(), 0U);
}

}  // namespace
}  // namespace ratbench::data
