// From factors to cells: grid x zip, minus `exclude`, plus `include`, in a fixed order with the
// last factor fastest. Every cell is checked against the rules that tie parameters together.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "harness/grid/cell.hpp"
#include "harness/spec/experiment.hpp"

namespace ratbench::grid {

// One cell while it passes by; valid until the visitor returns.
struct CellView {
  std::size_t index = 0;
  const specs::Slots* given = nullptr;     // what the file says for this cell
  const specs::Slots* resolved = nullptr;  // defaults filled in, what cannot matter removed
};

// Visits all cells in order without storing them: a million cells take no memory. Throws SpecError
// for a cell that breaks a rule, an `exclude` that matches nothing, an `include` that repeats a
// cell, and when no cell is left.
void visit_cells(const spec::Experiment& experiment,
                 const std::function<void(const CellView&)>& visit);

// All cells, stored.
std::vector<Cell> expand(const spec::Experiment& experiment);

// Leaf path -> value text for every factor: what `Cell::factors` holds.
std::vector<std::pair<std::string, std::string>> factor_texts(const spec::Experiment& experiment,
                                                              const specs::Slots& given);
// "augmentation.lambda=20 attack.p_rat=0.5"; "base" without factors.
std::string cell_name(const std::vector<std::pair<std::string, std::string>>& factors);

// Names cells by the factors that vary and matter: without parameters that cannot matter in the
// cell and without those that an object level leaves at their default. Cells of equal name are
// equal computations. `experiment` must outlive it.
class CellNamer {
 public:
  explicit CellNamer(const spec::Experiment& experiment);
  std::string operator()(const CellView& view) const;

 private:
  const spec::Experiment& experiment_;
  std::vector<bool> optional_;  // by parameter: some level of its axis does not list it
};

// Indices of the cells that `where` selects: equal values of the file, defaults filled in.
std::vector<std::size_t> matching_cells(const spec::Experiment& experiment,
                                        const spec::Selection& where);

}  // namespace ratbench::grid
