// One text file per attempt: what was tried, what the worker printed, how it ended.
// Files are named after run key and attempt, so nothing is overwritten.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ratbench::sched {

class AttemptLog {
 public:
  AttemptLog() = default;
  // Creates DIR/KEY16.N.log with the smallest free N from 1. Throws EnvironmentError when the
  // folder cannot be written.
  AttemptLog(const std::filesystem::path& dir, const std::string& run_key);
  ~AttemptLog();
  AttemptLog(AttemptLog&& other) noexcept;
  AttemptLog& operator=(AttemptLog&& other) noexcept;

  // Never fails: a log that cannot be written is no reason to lose a run.
  void write(std::string_view text) noexcept;
  // "" when there is no file.
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  int fd_ = -1;
};

}  // namespace ratbench::sched
