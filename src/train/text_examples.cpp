#include "src/train/text_examples.hpp"

#include "src/augment/augment.hpp"
#include "src/base/error.hpp"
#include "src/train/training_set.hpp"

namespace ratbench::train {
namespace {

// Windows to train on, as the rows of augment::augment without features.
augment::AugmentedRows chosen_windows(const data::TokenSet& file, const RunSpec& run) {
  const augment::AugmentParameters parameters = augment::augment_parameters(run.config);
  check_whole_rows(parameters, file.task());
  const bool single = !file.labels().empty();
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> aug_index;
  for (const std::int64_t row : file.row()) {
    labels.push_back(single ? file.labels()[static_cast<std::size_t>(row)] : 0);
    if (!file.aug_index().empty()) aug_index.push_back(file.aug_index_of(row));
  }
  const augment::TrainingRows rows = {
      .features = {},
      .dim = 0,
      .labels = labels,
      .aug_index = aug_index,
      .classes = single ? static_cast<std::int64_t>(file.class_names().size()) : 1};
  return augment::augment(rows, parameters, run.seed, file.class_names());
}

// Units of `windows`, in the order of their logits.
std::vector<std::int32_t> units_of(const data::TokenSet& file,
                                   std::span<const std::int64_t> windows) {
  std::vector<std::int32_t> units;
  const std::size_t labels = file.class_names().size();
  for (const std::int64_t window : windows) {
    const auto index = static_cast<std::size_t>(window);
    const auto row = static_cast<std::size_t>(file.row()[index]);
    if (file.task() == data::Task::kNer) {
      for (auto t = static_cast<std::size_t>(file.starts()[index]);
           t < static_cast<std::size_t>(file.starts()[index + 1]); ++t)
        if (file.tags()[t] != data::kNoTag) units.push_back(file.tags()[t]);
    } else if (file.task() == data::Task::kMultilabel) {
      for (std::size_t label = 0; label < labels; ++label)
        units.push_back(file.flags()[row * labels + label]);
    } else {
      units.push_back(static_cast<std::int32_t>(file.labels()[row]));
    }
  }
  return units;
}

std::vector<double> counts_of(const data::TokenSet& file, std::span<const std::int32_t> units) {
  const std::size_t classes = file.class_names().size();
  std::vector<double> counts(classes);
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (file.task() == data::Task::kMultilabel)
      counts[i % classes] += units[i];
    else
      counts[static_cast<std::size_t>(units[i])] += 1;
  }
  return counts;
}

}  // namespace

std::vector<std::int64_t> windows_of(const data::TokenSet& file,
                                     std::span<const std::int64_t> ids) {
  std::vector<std::int64_t> windows;
  windows.reserve(ids.size());
  for (const std::int64_t id : ids) windows.push_back(id % file.windows());
  return windows;
}

Examples training_examples(const TextDataset& data, const RunSpec& run) {
  const data::Task task = task_of(run.config);
  if (task != data.task())
    throw SpecError("the experiment", "/task",
                    "found " + std::string(data::task_name(task)) + ", but the data are of task " +
                        std::string(data::task_name(data.task())));
  const data::TokenSet& file = data.file(Split::kTrain);
  augment::AugmentedRows chosen = chosen_windows(file, run);
  Examples examples;
  examples.ids = std::move(chosen.kept);
  examples.ids.insert(examples.ids.end(), chosen.made_ids.begin(), chosen.made_ids.end());
  if (task == data::Task::kNer)
    std::erase_if(examples.ids, [&](std::int64_t id) {
      return units_of(file, windows_of(file, std::span(&id, 1))).empty();
    });
  examples.remarks = std::move(chosen.remarks);
  examples.truth.units = units_of(file, windows_of(file, examples.ids));
  examples.class_counts = counts_of(file, examples.truth.units);
  return examples;
}

}  // namespace ratbench::train
