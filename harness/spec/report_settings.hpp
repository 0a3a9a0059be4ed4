// What an experiment asks of its report about classes. Internal parts are checked when the file is
// read; whether the data have the classes, only beside the data.
#pragma once

#include <string>
#include <vector>

#include "harness/spec/experiment.hpp"

namespace ratbench::spec {

// Classes that are taken for each other.
struct ClassGroup {
  std::string name;
  std::vector<std::string> classes;
};

// Bands of classes by training rows: head from the first, tail up to the second, middle between.
struct Bands {
  double head = 100;
  double tail = 20;
};

// From report.groups, in order of first mention; none when it is not given. Throws SpecError for a
// text that is not "GROUP: CLASS" and for a class named twice.
std::vector<ClassGroup> class_groups(const Experiment& experiment);

// Throws SpecError when a group names none of `classes`, those of the data.
void check_groups(const Experiment& experiment, const std::vector<std::string>& classes);

// From report.bands. Throws SpecError unless they are two numbers, the second smaller.
Bands bands(const Experiment& experiment);

}  // namespace ratbench::spec
