// The name of a folder, for people.
#pragma once

#include <filesystem>
#include <string>

namespace ratbench {

// The last part of a path: "PubMedBERT" of "/models/PubMedBERT/".
inline std::string folder_name(const std::filesystem::path& folder) {
  return (folder.has_filename() ? folder : folder.parent_path()).filename().string();
}

}  // namespace ratbench
