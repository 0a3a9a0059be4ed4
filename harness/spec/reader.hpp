// Turns the merged JSON document into an Experiment, one part at a time. Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/spec/experiment.hpp"
#include "harness/spec/json.hpp"
#include "harness/spec/source.hpp"

namespace ratbench::spec {

// Reads single values and whole sections against the parameter tables.
class ValueReader {
 public:
  ValueReader(Experiment& experiment, const Environment& environment, UnsetVariables unset)
      : experiment_(experiment), environment_(environment), unset_(unset) {}

  // Values at `path`, a parameter or a section whose members are read in turn. A null value resets
  // a parameter to its default.
  Level read(std::string_view path, const Json& json, const std::string& pointer);
  // One factor's value: `path` is known and may vary.
  Level read_factor(std::string_view path, const Json& json, const std::string& pointer);
  // An object from paths to values, as in `include` and in selections; not empty.
  Level read_paths(const Json& json, const std::string& pointer);
  // The same where every path needs a value to compare with.
  Selection read_selection(const Json& json, const std::string& pointer);
  // The text of a value that somebody else used: valid, but not necessarily built here.
  std::string read_statement(specs::ParamId id, const Json& json, const std::string& pointer);

 private:
  void read_into(Level& level, std::string_view path, const Json& json, const std::string& pointer);
  const Given* read_leaf(specs::ParamId id, const Json& json, const std::string& pointer);

  Experiment& experiment_;
  const Environment& environment_;
  UnsetVariables unset_;
};

// task, data, encoder, ... into Experiment::base and Experiment::settings.
void read_base(Experiment& experiment, const Json& document, ValueReader& values);
// grid, zip, include, exclude.
void read_factors(Experiment& experiment, const Json& document, ValueReader& values);
void read_seeds(Experiment& experiment, const Json& document, std::optional<long long> count);
// Refuses looks without a claim to look at.
void check_looks(const Experiment& experiment, const Json& document);
void read_arms_and_claims(Experiment& experiment, const Json& document, ValueReader& values);
void read_paper(Experiment& experiment, const Json& document, ValueReader& values);

struct ClaimFieldSpec;
// The name of a metric, and a number within the field's limits.
std::string read_metric(const Json& json, const std::string& pointer);
Decimal read_number(const Json& json, const ClaimFieldSpec& field, const std::string& pointer);

// Throws SpecError at `json`.
[[noreturn]] void refuse(const Json& json, const std::string& pointer, const std::string& problem);
void expect_type(const Json& json, Json::Type type, const std::string& pointer,
                 std::string_view allowed);
// Text that is not empty.
const std::string& expect_text(const Json& json, const std::string& pointer,
                               std::string_view allowed);
// Refuses members whose key is not listed.
void expect_keys(const Json& object, std::span<const std::string_view> known,
                 const std::string& pointer);
// "unknown key \"x\"; did you mean ...; known: ...".
[[noreturn]] void refuse_key(const Json& value, const std::string& pointer, std::string_view key,
                             std::span<const std::string_view> known);

}  // namespace ratbench::spec
