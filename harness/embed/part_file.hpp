// Features that are ready while others are still computed, so that an interrupted embedding goes on
// where it stopped. Records are checksummed; a torn last one is cut off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ratbench::embed {

// Not safe for use from several threads; a second process that opens the same file gets an object
// that keeps nothing.
class PartFile {
 public:
  // Opens the file that belongs to `key`, everything the features depend on; without one, the
  // first append creates it. What another key left there is discarded. Throws EnvironmentError, as
  // all members do.
  PartFile(const std::filesystem::path& path, const std::string& key, std::size_t dim);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  // One stored row: its number and `dim` features.
  struct Row {
    std::uint64_t row = 0;
    std::vector<float> features;
  };
  // What earlier calls stored. Only once.
  std::vector<Row> take_stored() { return std::move(stored_); }

  // Stores the features of `rows`, [rows, dim], durably.
  void append(std::span<const std::uint64_t> rows, std::span<const float> features);

  // Removes the file.
  void discard();

 private:
  void open();
  std::size_t read_stored();
  void write(std::span<const char> bytes);
  [[noreturn]] void fail(const char* doing) const;

  std::filesystem::path path_;
  std::string header_;
  std::size_t dim_;
  bool opened_ = false;
  int descriptor_ = -1;  // -1 before the file is there, and when another process has it
  std::vector<Row> stored_;
};

}  // namespace ratbench::embed
