// An experiment file after validation: base configuration, factors, seeds, claims, reported
// numbers. `load_experiment` is the only way from a file to one; nothing runs before it succeeds.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/decimal.hpp"
#include "src/specs/config.hpp"
#include "src/specs/resolve.hpp"

namespace ratbench::spec {

// A value with the place that said so.
struct Given : specs::Setting {
  std::string file;     // file, or the option "--set attack.epsilon=..."
  std::string pointer;  // JSON pointer within it
  // Not empty for a path with an environment variable that is not set: what to tell whoever needs
  // the path.
  std::string unset;
};

// Values given together; null resets a parameter to its default.
using Level = std::vector<std::pair<specs::ParamId, const Given*>>;

// One factor, or several that advance together (`zip`, object levels).
struct Axis {
  std::vector<std::string> paths;  // as in the file: "attack.epsilon", "attack"
  std::vector<Level> levels;
};

// Parameters and the values they must have; all must match.
using Selection = std::vector<std::pair<specs::ParamId, const Given*>>;

struct Arm {
  std::string name;
  Selection where;
};

struct Claim {
  std::string name;
  std::string kind;  // difference, interaction, best_of, order, trend, non_inferiority, ...
  std::vector<std::string> arms;
  std::string metric = "macro_f1";
  std::string factor;  // trend only
  std::optional<Decimal> effect, margin, limit, value, tolerance, assumed_sd;
  std::string source;
  bool primary = false;
};

// False for claims about time and about a paper's number: more seeds do not decide them.
bool decided_by_seeds(const Claim& claim);

// A number that a paper states, with the cells it is about and where it stands there.
struct PaperNumber {
  Selection where;
  std::vector<std::pair<std::string, std::string>> where_text;  // path, value as shown in tables
  std::string metric;
  Decimal value;  // fraction of 1
  std::string place;
  std::string note;
};

struct Paper {
  std::string citation;
  std::string url;
  // Parameter paths with the values (as texts) of the paper's own runs: without data and encoder
  // among them its numbers are not comparable.
  std::vector<std::pair<std::string, std::string>> used;
  std::vector<PaperNumber> numbers;
};

struct Experiment {
  std::string name;
  std::string title;
  std::string file;            // as given
  std::string canonical_json;  // after extends and --set, variables not yet replaced
  Paper paper;
  std::vector<std::uint64_t> seeds;
  std::size_t file_seeds = 0;  // how many the file asks for, whatever --seeds says
  // Numbers of seeds at which the claims are judged, rising, the last one all of `seeds`; empty:
  // judged once. Training goes on from look to look until the claims are decided.
  std::vector<std::size_t> looks;
  std::vector<std::size_t> file_looks;  // all that the file plans; --seeds may end with one of them
  std::vector<Arm> arms;
  std::vector<Claim> claims;
  // cost.*, report.*, data.minority_classes: the same for all cells; defaults filled in.
  specs::Config settings;

  specs::Slots base;  // what the file gives, without defaults
  std::vector<Axis> axes;
  std::vector<Level> includes;
  std::vector<Selection> excludes;
  std::vector<specs::ParamId> factors;  // leaf paths that vary, in file order
  bool overridden = false;              // --set was used: arms and numbers may match no cell
  std::vector<std::string> warnings;

  // Owns every Given; shared so that copies stay valid.
  std::shared_ptr<std::deque<Given>> settings_owner = std::make_shared<std::deque<Given>>();
};

// What to do with a path whose environment variable is not set.
enum class UnsetVariables { kRefuse, kKeep };  // kKeep: for reports, which need no data

struct LoadOptions {
  std::vector<std::string> overrides;  // "PATH=V[,V..]" of --set, in order
  std::optional<long long> seeds;      // --seeds
  // Value of an environment variable; the process's own by default.
  std::function<std::optional<std::string>(const std::string&)> environment;
  UnsetVariables unset = UnsetVariables::kRefuse;
};

// Reads, merges (`extends`, --set), validates. Throws SpecError.
Experiment load_experiment(const std::filesystem::path& file, const LoadOptions& options = {});

// The same for a text, for example the `canonical_json` of a stored sweep; `source` names it in
// messages and relative paths are taken from `folder`.
Experiment parse_experiment(const std::string& text, const std::string& source,
                            const std::filesystem::path& folder, const LoadOptions& options = {});

}  // namespace ratbench::spec
