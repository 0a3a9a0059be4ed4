// Classes by frequency: head, middle and tail of the training split, as report.bands limits them.
#pragma once

#include <string>
#include <vector>

#include "reports/data.hpp"

namespace ratbench::reports {

struct ClassBand {
  std::string name;    // head, middle, tail, all
  std::string limits;  // "from 100 rows"; "" for all
  std::vector<const ClassData*> classes;

  // Name of the mean F1 of the classes among a cell's metrics.
  std::string metric() const { return "band_f1/" + name; }
};

// Bands that have classes, those with most training rows first, and last the band of all. Nothing
// where fewer than two have any, and where cells differ in training rows. Points into `data`.
std::vector<ClassBand> class_bands(const ReportData& data);

// Name, among a cell's metrics, of the share of a group's test rows that is predicted right.
inline std::string group_recall(const spec::ClassGroup& group) {
  return "group_recall/" + group.name;
}

}  // namespace ratbench::reports
