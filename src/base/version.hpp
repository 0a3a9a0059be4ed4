// Versions that results depend on. `kMethodVersion` is part of every run key: raise it whenever a
// change moves any training result, so that old and new runs are never mixed.
#pragma once

namespace ratbench {

inline constexpr const char* kProgramVersion = "0.1.0";
inline constexpr int kMethodVersion = 3;
inline constexpr int kProtocolVersion = 4;

// Git revision the program was built from, "+dirty" appended for uncommitted changes, "unknown"
// outside git.
const char* git_revision();

}  // namespace ratbench
