#include "harness/grid/sweep.hpp"

#include <map>

#include "harness/grid/expand.hpp"
#include "harness/grid/keys.hpp"

namespace ratbench::grid {
namespace {

const std::vector<specs::ParamId>& data_params() {
  static const std::vector<specs::ParamId> ids = [] {
    std::vector<specs::ParamId> found;
    for (const specs::ParamId id : specs::params_by_path()) {
      const std::string_view path = specs::all_params()[id].path;
      if (path.starts_with("data.") || path.starts_with("encoder.")) found.push_back(id);
    }
    return found;
  }();
  return ids;
}

}  // namespace

std::string data_identity(const specs::Slots& resolved) {
  std::string text;
  for (const specs::ParamId id : data_params())
    if (resolved[id] != nullptr) {
      text += specs::all_params()[id].path;
      text += '=';
      text += resolved[id]->json;
      text += '\n';
    }
  return text;
}

Sweep make_sweep(const spec::Experiment& experiment, const DataProvider& data) {
  Sweep sweep;
  sweep.experiment = experiment.name;
  sweep.title = experiment.title;
  sweep.file = experiment.file;
  sweep.canonical_json = experiment.canonical_json;
  sweep.seeds = experiment.seeds;
  sweep.cells = expand(experiment);
  std::vector<std::string> identities;
  visit_cells(experiment,
              [&](const CellView& view) { identities.push_back(data_identity(*view.resolved)); });
  std::map<std::string, protocol::DataFiles> files;
  for (const Cell& cell : sweep.cells) {
    const std::string& identity = identities[cell.index];
    if (files.find(identity) == files.end()) files[identity] = data(cell.config);
    sweep.data.push_back(files[identity]);
  }
  for (const std::uint64_t seed : sweep.seeds)
    for (const Cell& cell : sweep.cells)
      sweep.runs.push_back(
          {run_key(cell.config, sweep.data[cell.index].sha256, seed), cell.index, seed});
  return sweep;
}

}  // namespace ratbench::grid
