// Invented cells of trainings: attacks side by side, losses side by side.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/spec/experiment.hpp"
#include "reports/data.hpp"

namespace ratbench::reports {

// Four seeds whose scores are `level` plus -2, 0, 0 and 2 points.
CellData trained_cell(std::vector<std::pair<std::string, std::string>> factors, double level,
                      const std::vector<ClassData>& classes);
// Two classes, one of them rare; no cells yet.
ReportData report_of(const std::string& name);
void set_training(CellData& cell, const std::string& attack, const std::string& p_rat, double time);
// Factors, names and baselines, once all cells are there.
void lay_out(ReportData& data);

// fgm and random at p_rat 0.5 and 1, beside clean training.
ReportData attacks_sample();
// ce, ldam, ldam deferred; with and without RAT: without names, and with them.
ReportData losses_sample();
ReportData laid_out_losses();
// The file that has these losses.
spec::Experiment losses_experiment();

}  // namespace ratbench::reports
