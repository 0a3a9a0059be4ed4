#include "tests/src/stats/reference.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>

#include "src/base/check.hpp"

namespace ratbench::stats {
namespace {

void expect_within(double got, double want, double relative, const std::string& what) {
  EXPECT_LE(std::abs(got - want), 1e-10 + relative * std::abs(want))
      << what << ": got " << got << ", want " << want;
}

template <typename T>
std::vector<T> copied(const data::TensorView& tensor) {
  std::vector<T> values(tensor.elements);
  RB_CHECK_EQ(tensor.bytes.size(), values.size() * sizeof(T));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

}  // namespace

Reference::Reference(const std::filesystem::path& folder) {
  std::ifstream in(folder / "fixture.json");
  fixture_ = nlohmann::json::parse(in);
  for (const char* file : {"inputs", "bootstrap", "aso"})
    files_.push_back(data::Safetensors::open(folder / (std::string(file) + ".safetensors")));
}

const nlohmann::json& Reference::values(const std::string& section) const {
  return fixture_.at("values").at(section);
}

const data::TensorView& Reference::find(const std::string& name) const {
  read_.insert(name);
  for (const data::Safetensors& file : files_)
    if (const data::TensorView* tensor = file.find(name)) return *tensor;
  return files_.front().at(name);
}

std::vector<double> Reference::reals(const std::string& name) const {
  return copied<double>(find(name));
}

std::vector<std::int64_t> Reference::integers(const std::string& name) const {
  return copied<std::int64_t>(find(name));
}

ScoreMatrix Reference::scores(const std::string& name) const {
  const data::TensorView& tensor = find("scores." + name);
  return {tensor.shape.at(0), tensor.shape.at(1), copied<double>(tensor)};
}

std::set<std::string> Reference::sections() const {
  std::set<std::string> names;
  for (const auto& [name, value] : fixture_.at("values").items()) names.insert(name);
  return names;
}

std::set<std::string> Reference::tensors() const {
  std::set<std::string> names;
  for (const data::Safetensors& file : files_)
    for (const data::TensorView& tensor : file.tensors()) names.insert(tensor.name);
  return names;
}

void expect_value(double got, const nlohmann::json& want, const std::string& what) {
  expect_within(got, want.get<double>(), 1e-9, what);
}

void expect_p(double got, const nlohmann::json& want, const std::string& what) {
  expect_within(got, want.get<double>(), 1e-7, what);
}

}  // namespace ratbench::stats
