// Writes the report of one experiment: tables, figures, one HTML page, and the list of its runs.
// Everything comes from the store; files appear in the output folder only once all are written.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"
#include "reports/data.hpp"

namespace ratbench::reports {

struct ReportOptions {
  std::filesystem::path out_dir;
  // Of "md", "latex", "csv", "html"; all when empty.
  std::vector<std::string> formats;
  // Named in the footer.
  std::filesystem::path database;
  // Verdicts on the experiment's claims, judged from the same store; they head the report.
  std::vector<ClaimData> claims = {};
};

struct ReportFiles {
  std::filesystem::path out_dir;
  std::vector<std::filesystem::path> files;  // inside out_dir, in writing order
  std::filesystem::path page;                // the HTML page; empty when not asked for
  std::vector<std::string> warnings;         // doubts and figures that could not be drawn
  std::string claims;                        // verdicts for a terminal; "" without claims
  std::string table;                         // the ablation table for a terminal, without doubts
};

// Throws UsageError for an unknown format, an experiment that the store does not know or has
// nothing finished or diverged of, mixed method versions; EnvironmentError when a file cannot be
// written. A missing gnuplot is a warning: scripts and data are written, pictures are not. Writes
// NAME.md, .tex, .csv per table, report.md, figures/NAME.{gp,dat,svg,pdf,png}, runs.csv,
// claim_runs.csv and index.html. Files of an earlier report with the same names are replaced,
// others are left alone.
ReportFiles write_report(const store::Reader& reader, const spec::Experiment& experiment,
                         const ReportOptions& options);

// The same for data that are already loaded. `tables` and `figures` choose by registry name; all
// that apply when empty.
struct Chosen {
  std::vector<std::string> tables;
  std::vector<std::string> figures;
};
ReportFiles write_report(const ReportData& data, const Chosen& chosen,
                         const ReportOptions& options);

// The ablation table as aligned text, with the doubts below it: for the end of a sweep. Empty while
// nothing has finished or diverged.
std::string terminal_table(const store::Reader& reader, const spec::Experiment& experiment);
std::string terminal_table(const ReportData& data);

}  // namespace ratbench::reports
