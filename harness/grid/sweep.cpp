#include "harness/grid/sweep.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>

#include "harness/grid/expand.hpp"
#include "harness/grid/keys.hpp"
#include "src/specs/names.hpp"

namespace ratbench::grid {
namespace {

std::vector<specs::ParamId> params_of(std::initializer_list<std::string_view> sections) {
  std::vector<specs::ParamId> found;
  for (const specs::ParamId id : specs::params_by_path())
    for (const std::string_view section : sections)
      if (specs::all_params()[id].path.starts_with(section)) found.push_back(id);
  return found;
}

const std::vector<specs::ParamId>& data_params(bool texts_are_augmented) {
  static const auto plain = params_of(
      {"data.", "encoder.", "model.head", "model.max_length", "model.name", "model.path", "task"});
  static const auto augmented = params_of({"augmentation.", "data.", "encoder.", "model.head",
                                           "model.max_length", "model.name", "model.path", "task"});
  return texts_are_augmented ? augmented : plain;
}

}  // namespace

bool augments_texts(const specs::Slots& resolved) {
  static const specs::ParamId name = specs::param_id("augmentation.name");
  const auto names = specs::text_augmentations();
  return resolved[name] != nullptr &&
         std::find(names.begin(), names.end(), resolved[name]->text) != names.end();
}

std::string data_identity(const specs::Slots& resolved) {
  std::string text;
  for (const specs::ParamId id : data_params(augments_texts(resolved)))
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
