#include "src/train/learner.hpp"

#include "src/base/error.hpp"

namespace ratbench::train {

data::Task task_of(const specs::Config& config) {
  const std::string name = config.text_or("task", "classification");
  const auto task = data::find_task(name);
  if (!task) throw SpecError("the experiment", "/task", "'" + name + "' is not a task");
  return *task;
}

}  // namespace ratbench::train
