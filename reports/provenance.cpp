#include "reports/provenance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "src/base/version.hpp"

namespace ratbench::reports {
namespace {

std::string listed_tally(const Tally& tally) {
  std::string text;
  for (const auto& [name, runs] : tally) {
    text += text.empty() ? name : ", " + name;
    if (tally.size() > 1) text += fmt::format(" ({} runs)", runs);
  }
  return text.empty() ? "none" : text;
}

std::string selection_text(const ReportData& data) {
  const auto uses = [&](const char* selection) {
    return std::any_of(data.cells.begin(), data.cells.end(),
                       [&](const CellData& cell) { return cell.selection == selection; });
  };
  if (uses("best") && uses("last"))
    return "differs between cells: best epoch on validation, last epoch";
  if (uses("last")) return "last epoch";
  return data.validation_is_test
             ? "best epoch on validation, which is the test split in some cells: it selects there"
             : "best epoch on validation; the test split selects nothing";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> provenance_lines(const ReportData& data) {
  const Provenance& from = data.provenance;
  std::size_t seeds = 0;
  for (const CellData& cell : data.cells) seeds = std::max(seeds, cell.runs.size());
  std::vector<std::pair<std::string, std::string>> lines = {
      {"Experiment", fmt::format("{} ({})", data.experiment, data.file)},
      {"Store", fmt::format("{}, schema {}, sweep registered {}", from.database,
                            from.schema_version, from.registered_at)},
      {"Runs", fmt::format("{} run keys for {} cells of up to {} seeds; runs.csv lists them",
                           from.runs, data.cells.size(), seeds)},
      {"Trained by",
       fmt::format("ratbench {}, method version {}, LibTorch {}", listed_tally(from.programs),
                   listed_tally(from.method_versions), listed_tally(from.libtorch))},
      {"Report by", fmt::format("ratbench {} {}", kProgramVersion, git_revision())},
      {"Data", "SHA-256 " + listed_tally(from.data)},
      {"Pre-trained", from.models.empty() ? "none" : listed_tally(from.models)},
      {"Selection", selection_text(data)},
      {"Device", fmt::format("{}; kernel {}; threads per run {}; mode {}; runs at a time {}",
                             listed_tally(from.devices), listed_tally(from.kernels),
                             listed_tally(from.threads), listed_tally(from.modes),
                             listed_tally(from.concurrent_runs))},
  };
  if (!data.claims.empty()) {
    std::set<std::string> keys;
    for (const ClaimData& claim : data.claims)
      keys.insert(claim.run_keys.begin(), claim.run_keys.end());
    lines.insert(lines.begin() + 3,
                 {"Verdicts", fmt::format("judged by the reporting program from the store's test "
                                          "predictions of {} run keys; claim_runs.csv lists those "
                                          "of every claim",
                                          keys.size())});
  }
  return lines;
}

}  // namespace ratbench::reports
