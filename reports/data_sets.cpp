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
// What may come with a data set, beside its training file: there it is no question of its own.
constexpr std::array<std::string_view, 2> kFollowing = {"data.", "train."};

std::vector<std::string> components(const std::string& path) {
  std::vector<std::string> parts;
  for (const auto& part : std::filesystem::path(path)) parts.push_back(part.string());
  return parts;
}

// Components from the end that are the same in all paths: "train.tsv", also beside "train.txt".
std::size_t common_tail(const std::vector<std::vector<std::string>>& paths) {
  std::size_t shortest = paths.front().size();
  for (const auto& path : paths) shortest = std::min(shortest, path.size());
  std::size_t tail = 0;
  const auto part = [&](const std::vector<std::string>& path) {
    const std::string& name = path[path.size() - 1 - tail];
    return tail == 0 ? std::filesystem::path(name).stem().string() : name;
  };
  const auto same = [&] {
    return std::all_of(paths.begin(), paths.end(),
                       [&](const auto& path) { return part(path) == part(paths.front()); });
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

// Whether `path` has one value, or none, for each value of the training file.
bool follows(const std::vector<CellData>& cells, std::string_view path) {
  std::map<std::string, std::string> by_training;
  for (const CellData& cell : cells) {
    const std::string* training = cell.factor(kTraining);
    const std::string value = cell.shown(path);
    if (training == nullptr) return false;
    if (by_training.emplace(*training, value).first->second != value) return false;
  }
  return true;
}

bool may_follow(const std::string& path) {
  return path != kTraining && std::any_of(kFollowing.begin(), kFollowing.end(),
                                          [&](std::string_view s) { return path.starts_with(s); });
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
  for (const std::string& path : data.factors)
    if (may_follow(path) && follows(data.cells, path)) members.push_back(path);
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

std::optional<std::string> data_settings_note(const ReportData& data) {
  const auto object = std::find_if(data.object_factors.begin(), data.object_factors.end(),
                                   [](const ObjectFactor& one) { return one.path == "data"; });
  if (object == data.object_factors.end()) return std::nullopt;
  std::map<std::string, std::string> by_set;
  for (const CellData& cell : data.cells) {
    std::string text;
    for (const std::string& path : object->members)
      if (path.starts_with("train.") && cell.shown(path) != "–")
        text +=
            (text.empty() ? " " : ", ") + factor_title(data.factors, path) + " " + cell.shown(path);
    if (!text.empty()) by_set.emplace(cell.shown("data"), text);
  }
  std::string note;
  for (const auto& [name, text] : by_set) note += (note.empty() ? "" : "; ") + name + ":" + text;
  return note.empty() ? std::nullopt : std::optional("Training by data set: " + note + ".");
}

bool several_data_sets(const ReportData& data) {
  return std::any_of(data.cells.begin(), data.cells.end(), [&](const CellData& cell) {
    return cell.shown("data") != data.cells.front().shown("data");
  });
}

}  // namespace ratbench::reports
