#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "reports/tables/tables.hpp"

namespace ratbench::reports {
namespace {

// What tells rows apart: their class, or what a row of several words or labels holds.
struct RowWords {
  const char* of_the_row;
  const char* rows_alike;
  std::string explained;  // "" where a row has one class
};

bool any_cell(const ReportData& data, std::string_view task) {
  return std::any_of(data.cells.begin(), data.cells.end(),
                     [&](const CellData& cell) { return cell.task == task; });
}

RowWords row_words(const ReportData& data) {
  const bool ner = any_cell(data, "ner");
  const bool multilabel = any_cell(data, "multilabel");
  if (ner && multilabel)
    return {"entities or labels of the row that moves it most", "test rows with the same ones",
            "A row is a sentence, named by the entities it contains (\"3 Chem\": three entities of "
            "the type Chem), or a text, named by the labels it has; \"none\": it has none."};
  if (ner)
    return {"entities of the row that moves it most", "test rows with the same entities",
            "A row is a sentence, named by the entities it contains: \"3 Chem\" is a sentence with "
            "three entities of the type Chem, \"none\" one without entities."};
  if (multilabel)
    return {"labels of the row that moves it most", "test rows with the same labels",
            "A row is a text, named by all labels it has; \"none\" is one without labels."};
  return {"class of the row that moves it most", "test rows of the class", ""};
}

std::vector<Column> fragility_columns(const RowWords& words) {
  std::vector<Column> made = {
      {.title = "claim", .unit = "", .key = "claim"},
      {.title = "verdict", .unit = "", .key = "verdict"},
      {.title = "rows that change it", .unit = "dropped", .key = "dropped"},
      {.title = "rows that change it", .unit = "relabelled", .key = "relabelled"},
      {.title = words.of_the_row, .unit = "", .key = "class"},
      {.title = words.rows_alike, .unit = "", .key = "class_rows"},
      {.title = "row", .unit = "", .key = "row"},
      {.title = "estimate", .unit = "points", .key = "estimate"},
      {.title = "without the row", .unit = "points", .key = "without"},
      {.title = "change", .unit = "points", .key = "change"}};
  for (Column& column : made) {
    const bool text = &column - made.data() < 5;
    column.align = text ? Align::kLeft : Align::kRight;
    column.csv = text ? CsvForm::kText : CsvForm::kNumber;
  }
  return made;
}

TableCell or_dash(const std::string& text) { return text.empty() ? dash_cell() : text_cell(text); }

// "1: row 180", "at most 2: rows 12, 408".
std::string dropped_text(const ClaimData& claim) {
  constexpr std::size_t kMostRows = 5;
  const auto& rows = claim.fragile_rows;
  if (rows.empty() || rows.size() > kMostRows) return claim.fragility_dropped;
  return fmt::format("{}: row{} {}", claim.fragility_dropped, rows.size() == 1 ? "" : "s",
                     fmt::join(rows, ", "));
}

TableRow effect_row(const ClaimData& claim, const RowEffect& effect, bool is_first) {
  TableRow row;
  row.rule_before = is_first;
  row.cells.push_back(text_cell(claim.name));
  row.cells.push_back(text_cell(verdict_text(claim)));
  row.cells.push_back(or_dash(dropped_text(claim)));
  row.cells.push_back(or_dash(claim.fragility_relabelled));
  row.cells.push_back(text_cell(effect.class_name));
  if (effect.class_rows < static_cast<std::size_t>(kRareSupport)) row.cells.back().mark = kDagger;
  row.cells.push_back(count_cell(effect.class_rows));
  row.cells.push_back(effect.split.empty()
                          ? count_cell(effect.row)
                          : text_cell(fmt::format("{} of {}", effect.row, effect.split)));
  row.cells.push_back(points_cell(claim.estimate));
  row.cells.push_back(points_cell(effect.estimate_without));
  row.cells.push_back(points_cell(effect.estimate_without - *claim.estimate));
  return row;
}

void explain_rows(const ReportData& data, const RowWords& words, Table& table) {
  if (!words.explained.empty())
    table.notes.push_back(
        {"", words.explained + " Rows are the same where they agree in what the metric counts."});
  const bool untried =
      std::any_of(data.claims.begin(), data.claims.end(), [](const ClaimData& claim) {
        return !claim.row_effects.empty() && claim.fragility_relabelled.empty();
      });
  if (untried)
    table.notes.push_back(
        {"", std::string("Relabelled ") + kDash +
                 ": not tried, since a row that may have several labels or entities, or labels of "
                 "several levels, has no single other class to be given."});
}

}  // namespace

std::optional<Table> fragility_table(const ReportData& data) {
  const RowWords words = row_words(data);
  Table table;
  table.name = "fragility";
  table.title = "Fragility: how few test rows carry each verdict";
  table.columns = fragility_columns(words);
  for (const ClaimData& claim : data.claims) {
    if (!claim.estimate) continue;
    for (std::size_t i = 0; i < claim.row_effects.size(); ++i)
      table.rows.push_back(effect_row(claim, claim.row_effects[i], i == 0 && !table.rows.empty()));
  }
  if (table.rows.empty()) return std::nullopt;
  table.notes = {
      {"",
       "Of each claim: the single test row whose loss moves the estimate most, then that of "
       "every class with fewer than 10 test rows. A row is dropped in all runs at once; rows "
       "are numbered from 0 in the test split. The row that moves the estimate most need not "
       "be the one that changes what the interval says."},
      {"", "Rows that change it: " + fragility_meaning(data.claims)},
      {kDagger, "Fewer than 10 test rows."}};
  explain_rows(data, words, table);
  return table;
}

}  // namespace ratbench::reports
