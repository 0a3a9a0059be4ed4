#include "harness/spec/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <regex>

#include "harness/spec/file_keys.hpp"
#include "harness/spec/reader.hpp"
#include "harness/spec/report_settings.hpp"
#include "src/base/error.hpp"

namespace ratbench::spec {
namespace {

Environment environment_of(const LoadOptions& options) {
  if (options.environment) return options.environment;
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

bool is_name(const std::string& name) {
  static const std::regex pattern("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  return std::regex_match(name, pattern);
}

void read_names(Experiment& experiment, const Json& document) {
  constexpr std::string_view kAllowed =
      "letters, digits, '.', '_' and '-', at most 100, the first a letter or digit";
  if (const Json* name = document.find("name")) {
    if (!is_name(expect_text(*name, "/name", kAllowed)))
      refuse(*name, "/name", fmt::format("found \"{}\", allowed is {}", name->text, kAllowed));
    experiment.name = name->text;
  } else {
    experiment.name = std::filesystem::path(experiment.file).stem().string();
    if (!is_name(experiment.name))
      throw SpecError(
          experiment.file, "/name",
          fmt::format("\"name\" is missing and the file's name makes none; allowed is {}",
                      kAllowed));
  }
  experiment.title = experiment.name;
  if (const Json* title = document.find("title"))
    experiment.title = expect_text(*title, "/title", "a text");
  if (const Json* schema = document.find("$schema")) expect_text(*schema, "/$schema", "a text");
}

void check_top_keys(const Json& document) {
  std::vector<std::string_view> known = specs::children("");
  for (const FileKey& key : kFileKeys) known.push_back(key.key);
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  expect_keys(document, known, "");
}

Experiment read_document(Json document, const std::string& file, const LoadOptions& options) {
  for (const std::string& option : options.overrides) apply_override(document, option);
  const Environment environment = environment_of(options);
  Experiment experiment;
  experiment.file = file;
  experiment.overridden = !options.overrides.empty();
  ValueReader values(experiment, environment, options.unset);
  check_top_keys(document);
  read_names(experiment, document);
  document.set("name", Json::of(experiment.name));
  experiment.canonical_json = to_canonical(document);
  read_base(experiment, document, values);
  read_factors(experiment, document, values);
  read_seeds(experiment, document, options.seeds);
  read_arms_and_claims(experiment, document, values);
  check_looks(experiment, document);
  read_paper(experiment, document, values);
  bands(experiment);
  class_groups(experiment);
  return experiment;
}

}  // namespace

void read_base(Experiment& experiment, const Json& document, ValueReader& values) {
  experiment.base = specs::empty_slots();
  for (const std::string_view section : specs::children("")) {
    const Json* json = document.find(section);
    if (json == nullptr) continue;
    for (const auto& [id, given] : values.read(section, *json, pointer_to("", section)))
      experiment.base[id] = given;
  }
  specs::Slots filled;
  specs::fill_defaults(experiment.base, filled);
  for (specs::ParamId id = 0; id < filled.size(); ++id)
    if (!specs::all_params()[id].may_vary && filled[id] != nullptr)
      experiment.settings.set(std::string(specs::all_params()[id].path), filled[id]->value);
}

Experiment load_experiment(const std::filesystem::path& file, const LoadOptions& options) {
  return read_document(load_merged(file, environment_of(options)), file.string(), options);
}

Experiment parse_experiment(const std::string& text, const std::string& source,
                            const std::filesystem::path& folder, const LoadOptions& options) {
  return read_document(merge_text(text, source, folder, environment_of(options)), source, options);
}

}  // namespace ratbench::spec
