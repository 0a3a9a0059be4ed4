#include "reports/class_bands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ratbench::reports {
namespace {

bool knows_training(const ReportData& data) {
  return !data.classes.empty() &&
         std::all_of(data.classes.begin(), data.classes.end(),
                     [](const ClassData& klass) { return klass.training.has_value(); });
}

}  // namespace

std::vector<ClassBand> class_bands(const ReportData& data) {
  if (!knows_training(data)) return {};
  const auto [head, tail] = data.bands;
  std::array<ClassBand, 3> bands = {
      {{"head", fmt::format("from {} rows", head), {}},
       {"middle", fmt::format("{} to {} rows, both excluded", tail, head), {}},
       {"tail", fmt::format("up to {} rows", tail), {}}}};
  std::vector<const ClassData*> classes;
  for (const ClassData& klass : data.classes) classes.push_back(&klass);
  std::stable_sort(classes.begin(), classes.end(), [](const ClassData* a, const ClassData* b) {
    return *a->training > *b->training;
  });
  for (const ClassData* klass : classes) {
    const auto rows = static_cast<double>(*klass->training);
    bands[rows >= head ? 0 : rows > tail ? 1 : 2].classes.push_back(klass);
  }
  std::vector<ClassBand> used;
  for (ClassBand& band : bands)
    if (!band.classes.empty()) used.push_back(std::move(band));
  if (used.size() < 2) return {};
  used.push_back({"all", "", std::move(classes)});
  return used;
}

}  // namespace ratbench::reports
