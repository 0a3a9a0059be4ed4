#include "reports/html/page.hpp"

#include <string_view>

#include "reports/provenance.hpp"
#include "reports/tables/claims_text.hpp"

namespace ratbench::reports {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; color: #1a1a1a;
  background: #fff; max-width: 88rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #ccc; padding-bottom: .2rem; }
p, ul.plain { max-width: 46rem; }
.lead { color: #444; margin-top: 0; }
.warnings { border-left: 4px solid #D55E00; background: #fff6ef; padding: .5rem 1rem; max-width: 60rem; }
.warnings p { margin: 0 0 .2rem; font-weight: 600; }
.warnings ul { margin: 0; padding-left: 1.2rem; }
ul.claims { list-style: none; padding: 0; max-width: 60rem; }
ul.claims li { margin: 0 0 .8rem; }
ul.claims p { margin: .15rem 0 0; max-width: none; }
.verdict { display: inline-block; min-width: 7rem; margin-right: .5rem; padding: .05rem .4rem;
  box-sizing: border-box; border: 1px solid #555; border-radius: .25rem;
  font-size: .88rem; font-weight: 600; white-space: nowrap; }
.verdict.supported { background: #d6e8f5; } .verdict.refuted { background: #fbe0cf; }
.verdict.undecided { border-style: dashed; }
figure { margin: 0 0 1.8rem; }
figcaption { font-weight: 600; margin-bottom: .4rem; }
.caption { color: #333; max-width: 46rem; margin: .2rem 0 0; font-size: .92rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; border-top: 2px solid #1a1a1a; border-bottom: 2px solid #1a1a1a;
  font-size: .88rem; }
th, td { text-align: left; padding: .25rem .5rem; vertical-align: top; }
th { vertical-align: bottom; border-bottom: 1px solid #1a1a1a; font-weight: 600; max-width: 9rem; }
tr.groups th { text-align: center; border-bottom: 1px solid #999; max-width: none; }
span.up { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 13rem; text-align: left; }
td.num, th.num { text-align: right; font-variant-numeric: tabular-nums; }
td.num { white-space: nowrap; }
tr.rule td { border-top: 1px solid #999; }
tbody tr:hover { background: #f3f6f9; }
sup { line-height: 0; font-size: .75em; }
ul.notes { list-style: none; padding: 0; margin: .5rem 0 0; font-size: .86rem; color: #444;
  max-width: 60rem; }
svg { max-width: 100%; height: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; font-size: .88rem; }
dt { color: #555; } dd { margin: 0; overflow-wrap: anywhere; }
@page { size: A4 landscape; margin: 12mm 14mm; }
@page upright { size: A4 portrait; margin: 14mm 12mm; }
@media print {
  body { font-size: 10pt; margin: 0; max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  table { font-size: 7pt; max-width: 100%; } th, td { padding: .1rem .25rem; }
  th, td, td.num { white-space: normal; max-width: none; }
  td:not(.num) { overflow-wrap: break-word; }
  thead { display: table-header-group; } tr { break-inside: avoid; }
  svg { max-height: 150mm; } ul.notes, .caption { font-size: 8.5pt; }
  .drawings { page: upright; } .drawings svg { max-height: 220mm; }
  figure:not(.table), .warnings, .claims li { break-inside: avoid; }
  h2, figcaption { break-after: avoid; } tbody tr:hover { background: none; }
}
)";

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string warnings_html(const ReportData& data) {
  if (data.warnings.empty()) return "";
  std::string out =
      "<div class=\"warnings\" role=\"note\">\n<p>Before reading the numbers</p>\n<ul>\n";
  for (const std::string& warning : data.warnings) out += "<li>" + escape_html(warning) + "</li>\n";
  return out + "</ul>\n</div>\n";
}

std::string reading_html(const ReportData& data) {
  std::string out =
      "<h2>How to read the numbers</h2>\n<ul class=\"plain\">\n"
      "<li>n is the number of seeds that finished; where some did not, it stands as "
      "finished/planned. "
      "Mean, sd and interval are over the seeds that finished.</li>\n"
      "<li>An interval \"seeds and rows\" (two-way t interval) answers: where would the mean lie "
      "with very many seeds <em>and very many test rows</em> like these? An interval \"seeds "
      "only\" (t interval) answers it <em>for these same test rows</em>: it says less about other "
      "reports than its width suggests. Whether a claim holds is decided by a verdict, not by two "
      "intervals that do or do not overlap.</li>\n"
      "<li>Train time comes from ordinary runs, which may have shared the machine: indicative "
      "only.</li>\n";
  if (!data.citation.empty())
    out += "<li>A dash in the paper's column means that " + escape_html(data.citation) +
           " states no number for this cell. None is filled in.</li>\n";
  return out + "</ul>\n";
}

std::string figure_html(const DrawnFigure& drawn) {
  const Figure& figure = drawn.figure;
  std::string out = "<figure id=\"figure-" + escape_html(figure.name) + "\">\n<figcaption>" +
                    escape_html(figure.title) + "</figcaption>\n";
  out += drawn.svg.empty() ? "<p>Not drawn: gnuplot was not found.</p>\n"
                           : inline_svg(drawn.svg, figure.name + "-", figure.caption);
  return out + "<p class=\"caption\">" + escape_html(figure.caption) + "</p>\n</figure>\n";
}

std::string footer_html(const ReportData& data) {
  std::string out = "<h2>Where the numbers come from</h2>\n<dl>\n";
  for (const auto& [name, text] : provenance_lines(data))
    out += "<dt>" + escape_html(name) + "</dt><dd>" + escape_html(text) + "</dd>\n";
  return out + "</dl>\n";
}

}  // namespace

std::string inline_svg(const std::string& svg, const std::string& id_prefix,
                       const std::string& description) {
  const std::size_t begin = svg.find("<svg");
  if (begin == std::string::npos) return "";
  std::string out = svg.substr(begin);
  // gnuplot gives the same ids to all its pictures.
  replace_all(out, " id=\"", " id=\"" + id_prefix);
  replace_all(out, " id='", " id='" + id_prefix);
  replace_all(out, "href=\"#", "href=\"#" + id_prefix);
  replace_all(out, "href='#", "href='#" + id_prefix);
  replace_all(out, "url(#", "url(#" + id_prefix);
  const std::size_t tag_end = out.find('>');
  out.insert(tag_end + 1, "\n<desc>" + escape_html(description) + "</desc>");
  out.insert(tag_end, " role=\"img\"");
  return out;
}

std::string html_page(const ReportData& data, const std::vector<Table>& tables,
                      const std::vector<DrawnFigure>& figures) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>" +
      escape_html(data.title) + "</title>\n<style>" + std::string(kStyle) +
      "</style>\n</head>\n<body>\n<main>\n<h1>" + escape_html(data.title) + "</h1>\n";
  out += "<p class=\"lead\">Experiment " + escape_html(data.experiment) + ": " +
         std::to_string(data.cells.size()) + " cells, " + escape_html(seed_count_text(data)) +
         (data.citation.empty() ? "" : ", beside the numbers of " + escape_html(data.citation)) +
         ".</p>\n";
  out += claims_html(data);
  for (const DrawnFigure& drawn : figures)
    if (is_about_claims(drawn.figure)) out += figure_html(drawn);
  for (const Table& table : tables)
    if (is_about_claims(table)) out += to_html(table);
  out += warnings_html(data);
  out += "<h2>Tables</h2>\n";
  for (const Table& table : tables)
    if (!is_about_claims(table)) out += to_html(table);
  std::string drawings;
  for (const DrawnFigure& drawn : figures)
    if (!is_about_claims(drawn.figure)) drawings += figure_html(drawn);
  if (!drawings.empty())
    out += "<section class=\"drawings\">\n<h2>Figures</h2>\n" + drawings + "</section>\n";
  out += reading_html(data) + footer_html(data);
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace ratbench::reports
