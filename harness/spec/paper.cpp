// The `paper` of an experiment file: citation, what the paper used, and the numbers it states.
#include <fmt/format.h>

#include <array>

#include "harness/spec/claim_kinds.hpp"
#include "harness/spec/reader.hpp"
#include "src/specs/nearest.hpp"

namespace ratbench::spec {
namespace {

PaperNumber read_paper_number(const Json& json, const std::string& pointer, ValueReader& values) {
  expect_type(json, Json::Type::kObject, pointer, "an object");
  constexpr std::array<std::string_view, 5> kKeys = {"where", "metric", "value", "place", "note"};
  expect_keys(json, kKeys, pointer);
  for (const std::string_view key : {"where", "metric", "value", "place"})
    if (json.find(key) == nullptr) refuse(json, pointer, fmt::format("\"{}\" is missing", key));
  PaperNumber number;
  number.where = values.read_selection(*json.find("where"), pointer_to(pointer, "where"));
  for (const auto& [id, given] : number.where)
    number.where_text.emplace_back(specs::all_params()[id].path, given->text);
  number.metric = read_metric(*json.find("metric"), pointer_to(pointer, "metric"));
  constexpr ClaimFieldSpec kFraction = {kValue, "value", "", 0, 1};
  number.value = read_number(*json.find("value"), kFraction, pointer_to(pointer, "value"));
  number.place = expect_text(*json.find("place"), pointer_to(pointer, "place"), "a text");
  if (const Json* note = json.find("note"))
    number.note = expect_text(*note, pointer_to(pointer, "note"), "a text");
  return number;
}

// Single parameters with the values that the paper's runs had, built here or not.
void read_used(Paper& paper, const Json& json, ValueReader& values) {
  expect_type(json, Json::Type::kObject, "/paper/used", "an object from parameter paths to values");
  for (const auto& [path, value] : json.members) {
    const std::string pointer = pointer_to("/paper/used", path);
    const auto id = specs::find_param(path);
    if (!id) {
      std::vector<std::string_view> paths;
      for (const specs::ParamSpec& spec : specs::all_params()) paths.push_back(spec.path);
      const std::string near = specs::nearest(path, paths);
      refuse(value, pointer,
             fmt::format("unknown parameter \"{}\"{}", path,
                         near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
    }
    paper.used.emplace_back(path, values.read_statement(*id, value, pointer));
  }
}

}  // namespace

void read_paper(Experiment& experiment, const Json& document, ValueReader& values) {
  const Json* paper = document.find("paper");
  if (paper == nullptr) return;
  expect_type(*paper, Json::Type::kObject, "/paper", "an object");
  constexpr std::array<std::string_view, 4> kKeys = {"citation", "url", "used", "numbers"};
  expect_keys(*paper, kKeys, "/paper");
  const Json* citation = paper->find("citation");
  if (citation == nullptr) refuse(*paper, "/paper", "\"citation\" is missing");
  experiment.paper.citation = expect_text(*citation, "/paper/citation", "a text");
  if (const Json* url = paper->find("url"))
    experiment.paper.url = expect_text(*url, "/paper/url", "a text");
  if (const Json* used = paper->find("used")) read_used(experiment.paper, *used, values);
  const Json* numbers = paper->find("numbers");
  if (numbers == nullptr) return;
  expect_type(*numbers, Json::Type::kList, "/paper/numbers", "a list of reported numbers");
  for (std::size_t i = 0; i < numbers->items.size(); ++i)
    experiment.paper.numbers.push_back(
        read_paper_number(numbers->items[i], pointer_to("/paper/numbers", i), values));
}

}  // namespace ratbench::spec
