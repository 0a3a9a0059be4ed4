#include <fmt/format.h>

#include <algorithm>

#include "reports/leading_metric.hpp"
#include "reports/tables/attack_sizes.hpp"
#include "reports/tables/cautions.hpp"
#include "reports/tables/tables.hpp"
#include "src/base/decimal.hpp"

namespace ratbench::reports {
namespace {

// More than two attack probabilities leave room for the main numbers only; CSV has all.
constexpr std::size_t kFullRegimes = 2;

bool is_attack(const std::string& path) { return path == "attack" || path.starts_with("attack."); }

using Cells = std::vector<const CellData*>;

// Factors outside the attack that vary: each combination of them is a block of rows.
std::vector<std::string> block_factors(const ReportData& data, const Cells& cells) {
  std::vector<std::string> paths;
  for (const std::string& path : layout_factors(data)) {
    const bool varies = std::any_of(cells.begin(), cells.end(), [&](const CellData* cell) {
      return cell->shown(path) != cells.front()->shown(path);
    });
    if (varies && !is_attack(path)) paths.push_back(path);
  }
  return paths;
}

std::vector<std::string> block_of(const CellData& cell, const std::vector<std::string>& paths) {
  std::vector<std::string> values;
  for (const std::string& path : paths) values.push_back(cell.shown(path));
  return values;
}

// Cells of blocks in which something is attacked: baselines that are never attacked (another model)
// have nothing to lay side by side.
Cells attacked_blocks(const ReportData& data) {
  Cells all, kept;
  for (const CellData& cell : data.cells) all.push_back(&cell);
  const std::vector<std::string> paths = block_factors(data, all);
  for (const CellData* cell : all)
    if (std::any_of(all.begin(), all.end(), [&](const CellData* other) {
          return !other->training.clean() && block_of(*other, paths) == block_of(*cell, paths);
        }))
      kept.push_back(cell);
  return kept;
}

// "pgd", "fgm, epsilon 0": the attack and those of its parameters that vary here, without p_rat.
std::string attack_text(const ReportData& data, const CellData& cell) {
  std::string text = cell.training.attack;
  for (const std::string& path : data.factors) {
    if (!is_attack(path) || path == "attack.name" || path == "attack.p_rat") continue;
    const std::string* value = cell.factor(path);
    const auto usual = data.main.constant.find(path);
    const bool shown = value != nullptr && !cell.is_inactive(path) &&
                       (usual == data.main.constant.end() || usual->second != *value);
    if (shown) text += ", " + factor_title(data.factors, path) + " " + *value;
  }
  return text;
}

// Attack probabilities that occur, full adversarial training first.
std::vector<std::string> regimes_of(const ReportData& data) {
  std::vector<std::string> regimes;
  for (const CellData& cell : data.cells) {
    const std::string& p = cell.training.p_rat;
    if (!cell.training.clean() && std::find(regimes.begin(), regimes.end(), p) == regimes.end())
      regimes.push_back(p);
  }
  std::sort(regimes.begin(), regimes.end(), [](const std::string& a, const std::string& b) {
    return Decimal::parse(a)->real() > Decimal::parse(b)->real();
  });
  return regimes;
}

// One row: an attack with all its parameters but p_rat, inside one block.
struct Variant {
  std::vector<std::string> block;
  std::string attack;
  bool control = false;
  const CellData* clean = nullptr;     // the block's cell without attack
  std::vector<const CellData*> cells;  // by regime; null where the experiment has none
};

Variant& variant_of(std::vector<Variant>& variants, const std::vector<std::string>& block,
                    const std::string& attack) {
  for (Variant& variant : variants)
    if (variant.block == block && variant.attack == attack) return variant;
  variants.push_back({block, attack, false, nullptr, {}});
  return variants.back();
}

// Rows of a block together: clean training, attacks in file order, controls.
std::vector<Variant> variants_of(const ReportData& data, const Cells& cells,
                                 const std::vector<std::string>& paths,
                                 const std::vector<std::string>& regimes) {
  std::vector<Variant> variants;
  for (const CellData* each : cells) {
    const CellData& cell = *each;
    Variant& variant = variant_of(variants, block_of(cell, paths), attack_text(data, cell));
    variant.control = cell.training.control();
    variant.cells.resize(regimes.size(), nullptr);
    for (std::size_t r = 0; r < regimes.size(); ++r) {
      const bool here = cell.training.clean() || cell.training.p_rat == regimes[r];
      if (here && variant.cells[r] == nullptr) variant.cells[r] = &cell;
    }
    if (cell.training.clean() && variant.clean == nullptr) variant.clean = &cell;
  }
  for (Variant& variant : variants)
    for (const Variant& other : variants)
      if (other.block == variant.block && other.clean != nullptr) variant.clean = other.clean;
  std::vector<std::vector<std::string>> blocks;
  for (const Variant& variant : variants)
    if (std::find(blocks.begin(), blocks.end(), variant.block) == blocks.end())
      blocks.push_back(variant.block);
  const auto rank = [&](const Variant& variant) {
    const auto block = std::find(blocks.begin(), blocks.end(), variant.block) - blocks.begin();
    const int kind = variant.attack == "none" ? 0 : variant.control ? 2 : 1;
    return std::pair(block, kind);
  };
  std::stable_sort(variants.begin(), variants.end(),
                   [&](const Variant& a, const Variant& b) { return rank(a) < rank(b); });
  return variants;
}

// Differences to the clean cell over seeds that both finished.
std::vector<double> paired_gains(const CellData& cell, const CellData& clean,
                                 const std::string& metric) {
  std::vector<double> gains;
  const auto ours = cell.scores.find(metric), theirs = clean.scores.find(metric);
  if (ours == cell.scores.end() || theirs == clean.scores.end()) return gains;
  for (const SeedScore& score : ours->second)
    for (const SeedScore& other : theirs->second)
      if (score.seed == other.seed) gains.push_back(score.value - other.value);
  return gains;
}

Column column(const std::string& regime, std::string title, std::string unit,
              const std::string& key) {
  Column column{.title = std::move(title),
                .unit = std::move(unit),
                .key = key + "@p_rat=" + regime,
                .csv = CsvForm::kNumber};
  column.group = regime == "1" ? "AT (p_rat 1)" : "RAT (p_rat " + regime + ")";
  return column;
}

// Which of the finer columns have room beside `regimes` groups of columns; CSV has all.
struct Room {
  Shown details, gain_interval;
};

Room room_for(std::size_t regimes) {
  return {regimes > kFullRegimes ? Shown::kCsvOnly : Shown::kEverywhere,
          regimes > 1 ? Shown::kCsvOnly : Shown::kEverywhere};
}

void add_regime_columns(const ReportData& data, const std::string& regime, const Room& room,
                        Table& table) {
  const auto [title_of_score, metric] = score_name(data);
  const auto add = [&](std::string title, std::string unit, const std::string& key, Shown shown,
                       CsvForm form = CsvForm::kNumber) {
    table.columns.push_back(column(regime, std::move(title), std::move(unit), key));
    table.columns.back().shown = shown;
    table.columns.back().csv = form;
  };
  add("n", "", "n", Shown::kCsvOnly);
  add(title_of_score, "%", metric, Shown::kEverywhere);
  add("sd", "points", metric + "_sd", room.details);
  add("95 % t interval", "seeds and rows", metric + "_two_way95", room.details, CsvForm::kInterval);
  add("gain over none", "points", metric + "_gain", Shown::kEverywhere);
  add("95 % t interval of the gain", "paired, seeds and rows", metric + "_gain_two_way95",
      room.gain_interval, CsvForm::kInterval);
  add("attacked", "% of batches", "attacked_share", Shown::kEverywhere);
  add("train time", "indicative", "relative_train_time_indicative", Shown::kEverywhere);
}

void add_regime_cells(const ReportData& data, const CellData* cell, const CellData* clean,
                      TableRow& row) {
  if (cell == nullptr) {
    for (int i = 0; i < 8; ++i) row.cells.push_back(dash_cell());
    return;
  }
  const std::string& metric = data.leading_metric(*cell);
  const stats::Summary summary = stats::summarise(cell->values(metric));
  row.cells.push_back(count_cell(cell->done()));
  row.cells.push_back(percent_cell(summary.mean));
  if (summary.mean && !cell->complete()) row.cells.back().mark = "*";
  row.cells.push_back(percent_cell(summary.sd));
  const TwoWayMetric* both = cell->two_way_of(metric);
  row.cells.push_back(percent_interval_cell(both ? std::optional(both->t95) : std::nullopt));
  const bool compared = clean != nullptr && clean != cell;
  const stats::Summary gain =
      stats::summarise(compared ? paired_gains(*cell, *clean, metric) : std::vector<double>{});
  row.cells.push_back(points_cell(gain.mean));
  // The appendix's comparison, where it is with this clean cell.
  const bool same = compared && clean == &data.cells[cell->baseline] && cell->against_baseline;
  row.cells.push_back(
      points_interval_cell(same ? std::optional(cell->against_baseline->t95) : std::nullopt));
  row.cells.push_back(percent_cell(cell->training.attacked_share, 1));
  TableCell time = dash_cell();
  if (const auto& relative = cell->training.time_to_first_clean) {
    time.text = fmt::format("{:.2f}×", *relative);
    time.number = relative;
  }
  row.cells.push_back(time);
}

void add_notes(const ReportData& data, const std::vector<Variant>& variants, Table& table) {
  const std::size_t regimes = variants.front().cells.size();
  table.notes.push_back(
      {"",
       fmt::format("AT attacks every batch, RAT a batch with probability p_rat. Gain: mean over "
                   "seeds of the difference to none with the same seed{}. Intervals: two-way "
                   "variance of influence values over seeds and test rows; of a gain paired by "
                   "both, not corrected for several comparisons, and {} where none is not the "
                   "cell that the appendix compares with. The sd is over seeds only.",
                   regimes > 1 ? "; its interval is in the CSV file" : "", kDash)});
  if (std::any_of(variants.begin(), variants.end(), [](const Variant& v) { return v.control; }))
    table.notes.push_back(
        {"",
         "Controls: random perturbs in a random direction, epsilon 0 not at all. An attack that "
         "gains no more than they do gains by its second loss term, not by its direction."});
  if (const std::string metrics = metrics_by_task(data); !metrics.empty())
    table.notes.push_back({"", "F1: " + metrics + "."});
  if (const auto sizes = unequal_sizes_note(data)) table.notes.push_back({"", *sizes});
  if (regimes > 1 && std::any_of(variants.begin(), variants.end(),
                                 [](const Variant& v) { return v.attack == "none"; }))
    table.notes.push_back(
        {"", "none: clean training. It knows no p_rat, so its numbers stand under all of them."});
  if (const auto unequal = unequal_training_note(data)) table.notes.push_back({"", *unequal});
  table.notes.push_back({"", train_time_note(data)});
  if (std::any_of(data.cells.begin(), data.cells.end(),
                  [](const CellData& cell) { return !cell.complete(); }))
    table.notes.push_back({"*", "Some seeds of this cell are missing."});
}

// Several attacks, or one as AT and RAT: else there is nothing to lay side by side.
bool applies(const ReportData& data, const std::vector<std::string>& regimes) {
  std::vector<std::string> attacks;
  for (const CellData& cell : data.cells)
    if (!cell.training.clean() &&
        std::find(attacks.begin(), attacks.end(), cell.training.attack) == attacks.end())
      attacks.push_back(cell.training.attack);
  return attacks.size() > 1 || (regimes.size() > 1 && regimes.front() == "1");
}

}  // namespace

std::optional<Table> attacks_table(const ReportData& data) {
  const std::vector<std::string> regimes = regimes_of(data);
  if (!applies(data, regimes)) return std::nullopt;
  Table table;
  table.name = "attacks";
  table.title = score_name(data).title + " of every attack";
  const bool both = regimes.size() > 1 && regimes.front() == "1";
  table.title += both ? ", as AT and as RAT" : regimes.front() == "1" ? ", as AT" : ", as RAT";
  const Cells cells = attacked_blocks(data);
  const std::vector<std::string> paths = block_factors(data, cells);
  for (const std::string& path : paths)
    table.columns.push_back({.title = factor_title(data.factors, path),
                             .unit = "",
                             .key = path,
                             .align = Align::kLeft});
  table.columns.push_back({.title = "attack", .unit = "", .key = "attack", .align = Align::kLeft});
  for (const std::string& regime : regimes)
    add_regime_columns(data, regime, room_for(regimes.size()), table);
  const std::vector<Variant> variants = variants_of(data, cells, paths, regimes);
  for (const Variant& variant : variants) {
    TableRow row;
    const bool first = table.rows.empty();
    const Variant& before = variants[first ? 0 : table.rows.size() - 1];
    row.rule_before = !first && before.block != variant.block;
    for (const std::string& value : variant.block) row.cells.push_back(text_cell(value));
    row.cells.push_back(text_cell(variant.attack + (variant.control ? " (control)" : "")));
    for (const CellData* cell : variant.cells) add_regime_cells(data, cell, variant.clean, row);
    table.rows.push_back(std::move(row));
  }
  add_notes(data, variants, table);
  return table;
}

}  // namespace ratbench::reports
