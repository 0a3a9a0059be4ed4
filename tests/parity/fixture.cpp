#include "tests/parity/fixture.hpp"

#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace ratbench::tests {
namespace {

at::ScalarType type_of(const data::TensorView& view) {
  if (view.dtype == data::Dtype::kI64) return at::kLong;
  if (view.dtype == data::Dtype::kF64) return at::kDouble;
  if (view.dtype == data::Dtype::kF32) return at::kFloat;
  throw std::runtime_error(view.name + " is neither float64, float32 nor int64");
}

}  // namespace

std::string fixtures_root() {
  const char* root = std::getenv("RATBENCH_FIXTURES");
  return root == nullptr ? "" : root;
}

Fixture::Fixture(const std::string& folder) : folder_(fixtures_root() + "/" + folder) {
  description_ = document("fixture");
}

nlohmann::json Fixture::document(const std::string& file) const {
  std::ifstream in(folder_ + "/" + file + ".json");
  return nlohmann::json::parse(in);
}

const data::Safetensors& Fixture::open(const std::string& file) {
  const auto found = files_.find(file);
  if (found != files_.end()) return found->second;
  return files_.emplace(file, data::Safetensors::open(folder_ + "/" + file + ".safetensors"))
      .first->second;
}

const nlohmann::json& Fixture::about(const std::string& file, const std::string& name) const {
  return description_.at("files").at(file + ".safetensors").at(name);
}

bool Fixture::has(const std::string& file, const std::string& name) const {
  const auto& tensors = description_.at("files").at(file + ".safetensors");
  return tensors.find(name) != tensors.end();
}

at::Tensor Fixture::tensor(const std::string& file, const std::string& name) {
  const data::TensorView& view = open(file).at(name);
  const std::vector<std::int64_t> shape(view.shape.begin(), view.shape.end());
  at::Tensor copy = at::empty(shape, type_of(view));
  std::memcpy(copy.mutable_data_ptr(), view.bytes.data(), view.bytes.size());
  return copy;
}

void Fixture::expect(const std::string& file, const std::string& name, const at::Tensor& got) {
  visited_.insert({file, name});
  const auto& tolerance = about(file, name).at("tolerance");
  const double absolute = tolerance.at("abs").get<double>();
  const double relative = tolerance.at("rel").get<double>();
  const at::Tensor want = tensor(file, name).to(at::kDouble);
  ASSERT_EQ(got.numel(), want.numel()) << file << ": " << name;
  const at::Tensor flat = got.to(at::kDouble).contiguous();
  const auto* a = flat.const_data_ptr<double>();
  const auto* b = want.const_data_ptr<double>();
  for (std::int64_t i = 0; i < want.numel(); ++i) {
    const bool close = std::abs(a[i] - b[i]) <= absolute + relative * std::abs(b[i]);
    ASSERT_TRUE(close) << file << ": " << name << "[" << i << "] is " << a[i] << ", not " << b[i];
  }
}

void Fixture::expect(const std::string& file, const std::string& name, double got) {
  at::Tensor scalar = at::empty({1}, at::kDouble);
  *scalar.mutable_data_ptr<double>() = got;
  expect(file, name, scalar);
}

std::vector<std::string> Fixture::unvisited(const std::string& file) const {
  std::vector<std::string> missed;
  for (const auto& [name, facts] : description_.at("files").at(file + ".safetensors").items()) {
    if (facts.at("role") == "expected" && !visited_.contains({file, name})) missed.push_back(name);
  }
  return missed;
}

}  // namespace ratbench::tests
