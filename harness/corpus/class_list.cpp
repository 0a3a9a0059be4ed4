#include "harness/corpus/class_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "src/base/check.hpp"
#include "src/base/error.hpp"

namespace ratbench::corpus {
namespace {

// What a row has of the task: one class, several labels, or the types of its entities.
std::vector<std::string> names_in(data::Task task, const Report& report) {
  switch (task) {
    case data::Task::kMultilabel:
      return report.labels;
    case data::Task::kNer: {
      std::vector<std::string> types;
      for (const std::string& tag : report.tags)
        if (tag != "O") types.push_back(tag.substr(2));
      return types;
    }
    case data::Task::kClassification:
    case data::Task::kRelation:
      break;
  }
  return {report.label};
}

const char* noun(data::Task task) {
  switch (task) {
    case data::Task::kMultilabel:
      return "label";
    case data::Task::kNer:
      return "entity type";
    case data::Task::kClassification:
    case data::Task::kRelation:
      break;
  }
  return "class";
}

// The line of the word that has it; of other tasks that of the row.
std::string place_of_name(data::Task task, const Report& report, std::size_t row,
                          const std::string& name) {
  if (task != data::Task::kNer || report.line == 0) return place_of(report, row);
  const auto tag = std::find_if(report.tags.begin(), report.tags.end(), [&](const auto& each) {
    return each.size() > 2 && each.substr(2) == name;
  });
  return fmt::format("line {}", report.line + static_cast<std::size_t>(tag - report.tags.begin()));
}

}  // namespace

std::vector<std::string> class_list(data::Task task, const TextSplits& splits, bool from_all) {
  std::set<std::string> names;
  for (const auto& [split, texts] : splits)
    for (const Report& report : texts.reports)
      if (report.aug_index == 0 && (split == "train" || from_all))
        for (const std::string& name : names_in(task, report)) names.insert(name);
  const std::string& origin = splits.at("train").origin;
  if (names.empty()) throw DataError(origin, "", fmt::format("holds no {}", noun(task)));
  for (const auto& [split, texts] : splits)
    for (std::size_t row = 0; row < texts.reports.size(); ++row)
      for (const std::string& name : names_in(task, texts.reports[row]))
        if (!names.contains(name))
          throw DataError(
              texts.origin, place_of_name(task, texts.reports[row], row, name),
              fmt::format("{} \"{}\" has no original in the training split, which has {}",
                          noun(task), name, fmt::join(names, ", ")));
  const bool single = task == data::Task::kClassification || task == data::Task::kRelation;
  if (single && names.size() < 2)
    throw DataError(origin, "", "holds a single class; at least two are needed");
  if (task != data::Task::kNer) return {names.begin(), names.end()};
  std::vector<std::string> tags = {"O"};
  for (const std::string& type : names) {
    tags.push_back("B-" + type);
    tags.push_back("I-" + type);
  }
  return tags;
}

std::size_t index_of(const std::string& name, const std::vector<std::string>& class_names) {
  const auto found = std::find(class_names.begin(), class_names.end(), name);
  RB_CHECK(found != class_names.end());
  return static_cast<std::size_t>(found - class_names.begin());
}

void add_flags(const std::vector<std::string>& labels, const std::vector<std::string>& class_names,
               std::vector<std::uint8_t>& flags) {
  const std::size_t first = flags.size();
  flags.resize(first + class_names.size(), 0);
  for (const std::string& label : labels) flags[first + index_of(label, class_names)] = 1;
}

}  // namespace ratbench::corpus
