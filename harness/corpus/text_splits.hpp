// The texts of all splits that a configuration names, whatever files or release they come from.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/corpus/report.hpp"
#include "src/data/task.hpp"
#include "src/specs/config.hpp"

namespace ratbench::corpus {

// Texts of one split and the name and hash of where they come from.
struct TextSplit {
  std::string origin;
  std::string sha256;
  std::vector<Report> reports;
};
using TextSplits = std::map<std::string, TextSplit>;

// What the configuration asks to be predicted.
data::Task task_of(const specs::Config& config);

// A file's SHA-256, remembered while size, times and inode stay the same.
std::string remembered_sha256(const std::filesystem::path& path);
// SHA-256 of everything that the rows hold.
std::string reports_sha256(const std::vector<Report>& reports);

// Files of the splits that `config` names. Splits that are drawn need no file but that of training
// (or of testing). Throws SpecError for a split without a file, DataError for a file that is not
// there.
std::map<std::string, std::filesystem::path> split_paths(const specs::Config& config);

// Reads every split. Throws SpecError for a setting that is missing, DataError for bad data.
TextSplits read_text_splits(const specs::Config& config);

// Augmentations of texts change the training split; when splits are drawn from one heap, any
// original may come to train. Throws SpecError for more texts than can be held.
void augment_texts(const specs::Config& config, TextSplits& splits);

}  // namespace ratbench::corpus
