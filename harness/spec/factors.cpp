#include <fmt/format.h>

#include <algorithm>

#include "harness/spec/reader.hpp"

namespace ratbench::spec {
namespace {

using specs::ParamId;

std::string_view path_of(ParamId id) { return specs::all_params()[id].path; }

// Levels of one factor, none of them twice.
std::vector<Level> read_levels(const std::string& path, const Json& levels,
                               const std::string& pointer, ValueReader& values) {
  expect_type(levels, Json::Type::kList, pointer, "a list of values");
  if (levels.items.empty()) refuse(levels, pointer, "found an empty list: the factor has no value");
  std::vector<Level> result;
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < levels.items.size(); ++i) {
    result.push_back(values.read_factor(path, levels.items[i], pointer_to(pointer, i)));
    seen.push_back(to_canonical(levels.items[i]));
  }
  std::sort(seen.begin(), seen.end());
  const auto twice = std::adjacent_find(seen.begin(), seen.end());
  if (twice != seen.end())
    refuse(levels, pointer, fmt::format("the value {} stands here twice", *twice));
  return result;
}

// A parameter gets its value from one factor only.
void check_overlap(const Experiment& experiment, const Axis& axis, const Json& place,
                   const std::string& pointer) {
  for (const Level& level : axis.levels)
    for (const auto& entry : level)
      for (const Axis& other : experiment.axes)
        for (const Level& taken : other.levels)
          if (std::any_of(taken.begin(), taken.end(),
                          [&](const auto& leaf) { return leaf.first == entry.first; }))
            refuse(place, pointer,
                   fmt::format("{} is set by another factor too", path_of(entry.first)));
}

void add_factors(Experiment& experiment, const Level& level) {
  for (const auto& [id, given] : level)
    if (std::find(experiment.factors.begin(), experiment.factors.end(), id) ==
        experiment.factors.end())
      experiment.factors.push_back(id);
}

void add_axis(Experiment& experiment, Axis axis) {
  for (const Level& level : axis.levels) add_factors(experiment, level);
  experiment.axes.push_back(std::move(axis));
}

void read_grid(Experiment& experiment, const Json& grid, ValueReader& values) {
  expect_type(grid, Json::Type::kObject, "/grid", "an object from parameter paths to lists");
  if (grid.members.empty()) refuse(grid, "/grid", "found an empty grid");
  for (const auto& [path, levels] : grid.members) {
    const std::string pointer = pointer_to("/grid", path);
    Axis axis{{path}, read_levels(path, levels, pointer, values)};
    check_overlap(experiment, axis, levels, pointer);
    add_axis(experiment, std::move(axis));
  }
}

// One group of factors that advance together.
void read_zip_group(Experiment& experiment, const Json& group, const std::string& pointer,
                    ValueReader& values) {
  expect_type(group, Json::Type::kObject, pointer, "an object from parameter paths to lists");
  if (group.members.empty()) refuse(group, pointer, "found an empty group");
  Axis axis;
  for (const auto& [path, levels] : group.members) {
    const std::string place = pointer_to(pointer, path);
    const auto more = read_levels(path, levels, place, values);
    if (!axis.paths.empty() && more.size() != axis.levels.size())
      refuse(levels, place,
             fmt::format("found {} values, the other factors of the group have {}", more.size(),
                         axis.levels.size()));
    Axis alone{{path}, more};
    check_overlap(experiment, alone, levels, place);
    axis.paths.push_back(path);
    axis.levels.resize(more.size());
    for (std::size_t i = 0; i < more.size(); ++i) {
      for (const auto& entry : more[i])
        for (const auto& taken : axis.levels[i])
          if (taken.first == entry.first)
            refuse(levels, place,
                   fmt::format("{} is set by another factor too", path_of(entry.first)));
      axis.levels[i].insert(axis.levels[i].end(), more[i].begin(), more[i].end());
    }
  }
  add_axis(experiment, std::move(axis));
}

void read_zip(Experiment& experiment, const Json& zip, ValueReader& values) {
  if (zip.is(Json::Type::kObject)) {
    read_zip_group(experiment, zip, "/zip", values);
    return;
  }
  expect_type(zip, Json::Type::kList, "/zip", "an object of lists, or a list of such objects");
  if (zip.items.empty()) refuse(zip, "/zip", "found an empty list");
  for (std::size_t i = 0; i < zip.items.size(); ++i)
    read_zip_group(experiment, zip.items[i], pointer_to("/zip", i), values);
}

}  // namespace

void read_factors(Experiment& experiment, const Json& document, ValueReader& values) {
  if (const Json* grid = document.find("grid")) read_grid(experiment, *grid, values);
  if (const Json* zip = document.find("zip")) read_zip(experiment, *zip, values);
  if (const Json* include = document.find("include")) {
    expect_type(*include, Json::Type::kList, "/include", "a list of objects");
    for (std::size_t i = 0; i < include->items.size(); ++i) {
      experiment.includes.push_back(
          values.read_paths(include->items[i], pointer_to("/include", i)));
      add_factors(experiment, experiment.includes.back());
    }
  }
  if (const Json* exclude = document.find("exclude")) {
    expect_type(*exclude, Json::Type::kList, "/exclude", "a list of objects");
    for (std::size_t i = 0; i < exclude->items.size(); ++i)
      experiment.excludes.push_back(
          values.read_selection(exclude->items[i], pointer_to("/exclude", i)));
  }
}

}  // namespace ratbench::spec
