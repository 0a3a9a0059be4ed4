// A two-class data set on disk, runs over it and a journal in memory: what scheduler tests need.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/sched/scheduler.hpp"
#include "src/base/sha256.hpp"
#include "src/data/safetensors.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::sched {

// An environment variable for the length of a scope.
class ScopedVariable {
 public:
  ScopedVariable(std::string name, const std::string& value) : name_(std::move(name)) {
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~ScopedVariable() { ::unsetenv(name_.c_str()); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  std::string name_;
};

// Writes train, val and test of `rows` rows each with labels 0 1 0 1 ...
inline protocol::DataFiles write_tiny_data(const std::filesystem::path& dir, std::uint64_t rows) {
  protocol::DataFiles files;
  const std::vector<float> features(rows, 0.5F);
  std::vector<std::int64_t> labels(rows);
  for (std::uint64_t row = 0; row < rows; ++row) labels[row] = static_cast<std::int64_t>(row % 2);
  for (const char* split : {"train", "val", "test"}) {
    const auto path = dir / (std::string(split) + ".safetensors");
    data::write_safetensors(
        path,
        {{"features", data::Dtype::kF32, {rows, 1}, std::as_bytes(std::span(features))},
         {"labels", data::Dtype::kI64, {rows}, std::as_bytes(std::span(labels))}},
        {{"class_names", "[\"no\",\"yes\"]"}});
    files.paths[split] = path.string();
    files.sha256[split] = sha256_file(path);
  }
  return files;
}

// Remembers what the scheduler says, in order.
class MemoryJournal : public Journal {
 public:
  void begin(std::span<const store::AttemptStart> starts) override {
    for (const auto& start : starts) {
      ++attempts[start.run_key];
      provenance[start.run_key] = start.provenance;
    }
  }
  std::vector<store::RejectedResult> finish(std::span<const protocol::RunResult> ended) override {
    for (const auto& result : ended) results[result.run_key] = result;
    return {};
  }
  void fail(std::span<const store::AttemptFailure> failed) override {
    failures.insert(failures.end(), failed.begin(), failed.end());
  }
  void alive(std::span<const std::string>) override {}
  void kernel_chosen(const std::string& family, const std::string& kernel) override {
    kernels.emplace_back(family, kernel);
  }

  std::map<std::string, int> attempts;
  std::map<std::string, store::Provenance> provenance;
  std::map<std::string, protocol::RunResult> results;
  std::vector<store::AttemptFailure> failures;
  std::vector<std::pair<std::string, std::string>> kernels;
};

// The echo worker of this build.
inline std::filesystem::path echo_worker() {
  const char* build = std::getenv("RATBENCH_BUILD");
  return std::filesystem::path(build == nullptr ? "build" : build) / "tests" / "echo_worker";
}

}  // namespace ratbench::sched
