#include "reports/report.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "reports/figures/gnuplot.hpp"
#include "reports/html/page.hpp"
#include "reports/load.hpp"
#include "reports/provenance.hpp"
#include "reports/registry.hpp"
#include "reports/tables/claims_text.hpp"
#include "reports/tables/tables.hpp"
#include "src/base/error.hpp"

namespace ratbench::reports {
namespace {

namespace fs = std::filesystem;

// A folder beside the output that becomes its content at the end, or vanishes.
class Staging {
 public:
  explicit Staging(fs::path out_dir) : out_dir_(std::move(out_dir)) {
    if (out_dir_.filename().empty()) out_dir_ = out_dir_.parent_path();
    folder_ = out_dir_;
    folder_ += fmt::format(".part-{}", ::getpid());
    std::error_code error;
    fs::create_directories(folder_ / "figures", error);
    if (error) throw EnvironmentError(folder_.string() + ": cannot be made: " + error.message());
  }
  ~Staging() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  const fs::path& folder() const { return folder_; }
  const fs::path& out_dir() const { return out_dir_; }

  void write(const fs::path& name, const std::string& content) {
    const fs::path file = folder_ / name;
    std::ofstream out(file, std::ios::binary);
    out << content;
    out.close();
    if (!out) throw EnvironmentError(file.string() + ": cannot be written (disk full?)");
    names_.push_back(name);
  }
  // A file that another program wrote into the folder.
  void add(const fs::path& name) { names_.push_back(name); }

  // Moves every file to its place, replacing earlier ones.
  std::vector<fs::path> publish() const {
    std::vector<fs::path> files;
    for (const fs::path& name : names_) {
      const fs::path target = out_dir_ / name;
      std::error_code error;
      fs::create_directories(target.parent_path(), error);
      if (!error) fs::rename(folder_ / name, target, error);
      if (error)
        throw EnvironmentError(target.string() + ": cannot be written: " + error.message());
      files.push_back(target);
    }
    return files;
  }

 private:
  fs::path out_dir_;
  fs::path folder_;
  std::vector<fs::path> names_;
};

bool is_chosen(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

void check_formats(const std::vector<std::string>& formats) {
  for (const std::string& format : formats) {
    const auto known = format_registry();
    if (std::any_of(known.begin(), known.end(), [&](const auto& e) { return e.name == format; }))
      continue;
    std::string allowed;
    for (const FormatEntry& entry : known)
      allowed += (allowed.empty() ? "" : ", ") + std::string(entry.name);
    throw UsageError(fmt::format("unknown report format '{}'; known are {}", format, allowed));
  }
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<DrawnFigure> draw(const std::vector<Figure>& figures, Staging& staging,
                              std::vector<std::string>& warnings) {
  std::vector<std::string> names;
  for (const Figure& figure : figures) {
    staging.write(fs::path("figures") / (figure.name + ".dat"), figure.data);
    staging.write(fs::path("figures") / (figure.name + ".gp"), complete_script(figure));
    names.push_back(figure.name);
  }
  const DrawOutcome outcome = draw_figures(staging.folder() / "figures", names);
  if (outcome.state == DrawState::kNoGnuplot)
    warnings.push_back(
        "gnuplot was not found: figures are not drawn. Install it (apt-get install gnuplot-nox) "
        "and "
        "run `ratbench report` again, or run the scripts in figures/ elsewhere.");
  for (const std::string& problem : outcome.problems)
    warnings.push_back("gnuplot could not draw " + problem);
  std::vector<DrawnFigure> drawn;
  for (const Figure& figure : figures) {
    for (const char* extension : {".svg", ".pdf", ".png"}) {
      const fs::path name = fs::path("figures") / (figure.name + extension);
      if (fs::exists(staging.folder() / name)) staging.add(name);
    }
    drawn.push_back({figure, read_text(staging.folder() / "figures" / (figure.name + ".svg"))});
  }
  return drawn;
}

std::string markdown_figure(const Figure& figure) {
  return "\n### " + escape_markdown(figure.title) + "\n\n![" + escape_markdown(figure.title) +
         "](figures/" + figure.name + ".svg)\n\n" + escape_markdown(figure.caption) + "\n";
}

// Claims, doubts, tables and figures in one document, with provenance below.
std::string markdown_report(const ReportData& data, const std::vector<Table>& tables,
                            const std::vector<DrawnFigure>& figures) {
  std::string out = "# " + escape_markdown(data.title) + "\n\n" + claims_markdown(data);
  for (const Table& table : tables)
    if (is_about_claims(table)) out += "\n" + to_markdown(table);
  for (const DrawnFigure& drawn : figures)
    if (is_about_claims(drawn.figure)) out += markdown_figure(drawn.figure);
  out += "\n## Measurements\n\n";
  for (const std::string& warning : data.warnings) out += "> " + escape_markdown(warning) + "\n>\n";
  for (const Table& table : tables)
    if (!is_about_claims(table)) out += "\n" + to_markdown(table);
  for (const DrawnFigure& drawn : figures)
    if (!is_about_claims(drawn.figure)) out += markdown_figure(drawn.figure);
  out += "\n### Where the numbers come from\n\n";
  for (const auto& [name, text] : provenance_lines(data))
    out += "- " + escape_markdown(name) + ": " + escape_markdown(text) + "\n";
  return out;
}

// Provenance as comment lines, so that a LaTeX file copied elsewhere still says where it is from.
std::string latex_file(const ReportData& data, const Table& table) {
  std::string out;
  for (const auto& [name, text] : provenance_lines(data)) out += "% " + name + ": " + text + "\n";
  for (const std::string& warning : data.warnings) out += "% Note: " + warning + "\n";
  std::replace(out.begin(), out.end(), '\r', ' ');
  if (is_about_claims(table)) out += claims_latex(data);
  return out + to_latex(table);
}

std::string markdown_file(const ReportData& data, const Table& table) {
  return (is_about_claims(table) ? claims_markdown(data) + "\n" : "") + to_markdown(table);
}

std::string table_file(const ReportData& data, const Table& table, const FormatEntry& format) {
  if (format.name == "latex") return latex_file(data, table);
  return format.name == "md" ? markdown_file(data, table) : format.render(table);
}

void write_tables(const ReportData& data, const std::vector<Table>& tables,
                  const std::vector<std::string>& formats, Staging& staging) {
  for (const FormatEntry& entry : format_registry()) {
    if (!is_chosen(formats, entry.name) || entry.extension.empty()) continue;
    for (const Table& table : tables)
      staging.write(table.name + std::string(entry.extension), table_file(data, table, entry));
  }
}

}  // namespace

ReportFiles write_report(const ReportData& data, const Chosen& chosen,
                         const ReportOptions& options) {
  check_formats(options.formats);
  ReportFiles report;
  report.warnings = data.warnings;
  report.claims = claims_terminal(data);
  report.table = to_terminal(*ablation_table(data));
  std::vector<Table> tables;
  for (const TableEntry& entry : table_registry())
    if (is_chosen(chosen.tables, entry.name))
      if (auto table = entry.make(data)) tables.push_back(std::move(*table));
  std::vector<Figure> figures;
  for (const FigureEntry& entry : figure_registry())
    if (data.any_done() && is_chosen(chosen.figures, entry.name))
      if (auto figure = entry.make(data)) figures.push_back(std::move(*figure));
  Staging staging(options.out_dir);
  const std::vector<DrawnFigure> drawn = draw(figures, staging, report.warnings);
  write_tables(data, tables, options.formats, staging);
  staging.write("runs.csv", to_csv(runs_table(data)));
  if (!data.claims.empty()) staging.write("claim_runs.csv", to_csv(claim_runs_table(data)));
  if (is_chosen(options.formats, "md"))
    staging.write("report.md", markdown_report(data, tables, drawn));
  if (is_chosen(options.formats, "html")) {
    staging.write("index.html", html_page(data, tables, drawn));
    report.page = staging.out_dir() / "index.html";
  }
  report.files = staging.publish();
  report.out_dir = staging.out_dir();
  return report;
}

ReportFiles write_report(const store::Reader& reader, const spec::Experiment& experiment,
                         const ReportOptions& options) {
  check_formats(options.formats);
  Chosen chosen;
  if (experiment.settings.has("report.tables"))
    chosen.tables = experiment.settings.texts("report.tables");
  if (experiment.settings.has("report.figures"))
    chosen.figures = experiment.settings.texts("report.figures");
  ReportData data = load_report_data(reader, experiment, options.database);
  data.claims = options.claims;
  return write_report(data, chosen, options);
}

std::string terminal_table(const ReportData& data) {
  std::string out = to_terminal(*ablation_table(data));
  for (const std::string& warning : data.warnings) out += "note: " + warning + "\n";
  return out;
}

std::string terminal_table(const store::Reader& reader, const spec::Experiment& experiment) {
  const auto row = reader.experiment(experiment.name);
  if (!row || row->progress.done + row->progress.diverged == 0) return "";
  return terminal_table(load_report_data(reader, experiment, ""));
}

}  // namespace ratbench::reports
