#include "tests/reports/training_sample.hpp"

#include "reports/object_factors.hpp"

namespace ratbench::reports {

CellData trained_cell(std::vector<std::pair<std::string, std::string>> factors, double level,
                      const std::vector<ClassData>& classes) {
  CellData cell;
  cell.factors = std::move(factors);
  cell.selection = "best";
  const double offsets[] = {-0.02, 0, 0, 0.02};
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    cell.runs.push_back({seed, "key", "done", ""});
    for (const char* metric : {"macro_f1", "minority_recall"})
      cell.scores[metric].push_back({seed, level + offsets[seed]});
    for (const ClassData& klass : classes)
      cell.scores["recall/" + klass.name].push_back({seed, level});
  }
  for (int epoch = 1; epoch <= 3; ++epoch)
    cell.training.epochs.push_back(
        {epoch, {1.0 / epoch, 1.2 / epoch}, {0.5 + 0.1 * epoch, 0.52 + 0.1 * epoch}, {0.5, 0.5}});
  cell.training.marks = {0, 3, {{0.75, 1.5, true}, {1.25, 0.7, false}, {2.75, 0.4, false}}};
  cell.training.batches = 120;
  return cell;
}

ReportData report_of(const std::string& name) {
  ReportData data;
  data.experiment = name;
  data.title = name;
  data.metrics = {"macro_f1"};
  data.minority_classes = {"FIRES"};
  data.classes = {{"FALLS", 150}, {"FIRES", 4}};
  return data;
}

void lay_out(ReportData& data) {
  for (const auto& [path, value] : data.cells.front().factors) data.factors.push_back(path);
  complete_layout(data);
}

void set_training(CellData& cell, const std::string& attack, const std::string& p_rat,
                  double time) {
  cell.training.attack = attack;
  cell.training.p_rat = p_rat;
  cell.training.attacked_share = attack == "none" ? 0 : p_rat == "1" ? 1 : 0.5;
  cell.training.time_to_first_clean = time;
}

ReportData attacks_sample() {
  ReportData data = report_of("attacks");
  const auto add = [&](const char* attack, const char* p_rat, double level, double time) {
    data.cells.push_back(
        trained_cell({{"attack.name", attack}, {"attack.p_rat", p_rat}}, level, data.classes));
    set_training(data.cells.back(), attack, p_rat, time);
    // Invented, not computed.
    data.cells.back().two_way["macro_f1"] = {level, {level - 0.05, level + 0.05}, 0.15, 0.75, 0.1};
    const double gain = level - 0.7;
    if (gain > 0)
      data.cells.back().against_baseline = {gain, {gain - 0.03, gain + 0.03}, 0.03, 0.1, 4, {}};
  };
  add("random", "0.5", 0.71, 1.5);
  add("random", "1", 0.72, 2);
  add("fgm", "0.5", 0.75, 1.6);
  add("fgm", "1", 0.74, 2.1);
  add("none", "0.5", 0.70, 1);
  data.cells.back().inactive = {"attack.p_rat"};
  lay_out(data);
  return data;
}

ReportData losses_sample() {
  ReportData data = report_of("losses");
  double level = 0.7;
  for (const char* defer : {"ce", "0", "5"})
    for (const char* p_rat : {"0", "0.5"}) {
      const bool ce = std::string(defer) == "ce";
      data.cells.push_back(trained_cell({{"loss.name", ce ? "ce" : "ldam"},
                                         {"loss.c", "1"},
                                         {"loss.defer_epochs", ce ? "0" : defer},
                                         {"attack.p_rat", p_rat}},
                                        level += 0.01, data.classes));
      if (ce) data.cells.back().inactive = {"loss.c"};
    }
  return data;
}

spec::Experiment losses_experiment() {
  return spec::parse_experiment(
      R"({"data": {"format": "text", "release": "synthetic_reports"}, "encoder": {"name": "hashed"},
          "attack": {"name": "fgm"},
          "grid": {"loss": [{"name": "ce"}, {"name": "ldam", "c": 1},
                            {"name": "ldam", "c": 1, "defer_epochs": 5}],
                   "attack.p_rat": [0, 0.5]}})",
      "losses.json", ".");
}

ReportData laid_out_losses() {
  ReportData data = losses_sample();
  for (const auto& [path, value] : data.cells.front().factors) data.factors.push_back(path);
  add_object_factors(losses_experiment(), data);
  complete_layout(data);
  return data;
}

}  // namespace ratbench::reports
