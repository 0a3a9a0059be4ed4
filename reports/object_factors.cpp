#include "reports/object_factors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "src/specs/registry.hpp"

namespace ratbench::reports {
namespace {

// One level as the file gives it: path, value text.
using LevelTexts = std::vector<std::pair<std::string, std::string>>;

std::vector<LevelTexts> levels_of(const spec::Axis& axis) {
  std::vector<LevelTexts> levels;
  for (const spec::Level& level : axis.levels) {
    LevelTexts& texts = levels.emplace_back();
    for (const auto& [id, given] : level)
      if (given != nullptr)
        texts.emplace_back(std::string(specs::all_params()[id].path), given->text);
  }
  return levels;
}

bool matches(const LevelTexts& level, const CellData& cell) {
  return std::all_of(level.begin(), level.end(), [&](const auto& given) {
    const std::string* value = cell.factor(given.first);
    return value != nullptr && *value == given.second;
  });
}

// The level that a cell has: of those that match the one that says most.
const LevelTexts* level_of(const std::vector<LevelTexts>& levels, const CellData& cell) {
  const LevelTexts* best = nullptr;
  for (const LevelTexts& level : levels)
    if (matches(level, cell) && (best == nullptr || level.size() > best->size())) best = &level;
  return best;
}

// Whether cells with the same name (the same loss, the same attack) differ in `path`.
bool varies_among_namesakes(const ReportData& data, const std::string& name_path,
                            const std::string* name, const std::string& path) {
  std::set<std::string> values;
  for (const CellData& cell : data.cells) {
    const std::string* other = cell.factor(name_path);
    const bool namesake = name == nullptr || (other != nullptr && *other == *name);
    const std::string* value = cell.factor(path);
    if (namesake && value != nullptr) values.insert(*value);
  }
  return values.size() > 1;
}

// A list that would fill a line, "[declined_card_payment, ...]", as "(3 values)".
std::string brief_list(const std::string& value) {
  constexpr std::size_t kLongest = 40;
  if (value.size() <= kLongest || !value.starts_with('[')) return value;
  return fmt::format("({} values)", 1 + std::count(value.begin(), value.end(), ','));
}

// `brief_list`, unless another list of the cells would read the same.
std::string value_text(const ReportData& data, const std::string& path, const std::string& value) {
  const std::string brief = brief_list(value);
  const bool taken = std::any_of(data.cells.begin(), data.cells.end(), [&](const CellData& cell) {
    const std::string* other = cell.factor(path);
    return other != nullptr && *other != value && brief_list(*other) == brief;
  });
  return taken ? value : brief;
}

// Parameters whose 0 takes away what the level's name promises: no batch is attacked, no
// adversarial term, no perturbation, no made rows.
constexpr std::array<std::string_view, 4> kNothingAtZero = {
    "attack.p_rat", "attack.weight", "attack.epsilon", "augmentation.lambda"};

bool is_nothing(const std::string& path, const std::string& value) {
  return value == "0" && std::ranges::find(kNothingAtZero, path) != kNothingAtZero.end();
}

std::string level_text(const ReportData& data, const ObjectFactor& object, const LevelTexts& level,
                       const CellData& cell) {
  const std::string name_path = object.path + ".name";
  const std::string* name = cell.factor(name_path);
  std::string text = name == nullptr ? "" : *name;
  for (const auto& [path, value] : level) {
    if (path == name_path || cell.is_inactive(path)) continue;
    if (!is_nothing(path, value) && !varies_among_namesakes(data, name_path, name, path)) continue;
    if (!text.empty()) text += ", ";
    text += path.substr(object.path.size() + 1) + " " + value_text(data, path, value);
  }
  return text.empty() ? "default" : text;
}

// Whether a cell, one that `include` added, has a level of another cell but for other members.
bool differs(const ObjectFactor& object, const CellData& cell, const CellData& other) {
  return std::any_of(object.members.begin(), object.members.end(), [&](const std::string& path) {
    const std::string* a = cell.factor(path);
    const std::string* b = other.factor(path);
    return a != nullptr && b != nullptr && *a != *b && !cell.is_inactive(path);
  });
}

// The members of a cell that no level describes (one that `include` added).
LevelTexts all_members(const ObjectFactor& object, const CellData& cell) {
  LevelTexts texts;
  for (const std::string& path : object.members)
    if (const std::string* value = cell.factor(path)) texts.emplace_back(path, *value);
  return texts;
}

}  // namespace

void add_object_factors(const spec::Experiment& experiment, ReportData& data) {
  for (const spec::Axis& axis : experiment.axes) {
    if (axis.paths.size() != 1) continue;
    ObjectFactor object{axis.paths.front(), {}};
    for (const std::string& path : data.factors)
      if (path.starts_with(object.path + ".")) object.members.push_back(path);
    // Two factors of the same section ("attack" and "attack.p_rat") stay apart.
    const std::vector<LevelTexts> levels = levels_of(axis);
    std::erase_if(object.members, [&](const std::string& path) {
      return std::none_of(levels.begin(), levels.end(), [&](const LevelTexts& level) {
        return std::any_of(level.begin(), level.end(),
                           [&](const auto& given) { return given.first == path; });
      });
    });
    if (object.members.size() < 2) continue;
    std::map<const LevelTexts*, const CellData*> first;  // of each level: a cell of the grid
    for (CellData& cell : data.cells) {
      const LevelTexts* level = level_of(levels, cell);
      if (level && differs(object, cell, *first.emplace(level, &cell).first->second))
        level = nullptr;
      cell.levels[object.path] =
          level_text(data, object, level ? *level : all_members(object, cell), cell);
    }
    data.object_factors.push_back(std::move(object));
  }
}

}  // namespace ratbench::reports
