#include "reports/data.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "src/base/check.hpp"

namespace ratbench::reports {
namespace {

std::size_t count_status(const std::vector<CellRun>& runs, std::string_view status) {
  return static_cast<std::size_t>(std::count_if(
      runs.begin(), runs.end(), [&](const CellRun& run) { return run.status == status; }));
}

// Values of `path` in the first `cells` cells, in order of appearance.
std::vector<std::string> levels_of(const std::vector<CellData>& cells, std::size_t count,
                                   const std::string& path) {
  std::vector<std::string> levels;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string* value = cells[i].factor(path);
    if (value && std::find(levels.begin(), levels.end(), *value) == levels.end())
      levels.push_back(*value);
  }
  return levels;
}

MainBlock block_of_prefix(const std::vector<CellData>& cells, std::size_t count,
                          const std::vector<std::string>& factors) {
  MainBlock block;
  block.cells = count;
  for (const std::string& path : factors) {
    std::vector<std::string> levels = levels_of(cells, count, path);
    if (levels.size() > 1) {
      block.factors.push_back(path);
      block.levels.push_back(std::move(levels));
    } else if (levels.size() == 1) {
      block.constant[path] = levels.front();
    }
  }
  return block;
}

bool is_full_factorial(const std::vector<CellData>& cells, const MainBlock& block) {
  std::size_t product = 1;
  for (const auto& levels : block.levels) product *= levels.size();
  if (product != block.cells) return false;
  std::set<std::vector<std::string>> seen;
  for (std::size_t i = 0; i < block.cells; ++i) {
    std::vector<std::string> values;
    for (const std::string& path : block.factors) {
      const std::string* value = cells[i].factor(path);
      if (!value) return false;
      values.push_back(*value);
    }
    seen.insert(std::move(values));
  }
  return seen.size() == block.cells;
}

std::string last_component(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  const std::string last = dot == std::string::npos ? path : path.substr(dot + 1);
  if (last != "name" || dot == std::string::npos) return last;
  const std::string parent = path.substr(0, dot);
  return parent.substr(parent.rfind('.') == std::string::npos ? 0 : parent.rfind('.') + 1);
}

// What is not as usual in the main block; of a cell in which everything is, all of it.
std::string cell_label(const ReportData& data, const CellData& cell) {
  std::string unusual, all;
  for (const std::string& path : layout_factors(data)) {
    const std::string* value = cell.factor(path);
    if (value == nullptr || cell.is_inactive(path)) continue;
    const std::string text = factor_title(data.factors, path) + " " + *value;
    all += (all.empty() ? "" : ", ") + text;
    const auto constant = data.main.constant.find(path);
    if (constant == data.main.constant.end() || constant->second != *value)
      unusual += (unusual.empty() ? "" : ", ") + text;
  }
  return unusual.empty() ? all : unusual;
}

}  // namespace

std::size_t CellData::done() const { return count_status(runs, "done"); }
std::size_t CellData::diverged() const { return count_status(runs, "diverged"); }
std::size_t CellData::failed() const { return count_status(runs, "failed"); }

const std::string* CellData::factor(std::string_view path) const {
  for (const auto& [name, value] : factors)
    if (name == path) return &value;
  const auto level = levels.find(path);
  return level == levels.end() ? nullptr : &level->second;
}

bool CellData::is_inactive(std::string_view path) const {
  return std::find(inactive.begin(), inactive.end(), path) != inactive.end();
}

const TwoWayMetric* CellData::two_way_of(std::string_view metric) const {
  const auto found = two_way.find(metric);
  return found == two_way.end() ? nullptr : &found->second;
}

std::vector<double> CellData::values(std::string_view metric) const {
  std::vector<double> result;
  const auto found = scores.find(metric);
  if (found == scores.end()) return result;
  for (const SeedScore& score : found->second) result.push_back(score.value);
  return result;
}

std::string CellData::shown(std::string_view path) const {
  const std::string* value = factor(path);
  return value == nullptr || is_inactive(path) ? "–" : *value;
}

bool ClassData::rare() const { return support < kRareSupport; }

const PaperNumber* CellData::paper_number(std::string_view metric) const {
  const auto found = paper.find(metric);
  return found == paper.end() ? nullptr : &found->second;
}

bool ReportData::any_done() const {
  return std::any_of(cells.begin(), cells.end(),
                     [](const CellData& cell) { return cell.done() > 0; });
}

bool ReportData::paper_states(std::string_view metric) const {
  return std::any_of(cells.begin(), cells.end(),
                     [&](const CellData& cell) { return cell.paper_number(metric) != nullptr; });
}

MainBlock find_main_block(const std::vector<CellData>& cells,
                          const std::vector<std::string>& factors) {
  RB_CHECK(!cells.empty());
  for (std::size_t count = cells.size(); count > 1; --count) {
    MainBlock block = block_of_prefix(cells, count, factors);
    if (is_full_factorial(cells, block)) return block;
  }
  return block_of_prefix(cells, 1, factors);
}

std::string factor_title(const std::vector<std::string>& factors, const std::string& path) {
  const std::string title = last_component(path);
  for (const std::string& other : factors)
    if (other != path && last_component(other) == title) return path;
  return title;
}

std::vector<std::string> layout_factors(const ReportData& data) {
  std::vector<std::string> layout;
  for (const std::string& path : data.factors) {
    const std::string* shown = &path;
    for (const ObjectFactor& object : data.object_factors)
      if (std::find(object.members.begin(), object.members.end(), path) != object.members.end())
        shown = &object.path;
    if (std::find(layout.begin(), layout.end(), *shown) == layout.end()) layout.push_back(*shown);
  }
  return layout;
}

std::size_t find_baseline(const std::vector<CellData>& cells, std::span<const std::size_t> among) {
  RB_CHECK(!among.empty());
  auto found = std::find_if(among.begin(), among.end(),
                            [&](std::size_t i) { return cells.at(i).untreated; });
  if (found == among.end())
    found = std::find_if(among.begin(), among.end(),
                         [&](std::size_t i) { return cells.at(i).training.clean(); });
  return found == among.end() ? among.front() : *found;
}

// The same runs, and no factor that would tell readers the two apart.
bool looks_the_same(const CellData& a, const CellData& b) {
  const auto same_run = [](const CellRun& x, const CellRun& y) { return x.run_key == y.run_key; };
  return std::ranges::equal(a.runs, b.runs, same_run) &&
         std::ranges::all_of(a.factors, [&](const auto& factor) {
           return a.shown(factor.first) == b.shown(factor.first);
         });
}

void find_repeats(std::vector<CellData>& cells) {
  std::map<std::string, std::vector<std::size_t>> by_first_run;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i].repeats.reset();
    if (cells[i].runs.empty()) continue;
    std::vector<std::size_t>& known = by_first_run[cells[i].runs.front().run_key];
    const auto first = std::ranges::find_if(
        known, [&](std::size_t k) { return looks_the_same(cells[k], cells[i]); });
    if (first == known.end())
      known.push_back(i);
    else
      cells[i].repeats = *first;
  }
}

void complete_layout(ReportData& data) {
  data.main = find_main_block(data.cells, layout_factors(data));
  std::vector<std::size_t> all(data.cells.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  data.baseline = find_baseline(data.cells, all);
  for (CellData& cell : data.cells) cell.baseline = data.baseline;
  find_repeats(data.cells);
  std::map<std::string, std::size_t> uses;
  for (CellData& cell : data.cells) {
    cell.label = cell_label(data, cell);
    if (cell.label.empty()) cell.label = "base";
    const std::size_t use = ++uses[cell.label];
    if (use > 1) cell.label += " (" + std::to_string(use) + ")";
  }
}

std::vector<const CellData*> ReportData::listed() const {
  std::vector<const CellData*> found;
  for (const CellData& cell : cells)
    if (!cell.repeats) found.push_back(&cell);
  return found;
}

const std::string& ReportData::leading_metric(const CellData& cell) const {
  for (const std::string& metric : metrics)
    if (cell.task == task || !cell.values(metric).empty()) return metric;
  return primary_metric();
}

std::string metric_title(std::string_view metric) {
  static const std::map<std::string, std::string, std::less<>> kTitles = {
      {"macro_f1", "macro-F1"},
      {"macro_f1_of_means", "macro-F1 of means"},
      {"micro_f1", "micro-F1"},
      {"weighted_f1", "weighted-F1"},
      {"minority_recall", "minority recall"},
      {"exact_match", "all labels right"},
      {"entity_f1", "entity F1"},
      {"entity_precision", "entity precision"},
      {"entity_recall", "entity recall"},
      {"entity_f1_conlleval", "entity F1 (conlleval)"},
      {"hierarchical_f1", "hierarchical F1"},
      {"hierarchical_precision", "hierarchical precision"},
      {"hierarchical_recall", "hierarchical recall"}};
  const auto found = kTitles.find(metric);
  return found == kTitles.end() ? std::string(metric) : found->second;
}

std::vector<const ClassData*> rare_classes(const ReportData& data) {
  std::vector<const ClassData*> rare;
  for (const ClassData& klass : data.classes)
    if (klass.rare()) rare.push_back(&klass);
  return rare;
}

}  // namespace ratbench::reports
