// A tree of labels, and which of its nodes stand for each class: a class and everything above it.
// Scores over these sets count a wrong answer the less, the nearer it is to the right one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ratbench::metrics {

// child name -> parent name; empty: no tree.
using Hierarchy = std::map<std::string, std::string>;

// Reads a JSON object that names the parent of every child: {"Dentistry": "Surgery", ...}. A name
// that is nobody's child is at the top. Throws DataError naming `file` for anything else, a child
// named twice and a cycle.
Hierarchy parse_hierarchy(std::string_view json, const std::string& file);

// The same object as one line of JSON, names sorted.
std::string hierarchy_to_json(const Hierarchy& tree);

// Nodes of each class, sorted numbers, [classes]: its own and all above it. A class that the tree
// does not name stands alone. A top node above all classes is left out: it would always be right.
std::vector<std::vector<std::int32_t>> nodes_of_classes(
    const Hierarchy& tree, const std::vector<std::string>& class_names);

}  // namespace ratbench::metrics
