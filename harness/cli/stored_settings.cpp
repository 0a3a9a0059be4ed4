#include "harness/cli/stored_settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <nlohmann/json.hpp>

#include "src/base/error.hpp"
#include "src/base/json.hpp"

namespace ratbench::cli {
namespace {

using Json = nlohmann::json;

constexpr std::array kChangeNoRun = {"arms",   "claims", "cost",  "name",   "paper",
                                     "report", "seeds",  "title", "extends"};

Json settings(const std::string& canonical_json) {
  Json json = json_from(canonical_json);
  for (const char* key : kChangeNoRun) json.erase(key);
  return json;
}

std::string shown(const Json& json, const Json::json_pointer& place) {
  return json.contains(place) ? json_text(json.at(place)) : "nothing";
}

}  // namespace

std::vector<std::string> changed_settings(const store::Reader& reader,
                                          const spec::Experiment& experiment) {
  const auto stored = reader.experiment(experiment.name);
  if (!stored) return {};
  const Json there = settings(stored->canonical_json);
  const Json here = settings(experiment.canonical_json);
  std::vector<std::string> lines;
  for (const Json& change : Json::diff(there, here)) {
    const auto pointer = change.at("path").get<std::string>();
    const Json::json_pointer place(pointer);
    lines.push_back(fmt::format("{}: {} in the database, {} here", pointer, shown(there, place),
                                shown(here, place)));
  }
  return lines;
}

void require_same_settings(const store::Reader& reader, const spec::Experiment& experiment,
                           const std::string& database) {
  const std::vector<std::string> lines = changed_settings(reader, experiment);
  if (lines.empty()) return;
  throw SpecError(experiment.file, "",
                  fmt::format("{} holds \"{}\" with other settings; give the --set options of its "
                              "run, or run these settings first:\n  {}",
                              database, experiment.name, fmt::join(lines, "\n  ")));
}

}  // namespace ratbench::cli
