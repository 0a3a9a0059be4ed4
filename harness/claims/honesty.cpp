#include "harness/claims/honesty.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace ratbench::claims {
namespace {

// True where no factor that says which rows are tested on differs.
bool same_test_rows(const std::map<std::string, std::string>& a,
                    const std::map<std::string, std::string>& b) {
  return std::all_of(a.begin(), a.end(), [&b](const auto& factor) {
    const auto& [path, value] = factor;
    const bool of_rows = path == "data.test" || path == "data.train" || path == "data.release" ||
                         path.starts_with("data.split.");
    const auto other = b.find(path);
    return !of_rows || (other != b.end() && other->second == value);
  });
}

void withhold(Evidence& out, const std::string& reason) {
  out.incomplete += (out.incomplete.empty() ? "" : "; ") + reason;
}

}  // namespace

HonestyGuards::HonestyGuards(const store::Reader& reader, const spec::Experiment& experiment,
                             const std::vector<grid::Cell>& cells)
    : reader_(reader),
      experiment_(experiment),
      cells_(cells),
      facts_(reader.run_facts(experiment.name)),
      finished_seeds_(reader.finished_seeds(experiment.name)) {
  const std::vector<store::RunRow> runs = reader.runs(experiment.name);
  for (const store::RunRow& run : runs)
    if (run.status == store::RunStatus::kDone) batches_[run.run_key] = run.counters.batches;
  trained_rows_ = fewest_trained_rows(runs);
}

void HonestyGuards::check_methods(Evidence& out) const {
  std::set<int> versions;
  std::set<std::string> devices;
  std::set<std::string> modes;
  for (const std::string& key : out.run_keys) {
    const auto found = facts_.find(key);
    if (found == facts_.end()) continue;
    versions.insert(found->second.method_version);
    devices.insert(found->second.device_name);
    modes.insert(found->second.mode);
  }
  if (versions.size() > 1)
    withhold(out, fmt::format("the runs were trained by different versions of the method: {}",
                              fmt::join(versions, ", ")));
  if (devices.size() > 1)
    out.notes.push_back(
        fmt::format("the runs were trained on different devices: {}", fmt::join(devices, ", ")));
  if (modes.size() > 1)
    out.notes.push_back("some runs were trained alone and some fused with others");
}

// What differs with the arm is told beside the answer: a difference may be one of machines.
void HonestyGuards::compare_machines(const Question& question,
                                     const std::vector<const store::CellRow*>& stored,
                                     Evidence& out) const {
  const auto shares = [&](const auto& fact) {
    std::vector<std::map<std::string, double>> by_cell;
    for (const store::CellRow* cell : stored) {
      by_cell.emplace_back();
      double runs = 0;
      for (const store::CellRun& run : cell->runs) runs += facts_.contains(run.run_key) ? 1 : 0;
      for (const store::CellRun& run : cell->runs)
        if (const auto found = facts_.find(run.run_key); found != facts_.end())
          by_cell.back()[fact(found->second)] += 1 / runs;
    }
    return by_cell;
  };
  const auto devices = shares([](const store::RunFacts& run) { return run.device_name; });
  const auto modes = shares([](const store::RunFacts& run) { return run.mode; });
  for (const Step& step : question.steps) {
    if (!differs_with_the_side(step.contrast, devices) &&
        !differs_with_the_side(step.contrast, modes))
      continue;
    out.caveats.push_back(
        "the sides of the comparison were not trained on the same devices, or not alike alone and "
        "fused, so that a difference may be one of machines");
    return;
  }
}

// Seeds that were trained and that are not judged. A file that names the first ones by number
// stopped early; one that leaves out some below the largest chose, and so does who asks for fewer
// than the file once more are there.
void HonestyGuards::check_seeds(const std::vector<const store::CellRow*>& stored,
                                Evidence& out) const {
  // Looks name their seeds beforehand, and those of later looks may be there.
  if (!experiment_.looks.empty() || experiment_.seeds.empty()) return;
  const std::size_t own = experiment_.seeds.size();
  if (!experiment_.file_looks.empty())
    return withhold(out, fmt::format("the file plans to judge at {} seeds, and {} are none of "
                                     "these; choosing when to stop could choose the result",
                                     fmt::join(experiment_.file_looks, ", "), own));
  const std::set<std::uint64_t> planned(experiment_.seeds.begin(), experiment_.seeds.end());
  std::set<std::uint64_t> beyond;
  std::set<std::uint64_t> between;
  for (const store::CellRow* cell : stored) {
    if (cell->index >= finished_seeds_.size()) continue;
    for (const std::uint64_t seed : finished_seeds_[cell->index]) {
      if (planned.contains(seed)) continue;
      const bool inside = seed < *planned.rbegin();
      (inside ? between : beyond).insert(seed);
    }
  }
  if (!between.empty())
    withhold(out, fmt::format("the database holds runs of these cells with seeds that the file "
                              "leaves out ({}); choosing seeds could choose the result",
                              fmt::join(between, ", ")));
  if (beyond.empty()) {
    if (own < experiment_.file_seeds)
      out.notes.push_back(
          fmt::format("{} of the {} seeds that the file asks for; a verdict holds only where the "
                      "number was not chosen by looking at it",
                      own, experiment_.file_seeds));
    return;
  }
  if (experiment_.seeds.size() < experiment_.file_seeds)
    withhold(out,
             fmt::format("the file asks for {} seeds, --seeds for {} of them, and the database "
                         "holds runs of {} that are left out; choosing when to stop could "
                         "choose the result",
                         experiment_.file_seeds, experiment_.seeds.size(), beyond.size()));
  else
    out.notes.push_back(
        fmt::format("the database holds runs of these cells with {} more seed{}, not used here",
                    beyond.size(), beyond.size() == 1 ? "" : "s"));
}

void HonestyGuards::check_selection(const Question& question,
                                    const std::vector<const store::CellRow*>& stored,
                                    Evidence& out) const {
  std::set<std::string> seen;
  for (std::size_t k = 0; k < stored.size(); ++k) {
    if (!seen.insert(stored[k]->dataset).second) continue;
    if (!reader_.validates_on_test(stored[k]->dataset)) continue;
    const bool stops = cells_[question.cells[k]].config.has("train.patience");
    if (question.selection == "best" || stops) {
      withhold(out,
               "validation and test split are the same rows, so that epochs were selected on "
               "the test rows");
    } else {
      out.notes.push_back("validation and test split are the same rows; the last epoch was taken");
    }
    return;
  }
}

// "augmentation.lambda=0 attack.p_rat=0": what `cell` has otherwise than `other`; its whole name
// where neither has a factor of the other with another value.
std::string HonestyGuards::difference(std::size_t cell, std::size_t other) const {
  const Factors others = factors_of(other);
  std::vector<std::string> words;
  for (const auto& [path, value] : cells_[cell].factors) {
    const auto found = others.find(path);
    const bool matters = cells_[cell].name.find(path + "=") != std::string::npos;
    if (matters && found != others.end() && found->second != value)
      words.push_back(path + "=" + value);
  }
  return words.empty() ? cells_[cell].name : fmt::format("{}", fmt::join(words, " "));
}

// Mixup and noise make rows beside the originals, so an epoch has more batches: what an arm gains
// may be the longer training.
void HonestyGuards::compare_lengths(const Question& question,
                                    const std::vector<const store::CellRow*>& stored,
                                    Evidence& out) const {
  std::vector<double> batches;  // mean of the runs of each cell
  for (const store::CellRow* cell : stored) {
    double sum = 0, runs = 0;
    for (const store::CellRun& run : cell->runs) {
      const auto found = batches_.find(run.run_key);
      if (found == batches_.end()) continue;
      sum += static_cast<double>(found->second);
      ++runs;
    }
    batches.push_back(runs > 0 ? sum / runs : 0);
  }
  for (const Step& step : question.steps) {
    const auto uneven = uneven_cells(step.contrast, batches);
    if (!uneven) continue;
    const std::size_t shorter = question.cells[uneven->first];
    const std::size_t longer = question.cells[uneven->second];
    out.caveats.insert(
        out.caveats.begin(),
        fmt::format(
            "unequal training: {:.0f} batches a run of {} and {:.0f} of {}, so that a difference "
            "may be one of length",
            batches[uneven->first], difference(shorter, longer), batches[uneven->second],
            difference(longer, shorter)));
    return;
  }
}

void HonestyGuards::inspect(const Question& question,
                            const std::vector<const store::CellRow*>& stored, Evidence& out) {
  check_methods(out);
  compare_machines(question, stored, out);
  compare_lengths(question, stored, out);
  check_seeds(stored, out);
  check_selection(question, stored, out);
}

HonestyGuards::Factors HonestyGuards::factors_of(std::size_t cell) const {
  return {cells_[cell].factors.begin(), cells_[cell].factors.end()};
}

// Mean over seeds of a test metric by the factors of the cell.
const std::map<HonestyGuards::Factors, double>& HonestyGuards::means(const std::string& metric,
                                                                     const std::string& selection) {
  const auto [place, is_new] = means_.try_emplace(selection + " " + metric);
  if (!is_new) return place->second;
  std::map<std::size_t, std::pair<double, double>> sums;
  for (const store::MetricRow& row : reader_.metrics(experiment_.name, "test", selection, metric)) {
    sums[row.cell].first += row.value;
    sums[row.cell].second += 1;
  }
  for (const store::CellRow& cell : reader_.cells(experiment_.name))
    if (const auto found = sums.find(cell.index); found != sums.end())
      place->second[{cell.factors.begin(), cell.factors.end()}] =
          found->second.first / found->second.second;
  return place->second;
}

// Of two cells that differ in everything: whether they are the highest and the lowest of many.
std::optional<std::string> HonestyGuards::highest_and_lowest(
    const Question& question, const std::map<Factors, double>& known) const {
  constexpr std::size_t kMany = 5;
  if (question.cells.size() != 2) return std::nullopt;
  // Nobody chooses a model that learns nothing for being the lowest.
  if (cells_[question.cells[1]].config.text_or("model.name", "mlp") == "prior") return std::nullopt;
  const Factors first = factors_of(question.cells[0]);
  const Factors second = factors_of(question.cells[1]);
  const auto high = known.find(first);
  const auto low = known.find(second);
  if (high == known.end() || low == known.end()) return std::nullopt;
  std::size_t cells = 0;
  for (const auto& [factors, mean] : known) {
    if (!same_test_rows(first, factors)) continue;
    ++cells;
    if (mean > high->second || mean < low->second) return std::nullopt;
  }
  if (cells < kMany) return std::nullopt;
  return fmt::format(
      "of the {} cells on these test rows the arms have the highest and the lowest mean; if they "
      "were chosen for that, the estimate flatters",
      cells);
}

std::optional<std::string> HonestyGuards::best_setting(const Question& question,
                                                       const std::string& metric) {
  // Of equal arms no difference is large enough to flatter.
  if (!question.blocked.empty() || question.cells.size() < 2 ||
      question.criterion.shape == Shape::kWithin)
    return std::nullopt;
  const auto& coefficients = question.steps.front().contrast.coefficients;
  std::vector<Factors> arms;
  for (const std::size_t cell : question.cells) arms.push_back(factors_of(cell));
  // What the arms have in common is the setting that could have been chosen.
  Factors setting = arms.front();
  for (const Factors& arm : arms)
    std::erase_if(setting, [&](const auto& factor) {
      const auto found = arm.find(factor.first);
      return found == arm.end() || found->second != factor.second;
    });
  const auto& known = means(metric, question.selection);
  std::map<Factors, double> contrasts;
  for (const grid::Cell& cell : cells_) {
    Factors other = factors_of(cell.index);
    std::erase_if(other, [&](const auto& factor) { return !setting.contains(factor.first); });
    if (!same_test_rows(setting, other)) continue;
    double contrast = 0;
    bool complete = true;
    for (std::size_t k = 0; complete && k < arms.size(); ++k) {
      Factors moved = arms[k];
      for (const auto& [path, value] : other) moved[path] = value;
      const auto found = known.find(moved);
      complete = found != known.end();
      if (complete) contrast += coefficients[k] * found->second;
    }
    if (complete) contrasts[other] = contrast;
  }
  const auto own = contrasts.find(setting);
  // The better of two says little: it is either one by chance.
  if (own == contrasts.end() || contrasts.size() < 3) return highest_and_lowest(question, known);
  for (const auto& [other, contrast] : contrasts)
    if (contrast >= own->second && other != setting) return std::nullopt;
  std::vector<std::string> words;
  for (const auto& [path, value] : setting) words.push_back(path + "=" + value);
  return fmt::format(
      "of the {1} settings in the grid, {0} has the largest estimate on these test rows; if it was "
      "chosen for that, the estimate flatters",
      fmt::join(words, ", "), contrasts.size());
}

}  // namespace ratbench::claims
