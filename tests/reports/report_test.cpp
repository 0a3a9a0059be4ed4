#include "reports/report.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "reports/figures/figure.hpp"
#include "reports/figures/gnuplot.hpp"
#include "reports/html/page.hpp"
#include "reports/registry.hpp"
#include "reports/tables/claims_text.hpp"
#include "src/base/error.hpp"
#include "src/specs/registry.hpp"
#include "tests/reports/sample.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::reports {
namespace {

namespace fs = std::filesystem;

bool has_program(const std::string& name) {
  return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Empty when every element of `text` is closed in order and no text holds a stray '<' or '&'; else
// what is wrong. Enough of XML for the pages that we write ourselves.
std::string find_markup_error(const std::string& text) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '&') {
      const std::size_t end = text.find(';', i);
      if (end == std::string::npos || end - i > 8) return "stray & at " + text.substr(i, 20);
    }
    if (text[i] != '<') continue;
    if (text.compare(i, 4, "<!--") == 0) {
      i = text.find("-->", i) + 2;
      continue;
    }
    // Attribute values may hold '>'.
    std::size_t end = i;
    for (char quote = 0; ++end < text.size() && (quote != 0 || text[end] != '>');) {
      if (quote != 0 && text[end] == quote)
        quote = 0;
      else if (quote == 0 && (text[end] == '"' || text[end] == '\''))
        quote = text[end];
    }
    if (end >= text.size()) return "unclosed tag";
    const std::string tag = text.substr(i + 1, end - i - 1);
    i = end;
    if (tag.empty()) return "empty tag";
    if (tag[0] == '!' || tag[0] == '?' || tag.back() == '/') continue;
    const std::string name =
        tag.substr(tag[0] == '/', tag.find_first_of(" \t\n", 1) - (tag[0] == '/'));
    if (tag[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

std::vector<std::pair<std::string, ReportData>> samples() {
  return {{"synergy", synergy_sample()},
          {"incomplete", incomplete_sample()},
          {"lambda", lambda_sample()},
          {"crossed", crossed_sample()}};
}

TEST(Figures, AreThoseThatApply) {
  const auto names = [](const ReportData& data) {
    std::set<std::string> made;
    for (const FigureEntry& entry : figure_registry())
      if (entry.make(data)) made.insert(std::string(entry.name));
    return made;
  };
  using Names = std::set<std::string>;
  EXPECT_EQ(names(synergy_sample()), (Names{"claim_forest", "interaction", "per_class",
                                            "performance_profile", "seed_strips"}));
  EXPECT_EQ(names(lambda_sample()), (Names{"lambda_curve", "per_class", "seed_strips"}));
  EXPECT_EQ(names(crossed_sample()), (Names{"heat_map", "per_class", "seed_strips"}));
}

// A picture is shown without its caption.
TEST(Figures, SayThemselvesWhatTheirWhiskersAre) {
  const auto says = [](const std::optional<Figure>& figure, const std::string& words) {
    return figure && complete_script(*figure).find(words) != std::string::npos;
  };
  EXPECT_TRUE(says(interaction_figure(synergy_sample()), "whiskers: 95 % t interval (seeds only)"));
  EXPECT_TRUE(says(per_class_figure(synergy_sample()), "whiskers: 95 % t interval (seeds only)"));
  EXPECT_TRUE(says(seed_strips_figure(synergy_sample()), "mean, 95 % t interval"));
  EXPECT_TRUE(says(lambda_curve_figure(lambda_sample()), "band: 95 % t interval (seeds only)"));
  EXPECT_TRUE(says(heat_map_figure(crossed_sample()), "numbers: mean ± sd over seeds"));
}

// CIE L* of "#rrggbb": what is left of a colour in print without colours.
double lightness(std::string_view colour) {
  const auto linear = [&](std::size_t at) {
    const double part = std::stoi(std::string(colour.substr(at, 2)), nullptr, 16) / 255.0;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 116 * std::cbrt(0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5)) - 16;
}

TEST(Palette, StaysDistinctInGrey) {
  for (std::size_t i = 0; i < kPalette.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_GT(std::abs(lightness(kPalette[i]) - lightness(kPalette[j])), i - j == 1 ? 25 : 10)
          << kPalette[i] << " beside " << kPalette[j];
}

TEST(Figures, QuoteWhatGnuplotWouldRun) {
  EXPECT_EQ(gnuplot_quoted("a\"b\\c`rm`\nd"), "\"a\\\"b\\\\c'rm'\\nd\"");
  EXPECT_EQ(quoted_tic("5%"), "\"5%%\"");
}

TEST(Figures, TicStepsGiveFourToNineTics) {
  for (double range = 0.01; range < 1000; range *= 1.3) {
    const double tics = range / tic_step(50, 50 + range);
    EXPECT_GE(tics, 3.5) << range;
    EXPECT_LE(tics, 9.1) << range;
  }
}

TEST(GoldenFigures, HaveTheScriptsAndDataTheyHad) {
  for (const auto& [name, data] : samples()) {
    for (const FigureEntry& entry : figure_registry()) {
      const auto figure = entry.make(data);
      if (!figure) continue;
      expect_golden(complete_script(*figure), name + "/" + figure->name + ".gp");
      expect_golden(figure->data, name + "/" + figure->name + ".dat");
    }
  }
}

// Names that an experiment file may choose and names that exist are the same.
TEST(Registry, BuildsEveryTableAndFigureThatAFileMayChoose) {
  std::set<std::string> tables, figures;
  for (const TableEntry& entry : table_registry()) tables.insert(std::string(entry.name));
  for (const FigureEntry& entry : figure_registry()) figures.insert(std::string(entry.name));
  const auto built = [](const char* path) {
    std::set<std::string> names;
    for (const specs::Choice& choice : specs::all_params()[specs::param_id(path)].choices)
      if (choice.built) names.insert(std::string(choice.name));
    return names;
  };
  EXPECT_EQ(built("report.tables"), tables);
  EXPECT_EQ(built("report.figures"), figures);
}

TEST(Report, WritesEveryFileAndLeavesNothingElse) {
  const TemporaryFolder folder;
  const ReportFiles report = write_report(
      synergy_sample(), {}, {.out_dir = folder.path() / "out", .formats = {}, .database = {}});
  std::set<fs::path> listed(report.files.begin(), report.files.end());
  std::set<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    if (entry.is_regular_file()) found.insert(entry.path());
  EXPECT_EQ(found, listed);
  for (const char* name : {"index.html", "report.md", "ablation.md", "ablation.tex", "ablation.csv",
                           "per_class.csv", "runs.csv", "figures/interaction.gp"})
    EXPECT_TRUE(listed.contains(folder.path() / "out" / name)) << name;
  EXPECT_EQ(report.page, folder.path() / "out" / "index.html");
}

TEST(Report, DrawsEveryFigureInThreeFormats) {
  if (!has_program("gnuplot")) GTEST_SKIP() << "gnuplot is not installed";
  const TemporaryFolder folder;
  for (const auto& [name, data] : samples()) {
    const ReportFiles report = write_report(
        data, {}, {.out_dir = folder.path() / name, .formats = {"html"}, .database = {}});
    EXPECT_EQ(report.warnings, data.warnings);
    for (const FigureEntry& entry : figure_registry()) {
      if (!entry.make(data)) continue;
      for (const char* extension : {".svg", ".pdf", ".png"}) {
        const fs::path file =
            folder.path() / name / "figures" / (std::string(entry.name) + extension);
        ASSERT_TRUE(fs::exists(file)) << file;
        EXPECT_GT(fs::file_size(file), 1000u) << file;
      }
    }
  }
}

// The SVG is on disk, half of it drawn, when the script fails.
TEST(Figures, LeaveNoPartialPictureWhenGnuplotFails) {
  if (!has_program("gnuplot")) GTEST_SKIP() << "gnuplot is not installed";
  const TemporaryFolder folder;
  std::ofstream(folder / "broken.gp")
      << "set terminal svg\nset output \"broken.svg\"\nset multiplot\nplot x\n"
         "plot [0:1] [0:0] x\nunset multiplot\n";
  std::ofstream(folder / "whole.gp") << "set terminal svg\nset output \"whole.svg\"\nplot x\n";
  const DrawOutcome outcome = draw_figures(folder.path(), {"broken", "whole"});
  ASSERT_EQ(outcome.problems.size(), 1u);
  EXPECT_NE(outcome.problems[0].find("empty y range"), std::string::npos) << outcome.problems[0];
  EXPECT_FALSE(fs::exists(folder / "broken.svg"));
  EXPECT_TRUE(fs::exists(folder / "broken.gp"));
  EXPECT_TRUE(fs::exists(folder / "whole.svg"));
}

TEST(Report, OfDivergedRunsOnlyIsWrittenInEveryFormat) {
  const TemporaryFolder folder;
  for (auto [name, data] : samples()) {
    for (CellData& cell : data.cells) {
      for (CellRun& run : cell.runs) run.status = "diverged";
      cell.scores.clear();
      cell.two_way.clear();
      cell.against_baseline.reset();
    }
    const ReportFiles report =
        write_report(data, {}, {.out_dir = folder.path() / name, .formats = {}, .database = {}});
    EXPECT_EQ(report.warnings, data.warnings);
    EXPECT_EQ(find_markup_error(read_text(report.page)), "") << name;
    EXPECT_FALSE(fs::exists(folder.path() / name / "figures")) << name;
  }
}

TEST(Report, WithoutGnuplotWritesEverythingElseAndSaysSo) {
  const TemporaryFolder folder;
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", folder.path().c_str(), 1);
  const ReportFiles report = write_report(
      synergy_sample(), {}, {.out_dir = folder.path() / "out", .formats = {}, .database = {}});
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_NE(report.warnings.back().find("gnuplot was not found"), std::string::npos);
  EXPECT_TRUE(fs::exists(folder.path() / "out" / "figures" / "interaction.gp"));
  EXPECT_FALSE(fs::exists(folder.path() / "out" / "figures" / "interaction.svg"));
  EXPECT_EQ(find_markup_error(read_text(report.page)), "");
}

TEST(Report, WritesTheChosenFormatsTablesAndFiguresOnly) {
  const TemporaryFolder folder;
  const Chosen chosen{.tables = {"per_class"}, .figures = {"seed_strips"}};
  write_report(synergy_sample(), chosen,
               {.out_dir = folder.path(), .formats = {"csv"}, .database = {}});
  EXPECT_TRUE(fs::exists(folder.path() / "per_class.csv"));
  EXPECT_FALSE(fs::exists(folder.path() / "ablation.csv"));
  EXPECT_FALSE(fs::exists(folder.path() / "per_class.md"));
  EXPECT_FALSE(fs::exists(folder.path() / "index.html"));
  EXPECT_FALSE(fs::exists(folder.path() / "figures" / "interaction.gp"));
}

TEST(Report, RefusesAnUnknownFormatNamingTheKnownOnes) {
  const TemporaryFolder folder;
  try {
    write_report(synergy_sample(), {},
                 {.out_dir = folder.path() / "out", .formats = {"docx"}, .database = {}});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "unknown report format 'docx'; known are md, latex, csv, html");
  }
  EXPECT_FALSE(fs::exists(folder.path() / "out"));
}

TEST(Report, ThatCannotBeWrittenIsAnEnvironmentError) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "in the way";
  EXPECT_THROW(
      write_report(synergy_sample(), {},
                   {.out_dir = folder.path() / "file" / "out", .formats = {}, .database = {}}),
      EnvironmentError);
}

TEST(Html, IsWellFormedSelfContainedAndEscaped) {
  const TemporaryFolder folder;
  for (const auto& [name, data] : samples()) {
    const ReportFiles report = write_report(
        data, {}, {.out_dir = folder.path() / name, .formats = {"html"}, .database = {}});
    std::string page = read_text(report.page);
    EXPECT_EQ(find_markup_error(page), "") << name;
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("<link"), std::string::npos);
    EXPECT_EQ(page.find("src="), std::string::npos);
    EXPECT_EQ(page.find("@import"), std::string::npos);
    EXPECT_EQ(page.find("<BY>"), std::string::npos) << "a class name was not escaped";
    // The only addresses are the names of the SVG name spaces, which nothing loads.
    for (const char* space :
         {"xmlns=\"http://www.w3.org/2000/svg\"", "xmlns:xlink=\"http://www.w3.org/1999/xlink\""})
      for (std::size_t at; (at = page.find(space)) != std::string::npos;)
        page.erase(at, std::string(space).size());
    EXPECT_EQ(page.find("http"), std::string::npos) << page.substr(page.find("http"), 80);
  }
}

// All values of an attribute, whichever quotes it has.
std::vector<std::string> attribute_values(const std::string& page, const std::string& name) {
  std::vector<std::string> values;
  for (const char quote : {'"', '\''}) {
    const std::string begin = name + "=" + quote;
    for (std::size_t at = page.find(begin); at != std::string::npos;
         at = page.find(begin, at + 1)) {
      const std::size_t from = at + begin.size();
      values.push_back(page.substr(from, page.find(quote, from) - from));
    }
  }
  return values;
}

// Markers of a plot are drawn by reference: a reference to nothing draws nothing.
TEST(Html, GivesEveryElementAnIdOfItsOwnAndRefersToExistingOnes) {
  if (!has_program("gnuplot")) GTEST_SKIP() << "gnuplot is not installed";
  const TemporaryFolder folder;
  const ReportFiles report = write_report(
      synergy_sample(), {}, {.out_dir = folder.path(), .formats = {"html"}, .database = {}});
  const std::string page = read_text(report.page);
  std::set<std::string> ids;
  for (const std::string& id : attribute_values(page, " id"))
    EXPECT_TRUE(ids.insert(id).second) << id;
  const std::vector<std::string> references = attribute_values(page, "href");
  EXPECT_GT(references.size(), 100u) << "one marker per seed and cell at least";
  for (const std::string& reference : references) {
    ASSERT_EQ(reference.front(), '#');
    EXPECT_TRUE(ids.contains(reference.substr(1))) << reference;
  }
}

TEST(GoldenHtml, PageWithoutPicturesIsWhatItWas) {
  const ReportData data = incomplete_sample();
  std::vector<Table> tables;
  for (const TableEntry& entry : table_registry())
    if (auto table = entry.make(data)) tables.push_back(*table);
  std::string page = html_page(data, tables, {{*interaction_figure(data), ""}});
  // The reporting program's own revision changes with every commit.
  const std::string begin = "<dt>Report by</dt><dd>";
  const std::size_t at = page.find(begin) + begin.size();
  page.replace(at, page.find('<', at) - at, "THIS PROGRAM");
  expect_golden(page, "incomplete/page.html");
}

// A table of numbers with a note.
Table large_table(std::size_t rows, std::size_t columns) {
  Table table;
  table.title = "Many rows";
  table.columns.resize(columns);
  table.rows.resize(rows);
  for (TableRow& row : table.rows) row.cells.assign(columns, text_cell("[0.993, 1.007]"));
  table.notes.push_back({"", "What all of these are."});
  return table;
}

TEST(Latex, CompilesWithBooktabs) {
  if (!has_program("pdflatex")) GTEST_SKIP() << "pdflatex is not installed: LaTeX was not compiled";
  const TemporaryFolder folder;
  std::string document =
      "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage[utf8]{inputenc}\n"
      "\\usepackage{booktabs}\n\\usepackage{graphicx}\n\\begin{document}\n";
  for (const auto& [name, data] : samples()) {
    document += claims_latex(data);
    for (const TableEntry& entry : table_registry())
      if (const auto table = entry.make(data)) document += to_latex(*table) + "\\clearpage\n";
  }
  for (const std::size_t rows : {30, 60, 120})
    for (const std::size_t columns : {4, 14})
      document += to_latex(large_table(rows, columns)) + "\\clearpage\n";
  std::ofstream(folder.path() / "all.tex") << document << "\\end{document}\n";
  const std::string command =
      "cd '" + folder.path().string() +
      "' && pdflatex -halt-on-error -interaction=nonstopmode all.tex >out 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << read_text(folder.path() / "out");
  const std::string log = read_text(folder.path() / "all.log");
  EXPECT_EQ(log.find("Overfull \\hbox"), std::string::npos) << "a table is wider than the text";
  EXPECT_EQ(log.find("Float too large"), std::string::npos) << "a table is higher than a page";
  EXPECT_EQ(log.find("Missing character"), std::string::npos);
}

TEST(Terminal, EndsWithTheDoubts) {
  const std::string text = terminal_table(incomplete_sample());
  EXPECT_NE(text.find("17/20"), std::string::npos);
  EXPECT_NE(text.find("note: Unequal seed sets"), std::string::npos);
}

}  // namespace
}  // namespace ratbench::reports
