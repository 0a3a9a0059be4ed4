#include "reports/data_sets.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>

namespace ratbench::reports {
namespace {

constexpr std::string_view kTraining = "data.train";
// What describes a data set, beside its training file: never a question of its own.
constexpr std::array<std::string_view, 7> kFollowing = {
    "data.val",         "data.test",       "data.format",  "data.release",
    "data.fields.text", "data.train_rows", "data.val_rows"};

std::vector<std::string> components(const std::string& path) {
  std::vector<std::string> parts;
  for (const auto& part : std::filesystem::path(path)) parts.push_back(part.string());
  return parts;
}

// Components from the end that are the same in all paths: "train.tsv".
std::size_t common_tail(const std::vector<std::vector<std::string>>& paths) {
  std::size_t shortest = paths.front().size();
  for (const auto& path : paths) shortest = std::min(shortest, path.size());
  std::size_t tail = 0;
  const auto same = [&] {
    return std::all_of(paths.begin(), paths.end(), [&](const auto& path) {
      return path[path.size() - 1 - tail] == paths.front()[paths.front().size() - 1 - tail];
    });
  };
  while (tail + 1 < shortest && same()) ++tail;
  return tail;
}

// `count` components that end before the last `tail` ones; a file loses its ending.
std::string name_of(const std::vector<std::string>& path, std::size_t tail, std::size_t count) {
  const std::size_t end = path.size() - tail;
  const std::size_t begin = end - std::min(count, end);
  std::string name;
  for (std::size_t i = begin; i < end; ++i) {
    const bool file = i + 1 == path.size();
    if (!name.empty()) name += '/';
    name += file ? std::filesystem::path(path[i]).stem().string() : path[i];
  }
  return name;
}

// Whether `path` has one value for each value of the training file.
bool follows(const std::vector<CellData>& cells, std::string_view path) {
  std::map<std::string, std::string> by_training;
  for (const CellData& cell : cells) {
    const std::string* training = cell.factor(kTraining);
    const std::string* value = cell.factor(path);
    if (training == nullptr || value == nullptr) return false;
    if (by_training.emplace(*training, *value).first->second != *value) return false;
  }
  return true;
}

ObjectFactor& data_factor(ReportData& data) {
  for (ObjectFactor& object : data.object_factors)
    if (object.path == "data") return object;
  return data.object_factors.emplace_back(ObjectFactor{"data", {}});
}

}  // namespace

std::vector<std::string> short_path_names(const std::vector<std::string>& paths) {
  std::vector<std::vector<std::string>> parts;
  for (const std::string& path : paths) parts.push_back(components(path));
  std::vector<std::string> names;
  if (paths.empty()) return names;
  const bool alone = std::set<std::string>(paths.begin(), paths.end()).size() < 2;
  const std::size_t tail =
      alone ? std::min<std::size_t>(1, parts.front().size() - 1) : common_tail(parts);
  std::size_t longest = 0;
  for (const auto& path : parts) longest = std::max(longest, path.size());
  for (std::size_t count = 1; count <= longest; ++count) {
    names.clear();
    std::map<std::string, std::string> owners;
    bool distinct = true;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      names.push_back(name_of(parts[i], tail, count));
      distinct = owners.emplace(names.back(), paths[i]).first->second == paths[i] && distinct;
    }
    if (distinct) return names;
  }
  return paths;
}

void name_data_sets(ReportData& data) {
  const auto varies = [&](std::string_view path) {
    return std::find(data.factors.begin(), data.factors.end(), path) != data.factors.end();
  };
  if (!varies(kTraining)) return;
  std::vector<std::string> members{std::string(kTraining)};
  for (const std::string_view path : kFollowing)
    if (varies(path) && follows(data.cells, path)) members.emplace_back(path);
  std::vector<std::string> paths;
  for (const CellData& cell : data.cells) {
    const std::string* path = cell.factor(kTraining);
    if (path == nullptr) return;
    paths.push_back(*path);
  }
  const std::vector<std::string> names = short_path_names(paths);
  ObjectFactor& object = data_factor(data);
  // An object level may hold more than files; what does not follow from the file stays in sight.
  std::erase_if(object.members, [&](const std::string& path) {
    return path != kTraining && !follows(data.cells, path);
  });
  for (const std::string& path : members)
    if (std::find(object.members.begin(), object.members.end(), path) == object.members.end())
      object.members.push_back(path);
  for (std::size_t i = 0; i < data.cells.size(); ++i) data.cells[i].levels["data"] = names[i];
}

bool several_data_sets(const ReportData& data) {
  return std::any_of(data.cells.begin(), data.cells.end(), [&](const CellData& cell) {
    return cell.shown("data") != data.cells.front().shown("data");
  });
}

}  // namespace ratbench::reports
