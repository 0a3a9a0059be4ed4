// One folder of reference numbers: its tensors, its cases, and which of them a test has visited.
// A test that leaves a case or an expected tensor unvisited fails.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "src/data/safetensors.hpp"
#include "tests/needs.hpp"

namespace ratbench::tests {

// "" when the environment variable RATBENCH_FIXTURES is not set.
std::string fixtures_root();

class Fixture {
 public:
  explicit Fixture(const std::string& folder);

  const nlohmann::json& description() const { return description_; }
  nlohmann::json document(const std::string& file) const;
  // float64, float32 or int64 copy of a tensor, as stored; `file` without the extension.
  at::Tensor tensor(const std::string& file, const std::string& name);
  bool has(const std::string& file, const std::string& name) const;
  // Compares with the stored tensor within its own tolerance and marks it visited.
  void expect(const std::string& file, const std::string& name, const at::Tensor& got);
  void expect(const std::string& file, const std::string& name, double got);
  // Marks an expected tensor that states a convention the program does not follow.
  void leave_out(const std::string& file, const std::string& name) {
    visited_.insert({file, name});
  }
  // Expected tensors of `file` that were neither compared nor left out.
  std::vector<std::string> unvisited(const std::string& file) const;

 private:
  const data::Safetensors& open(const std::string& file);
  const nlohmann::json& about(const std::string& file, const std::string& name) const;

  std::string folder_;
  nlohmann::json description_;
  std::map<std::string, data::Safetensors> files_;
  std::set<std::pair<std::string, std::string>> visited_;
};

}  // namespace ratbench::tests
