#include "tests/reports/sample.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "reports/honesty.hpp"
#include "src/base/random.hpp"
#include "src/base/sha256.hpp"

namespace ratbench::reports {
namespace {

using Factors = std::vector<std::pair<std::string, std::string>>;

// Rounded, so that golden files hold no digits that depend on the platform's mathematics.
double rounded(double value) {
  return static_cast<double>(static_cast<long>(value * 1e4 + 0.5)) / 1e4;
}

// A cell whose scores scatter around `level` with standard deviation `sd`; 10 test rows of a class
// make recalls of tenths.
CellData make_cell(const ReportData& data, Factors factors, double level, double sd, int seeds) {
  CellData cell;
  cell.factors = std::move(factors);
  cell.selection = "best";
  const auto lane = static_cast<std::uint32_t>(data.cells.size());
  for (int seed = 0; seed < seeds; ++seed) {
    const RandomStream stream(static_cast<std::uint64_t>(seed), Purpose::kCorpus);
    const std::string key =
        sha256_hex(std::to_string(seed) + "/" + std::to_string(data.cells.size()));
    cell.runs.push_back({static_cast<std::uint64_t>(seed), key, "done", ""});
    const auto number = static_cast<std::uint64_t>(seed);
    const auto add = [&](const std::string& metric, double mean, double width,
                         std::uint64_t index) {
      const double value = mean + width * stream.normal(lane, index);
      cell.scores[metric].push_back({number, rounded(std::min(1.0, std::max(0.0, value)))});
    };
    add("macro_f1", level, sd, 0);
    add("weighted_f1", level + 0.12, sd / 4, 1);
    add("accuracy", level + 0.13, sd / 4, 2);
    add("minority_recall", level - 0.1, sd * 1.5, 3);
    for (std::size_t c = 0; c < data.classes.size(); ++c)
      add("recall/" + data.classes[c].name, data.classes[c].rare() ? level - 0.2 : level + 0.1,
          data.classes[c].rare() ? 4 * sd : sd, 4 + c);
  }
  // Invented, not computed: tests rows make three quarters of the variance.
  const auto two_way = [&](const std::string& metric, double centre, double half) {
    cell.two_way[metric] = {
        rounded(centre), {rounded(centre - half), rounded(centre + half)}, 0.15, 0.75, 0.1};
  };
  two_way("macro_f1", level, 0.05);
  two_way("accuracy", level + 0.13, 0.03);
  for (const ClassData& klass : data.classes)
    if (!klass.rare()) two_way("recall/" + klass.name, level + 0.1, 0.04);
  return cell;
}

// One claim of every verdict, one about time and one without an estimate.
void add_claims(ReportData& data) {
  data.arms = {{"both", "augmentation.lambda 20, attack.p_rat 0.5"},
               {"none", "augmentation.lambda 0, attack.p_rat 0"}};
  const auto add = [&](const char* name, const char* kind, Verdict verdict) -> ClaimData& {
    ClaimData claim;
    claim.name = name;
    claim.kind = kind;
    claim.metric = "macro_f1";
    claim.verdict = verdict;
    claim.scope = "on osha/test.safetensors (447 test rows), encoder minilm, model mlp, 20 seeds";
    claim.interval_method = "two-way influence (seeds and rows)";
    claim.seeds = 20;
    claim.run_keys = {sha256_hex(name)};
    data.claims.push_back(claim);
    return data.claims.back();
  };
  const auto measured = [](ClaimData& claim, const char* contrast, double threshold,
                           double estimate, double half) {
    claim.contrast = contrast;
    claim.threshold = threshold;
    claim.estimate = estimate;
    claim.ci95 =
        stats::Interval{rounded(1 + estimate - half) - 1, rounded(1 + estimate + half) - 1};
    claim.ci_adjusted = stats::Interval{rounded(1 + estimate - 1.3 * half) - 1,
                                        rounded(1 + estimate + 1.3 * half) - 1};
    claim.p = 0.012;
    claim.p_adjusted = 0.024;
    claim.minimum_detectable_effect = 0.03;
  };
  ClaimData& gain = add("both_beats_none", "difference", Verdict::kSupported);
  measured(gain, "both - none", 0.02, 0.08, 0.03);
  gain.primary = true;
  gain.sentence =
      "Shown " + gain.scope + ": both exceeds none by more than 2 points & holds <here>.";
  gain.fragility_dropped = "at most 4";
  gain.fragility_relabelled = "2";
  gain.row_effects = {{408, "VIOLENCE <BY> PERSONS & \"ANIMALS\"", 1, 0.062},
                      {19, "OVEREXERTION_100% $#~^\\{}", 4, 0.091}};
  ClaimData& synergy = add("synergy", "interaction", Verdict::kUndecided);
  measured(synergy, "both - abex - rat + none", 0, 0.019, 0.05);
  synergy.primary = true;
  synergy.sentence = "Neither shown nor refuted " + synergy.scope + ".";
  synergy.notes = {"seeds were added by looks"};
  synergy.fragility_dropped = "more than 1";
  ClaimData& same = add("rat_as_at", "equivalence", Verdict::kRefuted);
  measured(same, "rat - at", 0.01, -0.06, 0.02);
  same.sentence = "Shown to be false " + same.scope + ".";
  ClaimData& cost = add("half_the_overhead", "cost_ratio", Verdict::kSupported);
  measured(cost, "rat / at", 0.8, 0.71, 0.02);
  cost.metric = "";
  cost.sentence = "Shown: rat takes less than 0.8 times the time of at.";
  ClaimData& missing = add("minority_recall_rises", "difference", Verdict::kUndecided);
  missing.sentence = "Neither shown nor refuted: fewer than two seeds.";
}

ReportData base(const std::string& experiment, const std::string& title) {
  ReportData data;
  data.experiment = experiment;
  data.title = title;
  data.file = "experiments/" + experiment + ".json";
  data.citation = "ABEX-RAT, arXiv 2509.02072";
  data.metrics = {"macro_f1", "weighted_f1", "accuracy", "minority_recall"};
  data.minority_classes = {"FIRES AND EXPLOSIONS", "VIOLENCE <BY> PERSONS & \"ANIMALS\""};
  data.classes = {{"CONTACT WITH OBJECTS AND EQUIPMENT", 140},
                  {"EXPOSURE TO HARMFUL SUBSTANCES OR ENVIRONMENTS", 95},
                  {"FALLS,SLIPS,TRIPS", 150},
                  {"FIRES AND EXPLOSIONS", 31},
                  {"OVEREXERTION_100% $#~^\\{}", 4},
                  {"TRANSPORTATION INCIDENTS", 26},
                  {"VIOLENCE <BY> PERSONS & \"ANIMALS\"", 1}};
  Provenance& from = data.provenance;
  from.database = "sample.db";
  from.registered_at = "2026-01-02T03:04:05Z";
  from.schema_version = 1;
  from.data = {{sha256_hex("data"), 160}};
  from.method_versions = {{"1", 160}};
  from.programs = {{"0.1.0 0123abc", 160}};
  from.libtorch = {{"2.15.0", 160}};
  from.devices = {{"cpu", 160}};
  from.kernels = {{"mkl", 160}};
  from.threads = {{"1", 160}};
  from.modes = {{"isolated", 160}};
  from.concurrent_runs = {{"2", 160}};
  return data;
}

void finish(ReportData& data) {
  for (const auto& [path, value] : data.cells.front().factors) data.factors.push_back(path);
  for (const CellData& cell : data.cells) data.provenance.runs += cell.runs.size();
  complete_layout(data);
  data.warnings = find_doubts(data);
}

}  // namespace

ReportData synergy_sample() {
  ReportData data = base("abex_rat_synergy", "Synergy of samples & attacks <test> 100%");
  const auto add = [&](const char* lambda, const char* p, const char* epsilon, const char* name,
                       double level, double time) {
    data.cells.push_back(make_cell(data,
                                   {{"augmentation.lambda", lambda},
                                    {"attack.p_rat", p},
                                    {"attack.epsilon", epsilon},
                                    {"attack.name", name}},
                                   level, 0.03, 20));
    data.cells.back().training.time_to_first_clean = time;
    if (std::string(p) == "0") data.cells.back().inactive = {"attack.epsilon", "attack.name"};
  };
  add("0", "0", "0.1", "fgm", 0.71, 1);
  add("0", "0.5", "0.1", "fgm", 0.73, 1.52);
  add("20", "0", "0.1", "fgm", 0.77, 1);
  add("20", "0.5", "0.1", "fgm", 0.80, 1.49);
  add("0", "0.5", "0", "fgm", 0.72, 1.5);
  add("20", "0.5", "0", "fgm", 0.78, 1.5);
  add("0", "0.5", "0.1", "random", 0.715, 1.51);
  add("20", "0.5", "0.1", "random", 0.775, 1.5);
  data.cells[0].untreated = true;
  add_claims(data);
  // Of two cells with p < 0.05 only one is left after Holm's correction.
  data.cells[2].against_baseline = {0.06, {0.005, 0.115}, 0.03, 0.21, 20, {0.01, 0.2}};
  data.cells[3].against_baseline = {0.09, {0.05, 0.13}, 0.0004, 0.0028, 20, {0.01, 0.02}};
  data.cells[1].paper["macro_f1"] = {0.7408, "ablation, RAT only"};
  data.cells[2].paper["macro_f1"] = {0.8668, "ablation, ABEX only"};
  data.cells[3].paper["macro_f1"] = {0.9032, "ablation, ABEX + RAT"};
  finish(data);
  return data;
}

ReportData incomplete_sample() {
  ReportData data = synergy_sample();
  CellData& cell = data.cells[3];
  cell.runs[4].status = "diverged";
  cell.runs[7].status = "failed";
  cell.runs[7].failure_kind = "oom";
  cell.runs[19].status = "queued";
  for (auto& [name, scores] : cell.scores)
    std::erase_if(scores,
                  [](const SeedScore& s) { return s.seed == 4 || s.seed == 7 || s.seed == 19; });
  data.provenance.programs = {{"0.1.0 0123abc", 100}, {"0.1.0 4567def+dirty", 57}};
  data.warnings = find_doubts(data);
  return data;
}

ReportData lambda_sample() {
  ReportData data = base("abex_rat_lambda", "Synthetic samples per source");
  double level = 0.73;
  for (const char* lambda : {"0", "1", "2", "3", "5", "10", "20"}) {
    data.cells.push_back(make_cell(data, {{"augmentation.lambda", lambda}}, level, 0.03, 20));
    level += 0.012;
  }
  data.cells.front().paper["macro_f1"] = {0.7408, "ablation, RAT only"};
  data.cells.back().paper["macro_f1"] = {0.9032, "ablation, ABEX + RAT"};
  finish(data);
  return data;
}

ReportData crossed_sample() {
  ReportData data = base("abex_rat_epsilon_p", "Perturbation size and attack probability");
  double level = 0.80;
  for (const char* epsilon : {"0.05", "0.1", "0.2", "0.3"}) {
    for (const char* p : {"0.3", "0.5", "0.7", "1"}) {
      data.cells.push_back(
          make_cell(data, {{"attack.epsilon", epsilon}, {"attack.p_rat", p}}, level, 0.03, 10));
      level += 0.003;
    }
    level -= 0.02;
  }
  data.cells[5].paper["macro_f1"] = {0.9032, "ablation, ABEX + RAT"};
  finish(data);
  return data;
}

std::string read_golden(const std::string& name) {
  std::ifstream in(std::filesystem::path("tests/golden/reports") / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void expect_golden(const std::string& text, const std::string& name) {
  if (std::getenv("RATBENCH_REGENERATE") != nullptr) {
    const std::filesystem::path file = std::filesystem::path("tests/golden/reports") / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(text, read_golden(name))
      << "tests/golden/reports/" << name << " differs; RATBENCH_REGENERATE=1 writes it anew";
}

}  // namespace ratbench::reports
