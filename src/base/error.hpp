// The exception types of the project and the exit status each one maps to.
// Throw them for what the outside got wrong; expected outcomes are returned, our own mistakes are
// CHECKed.
#pragma once

#include <stdexcept>
#include <string>

namespace ratbench {

// Exit status of both programs. `main` alone turns errors into one of these.
enum class ExitStatus : int {
  kSuccess = 0,
  kRunFailed = 1,
  kUsage = 2,        // wrong use, configuration or malformed data
  kUndecided = 3,    // verify and cost only
  kEnvironment = 4,  // disk full, store held or newer, device, worker missing
  kRefuted = 5,      // verify and cost only
  kInterrupted = 130,
};

// Base of every error that reaches the user; `what()` is one complete sentence or paragraph.
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& message)
      : std::runtime_error(message), status_(status) {}
  ExitStatus status() const { return status_; }

 private:
  ExitStatus status_;
};

// A command line that cannot be obeyed.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(ExitStatus::kUsage, message) {}
};

// An experiment file or configuration that is not valid. The message names the file, the JSON
// pointer, what was found, what is allowed and, for an unknown key, the nearest known one.
class SpecError : public Error {
 public:
  SpecError(std::string file, std::string pointer, const std::string& problem)
      : Error(ExitStatus::kUsage,
              file + (pointer.empty() ? "" : ": at " + pointer) + ": " + problem),
        file_(std::move(file)),
        pointer_(std::move(pointer)) {}
  const std::string& file() const { return file_; }
  const std::string& pointer() const { return pointer_; }

 private:
  std::string file_;
  std::string pointer_;
};

// A data file that is missing, truncated or malformed. `place` is a line, row or tensor name; may
// be empty.
class DataError : public Error {
 public:
  DataError(std::string file, const std::string& place, const std::string& problem)
      : Error(ExitStatus::kUsage, file + (place.empty() ? "" : ": " + place) + ": " + problem),
        file_(std::move(file)) {}
  const std::string& file() const { return file_; }

 private:
  std::string file_;
};

// The database cannot be used: held, newer, read-only, full. `code` is SQLite's primary result code
// or 0.
class StoreError : public Error {
 public:
  StoreError(const std::string& file, int code, const std::string& problem)
      : Error(ExitStatus::kEnvironment, file + ": " + problem), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

// The user stopped what was going on; the message says what is kept.
class InterruptedError : public Error {
 public:
  explicit InterruptedError(const std::string& message)
      : Error(ExitStatus::kInterrupted, message) {}
};

// The machine does not allow what was asked: device, worker program, disk.
class EnvironmentError : public Error {
 public:
  explicit EnvironmentError(const std::string& message)
      : Error(ExitStatus::kEnvironment, message) {}
};

}  // namespace ratbench
