// The top-level keys of an experiment file that are not sections of parameters.
#pragma once

#include <array>
#include <string_view>

namespace ratbench::spec {

struct FileKey {
  std::string_view key;
  std::string_view meaning;
};

inline constexpr std::array<FileKey, 13> kFileKeys = {{
    {"$schema", "The JSON Schema that an editor checks the file with; ignored."},
    {"arms", "Object from arm names to factor values: the cells that an arm stands for."},
    {"claims", "List of claims about arms or factors; see below."},
    {"exclude", "List of objects of factor values; cells of grid and zip that match are dropped."},
    {"extends", "Path of another experiment file, relative to this one, that this one changes."},
    {"grid", "Object from parameter paths, or sections, to lists of values: all combinations."},
    {"include", "List of objects of parameter values: each adds one cell to the base."},
    {"name",
     "Name of the experiment in the store and in reports: letters, digits, . _ -; the file's name "
     "without .json when not given. It is not inherited."},
    {"paper", "Citation and reported numbers, each with its place in the paper."},
    {"seeds",
     "A count (5 means 0 to 4), a list of seeds, or looks: {\"looks\": [5, 10, 20], \"until\": "
     "\"decided\"} trains 5 seeds, judges the claims, and goes on to 10 and 20 while one that more "
     "seeds can decide is undecided."},
    {"task", "See the parameters."},
    {"title", "One line for reports."},
    {"zip", "Object from paths to lists of equal length that advance together, or a list of such."},
}};

inline constexpr long long kDefaultSeeds = 5;
inline constexpr long long kMostSeeds = 100000;
inline constexpr long long kLargestSeed = 9007199254740991;  // 2^53 - 1: exact in every reader

}  // namespace ratbench::spec
