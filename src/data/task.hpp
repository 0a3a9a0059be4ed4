// What a data set asks to be predicted, as specs, data files and results name it.
// A row is a text or sentence, which statistics resample; a unit is one prediction.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace ratbench::data {

enum class Task {
  kClassification,  // one unit per row: its class
  kMultilabel,      // as many units per row as there are labels: 0 or 1
  kNer,             // one unit per word: its IOB2 tag
  kRelation,        // one unit per row: the relation of its two arguments
};

struct TaskName {
  Task task;
  std::string_view name;
};
inline constexpr std::array<TaskName, 4> kTaskNames = {{{Task::kClassification, "classification"},
                                                        {Task::kMultilabel, "multilabel"},
                                                        {Task::kNer, "ner"},
                                                        {Task::kRelation, "relation"}}};

constexpr std::string_view task_name(Task task) {
  for (const TaskName& row : kTaskNames)
    if (row.task == task) return row.name;
  return "";
}

constexpr std::optional<Task> find_task(std::string_view name) {
  for (const TaskName& row : kTaskNames)
    if (row.name == name) return row.task;
  return std::nullopt;
}

}  // namespace ratbench::data
