// The reference numbers of the `stats` fixtures: inputs as doubles, expectations as JSON, and a
// record of the cases that were visited.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "src/data/safetensors.hpp"
#include "src/stats/aggregate.hpp"

namespace ratbench::stats {

class Reference {
 public:
  // `folder`: the fixtures' `stats` folder.
  explicit Reference(const std::filesystem::path& folder);

  const nlohmann::json& values(const std::string& section) const;
  // Tensors of inputs.safetensors, bootstrap.safetensors and aso.safetensors by name.
  std::vector<double> reals(const std::string& name) const;
  std::vector<std::int64_t> integers(const std::string& name) const;
  ScoreMatrix scores(const std::string& name) const;  // "X" for scores.X

  // Names of `values`, and of all tensors.
  std::set<std::string> sections() const;
  std::set<std::string> tensors() const;
  // Tensors that some test has read.
  const std::set<std::string>& read() const { return read_; }

 private:
  const data::TensorView& find(const std::string& name) const;

  nlohmann::json fixture_;
  std::vector<data::Safetensors> files_;
  mutable std::set<std::string> read_;
};

// |got - want| <= 1e-10 + 1e-9 |want|, the tolerance that the fixtures state.
void expect_value(double got, const nlohmann::json& want, const std::string& what);
// |got - want| <= 1e-10 + 1e-7 |want|, theirs for p values.
void expect_p(double got, const nlohmann::json& want, const std::string& what);

}  // namespace ratbench::stats
