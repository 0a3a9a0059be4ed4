#include "reports/tables/claims_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/tables/tables.hpp"

namespace ratbench::reports {
namespace {

constexpr const char* kNoClaims =
    "The experiment states no claims: what follows was measured and decides nothing.";
constexpr const char* kMeaning =
    "Undecided means: neither the claim nor its contrary is shown here; the sentence says why. "
    "Each sentence names the data, features and model that it holds for, and says nothing about "
    "others.";

std::string word(const ClaimData& claim) { return std::string(verdict_word(claim.verdict)); }

std::string shape(const ClaimData& claim) { return std::string(verdict_shape(claim.verdict)); }

std::string title(const ClaimData& claim) {
  return claim.name + (claim.primary ? " (primary)" : "");
}

std::string sentences(const ClaimData& claim) {
  std::string text = claim.sentence;
  for (const std::string& note : claim.notes) text += " Note: " + note + ".";
  return text;
}

}  // namespace

bool is_about_claims(const Table& table) { return table.name == "claims"; }
bool is_about_claims(const Figure& figure) { return figure.name == "claim_forest"; }

std::string claims_markdown(const ReportData& data) {
  if (data.claims.empty()) return std::string("## Claims\n\n") + kNoClaims + "\n";
  std::string out = "## Claims\n\n" + count_verdicts(data.claims) + " " + kMeaning + "\n\n";
  for (const ClaimData& claim : data.claims)
    out += fmt::format("- {} **{}** {}: {}\n", shape(claim), verdict_text(claim),
                       escape_markdown(title(claim)), escape_markdown(sentences(claim)));
  return out;
}

std::string claims_latex(const ReportData& data) {
  if (data.claims.empty()) return "";
  std::string out = escape_latex(count_verdicts(data.claims) + " " + kMeaning) +
                    "\n\\begin{description}\\sloppy\n";
  for (const ClaimData& claim : data.claims)
    out += fmt::format("\\item[{}: {}] {}\n", escape_latex(title(claim)), verdict_text(claim),
                       escape_latex(sentences(claim)));
  return out + "\\end{description}\n";
}

std::string claims_html(const ReportData& data) {
  std::string out = "<section id=\"claims\">\n<h2>Claims</h2>\n<p>";
  if (data.claims.empty()) return out + kNoClaims + "</p>\n</section>\n";
  out += "<strong>" + escape_html(count_verdicts(data.claims)) + "</strong> " +
         escape_html(kMeaning) + "</p>\n<ul class=\"claims\">\n";
  for (const ClaimData& claim : data.claims)
    out += fmt::format(
        "<li><span class=\"verdict {0}\">{1} {4}</span> <strong>{2}</strong>\n<p>{3}</p></li>\n",
        word(claim), shape(claim), escape_html(title(claim)), escape_html(sentences(claim)),
        escape_html(verdict_text(claim)));
  return out + "</ul>\n</section>\n";
}

std::string claims_terminal(const ReportData& data) {
  if (data.claims.empty()) return "";
  std::size_t width = 0, verdict_width = 0;
  for (const ClaimData& claim : data.claims) {
    width = std::max(width, title(claim).size());
    verdict_width = std::max(verdict_width, verdict_text(claim).size());
  }
  std::string out = count_verdicts(data.claims) + "\n";
  for (const ClaimData& claim : data.claims) {
    std::string line =
        fmt::format("  {:<{}}  {:<{}}", verdict_text(claim), verdict_width, title(claim), width);
    if (claim.estimate) {
      const double scale = claim.is_ratio() ? 1 : 100;
      line += fmt::format("  {:+.2f}", scale * *claim.estimate);
      if (claim.ci_adjusted)
        line += fmt::format(" [{:+.2f}, {:+.2f}]", scale * claim.ci_adjusted->low,
                            scale * claim.ci_adjusted->high);
      line += claim.is_ratio() ? " x" : " points";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace ratbench::reports
