// What a claim asks of the data: the cells of its arms and the contrasts between them.
// Nothing here reads a database.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/claims/decision.hpp"
#include "harness/grid/cell.hpp"
#include "harness/spec/experiment.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::claims {

struct Step {
  std::string name;          // "both - abex"
  stats::Contrast contrast;  // over Question::cells
};

struct Question {
  std::string pointer;                         // of the claim in its file, "/claims/0"
  std::vector<std::size_t> cells;              // cell indices of the experiment
  std::vector<std::vector<std::size_t>> arms;  // places in `cells`; none for a trend
  // Places of the cells that draw the same split of the data (data.split); one group without folds.
  std::vector<std::vector<std::size_t>> splits;
  std::vector<Step> steps;
  Criterion criterion;
  std::vector<std::string> notes;  // arms that are a mean over several cells
  std::string blocked;             // why there is nothing to ask; empty when there is
  std::string selection;           // train.select of all cells: best or last
  std::string negative_class;      // data.negative_class of all cells; "" for none
};

// Cells of an arm. A factor that the arm does not name and that varies through `include` alone has
// the file's base value, so that control cells do not slip into arms.
std::vector<std::size_t> arm_cells(const spec::Experiment& experiment, const spec::Arm& arm);

// Throws SpecError for an arm without a cell (unless --set is in use) and for arms of one claim
// that share a cell. Not for cost_ratio.
Question make_question(const spec::Experiment& experiment, const std::vector<grid::Cell>& cells,
                       const spec::Claim& claim);

// Asks every claim of the experiment, for what it throws: before anything is trained.
void check_questions(const spec::Experiment& experiment);

}  // namespace ratbench::claims
