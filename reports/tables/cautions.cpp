#include "reports/tables/cautions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

#include "reports/data_sets.hpp"

namespace ratbench::reports {
namespace {

// Lengths that count as equal: early stopping makes small differences.
constexpr double kSameLength = 1.05;

struct Lengths {
  const CellData* least = nullptr;
  const CellData* most = nullptr;
};

Lengths lengths_of(const ReportData& data) {
  Lengths found;
  for (const CellData& cell : data.cells) {
    if (!cell.training.batches) continue;
    if (!found.least || *cell.training.batches < *found.least->training.batches)
      found.least = &cell;
    if (!found.most || *cell.training.batches > *found.most->training.batches) found.most = &cell;
  }
  return found;
}

// Whether the file gives both cells other lengths of training.
bool given_other_lengths(const CellData& a, const CellData& b) {
  for (const char* path : {"train.epochs", "train.steps"}) {
    const std::string* of_a = a.factor(path);
    const std::string* of_b = b.factor(path);
    if ((of_a == nullptr) != (of_b == nullptr) || (of_a != nullptr && *of_a != *of_b)) return true;
  }
  return false;
}

// In how many cells every run has all rows of the class right, or all wrong.
struct Steady {
  std::size_t right = 0, wrong = 0;
};

Steady steady_cells(const ReportData& data, const ClassData& klass) {
  Steady steady;
  for (const CellData& cell : data.cells) {
    const std::vector<double> recalls = cell.values("recall/" + klass.name);
    if (recalls.empty()) continue;
    const auto all = [&](double value) {
      return std::all_of(recalls.begin(), recalls.end(), [&](double r) { return r == value; });
    };
    steady.right += all(1) ? 1 : 0;
    steady.wrong += all(0) ? 1 : 0;
  }
  return steady;
}

std::string steady_text(const ClassData& klass, const Steady& steady, std::size_t cells) {
  std::string where;
  if (steady.right > 0) where = fmt::format("all right in every run of {}", steady.right);
  if (steady.wrong > 0)
    where += fmt::format("{}all wrong in every run of {}", where.empty() ? "" : ", ", steady.wrong);
  return fmt::format("{} ({} test row{}: {} of {} cells)", klass.name, klass.support,
                     klass.support == 1 ? "" : "s", where, cells);
}

// Classes that a note names; a data set with many classes has many rare ones.
constexpr std::size_t kNamed = 6;

// A run that takes so many times the median of its cell was held up by something else.
constexpr double kDisturbed = 3;

std::string disturbed_text(const ReportData& data) {
  std::size_t cells = 0;
  double most = 0;
  for (const CellData& cell : data.cells) {
    const double slowest = cell.training.slowest_to_median.value_or(1);
    cells += slowest > kDisturbed ? 1 : 0;
    most = std::max(most, slowest);
  }
  if (cells == 0) return "";
  return fmt::format(
      " Something else held the machine: in {} of {} cells a run took more than {:g} times the "
      "median of its cell, at most {:.0f} times.",
      cells, data.cells.size(), kDisturbed, most);
}

}  // namespace

bool training_is_unequal(const ReportData& data) {
  const Lengths lengths = lengths_of(data);
  return lengths.least &&
         *lengths.most->training.batches > kSameLength * *lengths.least->training.batches;
}

std::optional<std::string> unequal_training_note(const ReportData& data) {
  if (!training_is_unequal(data)) return std::nullopt;
  const auto [least, most] = lengths_of(data);
  return fmt::format(
      "Training is not equally long: {:.0f} batches a run in \"{}\", {:.0f} in \"{}\" ({:.1f} "
      "times). {}, so that a difference between such cells may be one of length.",
      *least->training.batches, least->label, *most->training.batches, most->label,
      *most->training.batches / *least->training.batches,
      given_other_lengths(*least, *most)
          ? "The experiment gives them other lengths"
          : "Cells train for the same number of epochs, and an augmentation that adds rows makes "
            "them longer");
}

bool several_baselines(const ReportData& data) {
  return std::any_of(data.cells.begin(), data.cells.end(),
                     [&](const CellData& cell) { return cell.baseline != data.baseline; });
}

std::string baseline_text(const ReportData& data) {
  if (!several_baselines(data))
    return fmt::format("the baseline ({})", data.cells[data.baseline].label);
  return "the baseline of its own test rows (the first cell without attack and augmentation, else "
         "without attack)";
}

std::optional<std::string> negative_class_note(const ReportData& data) {
  std::set<std::string> left_out;
  for (const CellData& cell : data.cells) left_out.insert(cell.negative_class);
  left_out.erase("");
  if (left_out.empty()) return std::nullopt;
  return fmt::format(
      "Negative class ({}): it means that there is no relation, and micro-F1 is that of the other "
      "classes; a row of the negative class counts there only as a false alarm. Accuracy is the "
      "micro-F1 with it; macro-F1 and weighted-F1 count it as any class.",
      fmt::join(left_out, ", "));
}

std::string train_time_note(const ReportData& data) {
  const CellData& first = data.cells[data.baseline];
  if (!first.training.clean() || !first.training.time_to_first_clean)
    return "Train time: – because no cell without attack was timed on the same device.";
  const std::string clean = several_data_sets(data)
                                ? "the first cell of the same data set"
                                : fmt::format("\"{}\", the first cell", first.label);
  return fmt::format(
             "Train time: median training time of a run relative to {} without attack{}, here as "
             "in every table and figure; from ordinary sweep runs, so indicative and not a cost "
             "measurement. – where devices differ.",
             clean, first.untreated ? " and augmentation" : "") +
         disturbed_text(data);
}

std::optional<std::string> too_narrow_note(const ReportData& data) {
  std::vector<std::string> found;
  for (const ClassData* klass : rare_classes(data)) {
    const Steady steady = steady_cells(data, *klass);
    if (klass->support > 0 && steady.right + steady.wrong > 0)
      found.push_back(steady_text(*klass, steady, data.cells.size()));
  }
  if (found.empty()) return std::nullopt;
  std::string others;
  if (found.size() > kNamed + 1) {
    others = fmt::format("; and {} more classes", found.size() - kNamed);
    found.resize(kNamed);
  }
  return fmt::format(
      "Too narrow are the intervals of cells in which the few test rows of a class come out the "
      "same in every run: {}{}. Such a class adds no variance there, although other rows of it "
      "may well come out otherwise.",
      fmt::join(found, "; "), others);
}

}  // namespace ratbench::reports
