#include "harness/spec/reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/spec/claim_kinds.hpp"
#include "harness/spec/file_keys.hpp"
#include "harness/spec/metric_names.hpp"
#include "src/specs/registry.hpp"
#include "src/specs/rules.hpp"
#include "src/specs/setting.hpp"

namespace ratbench::spec {
namespace {

using specs::Condition;
using specs::ParamSpec;

constexpr std::string_view kIntroduction = R"(# Experiment files

*Generated from the parameter tables in `src/specs`; a test compares. `experiment.schema.json` beside this page gives
editors and other validators the same verdicts, the rules that tie several parameters together excepted.*

An experiment file is JSON in which `//` and `/* */` comments are allowed. It gives a base configuration and says what
varies:

    {
      "name": "epsilon",
      "data": {"format": "text", "release": "synthetic_reports"},
      "encoder": {"name": "hashed"},
      "attack": {"name": "fgm", "p_rat": 0.5},
      "grid": {"attack.epsilon": [0.05, 0.1, 0.2]},
      "seeds": 5
    }

A *factor* is a dotted parameter path that the grid varies, a *cell* one combination of factor values, a *run* one
training of one cell with one seed. Anything misspelled, of the wrong type, out of range or not built yet is refused
before anything runs, with file, place, what was found and what is allowed. Duplicate keys are refused. Numbers keep
their decimal text: 0.1, 0.10 and 1e-1 are one value.

## Keys beside the parameters

| key | meaning |
|---|---|
)";

constexpr std::string_view kMechanisms = R"(
**Factors.** `grid` makes all combinations, the last factor fastest; the groups of `zip` follow the grid's factors and
count as one factor each. A value may be an object that sets several parameters of a section as one level; it is merged
over the base: `"attack": [{"name": "none"}, {"name": "pgd", "steps": 5}]`. `exclude` drops combinations of grid and
zip (one that matches nothing is refused), then `include` adds cells, each on top of the base alone. Without `grid` and
`zip` the base is the one cell. A parameter is set by one factor only. `null` as a value takes an inherited or base
value back to the default.

**extends.** Objects merge, everything else is replaced. A child's `grid` replaces the parent's grid, zip, include and
exclude; `zip`, `seeds` and `claims` replace. A file that extends itself, through others or not, is refused.

**--set PATH=V[,V..]** on the command line: one value overrides the base and removes a factor of that path (`include`
keeps its own values); several make the path a factor or replace its values. V is read as JSON where it is JSON and as
text otherwise; a list or object is written in brackets or braces. Later options win.

**Variables.** `${NAME}` in a path is an environment variable. One that is not set is refused when a cell needs the
path. Relative paths are taken from the current directory, those of `extends` from the file that says them.

**What cannot matter is removed** before run keys are made, so that equal computations are one run, shared by all
experiments of a store: `attack.p_rat` 0 is attack none, `augmentation.lambda` 0 is augmentation none, and a parameter
is dropped where its row below says that it does not matter. Tables still show the file's value.

**Run keys** are SHA-256 of method version, seed, content hashes of the data, and the canonical configuration: sorted,
decimals canonical, without data paths, names, `cost` and `report`, and without values equal to their default.
`data.minority_classes` is part of it only where minority recall selects the epoch.

## Reported numbers

`paper` holds `citation`, optionally `url`, and `numbers`: each names the cells it is about by factor values, a metric,
the value as a fraction of 1, and its place in the paper; `note` is optional. `used` says with which parameters the
paper's own runs were made, also with values that are not built here. A claim `reproduces` is judged only where the
cells have all these values and `used` names data (`data.test` or `data.release`) and encoder (`encoder.name`, or the path of
features) or model (`model.path`), and every `data.profile`, `data.train_rows`, `data.val_rows`, `data.test_rows` and
`data.split.name` that the cells have; otherwise it is *not comparable*, with what is missing or else what differs.

    "paper": {
      "citation": "ABEX-RAT, arXiv 2509.02072",
      "used": {"data.release": "abex_rat", "encoder.name": "qwen3"},
      "numbers": [{"where": {"augmentation.lambda": 20, "attack.p_rat": 0}, "metric": "macro_f1",
                   "value": 0.8668, "place": "ablation, ABEX only"}]
    }

)";

// Markdown treats | as the end of a cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string condition_text(const Condition& condition) {
  switch (condition.test) {
    case Condition::Test::kOneOf:
      return fmt::format("`{}` is {}", condition.path, fmt::join(condition.values, " or "));
    case Condition::Test::kNotOneOf:
      return fmt::format("`{}` is not {}", condition.path, fmt::join(condition.values, " or "));
    case Condition::Test::kPositive:
      return fmt::format("`{}` is above 0", condition.path);
    case Condition::Test::kGiven:
      return fmt::format("`{}` is given", condition.path);
  }
  return "";
}

std::string applies_text(const ParamSpec& spec) {
  std::string text;
  for (const Condition& condition : spec.applies) {
    if (!text.empty()) text += ", or ";
    text += condition_text(condition);
  }
  if (!spec.unless_given.empty())
    text += fmt::format("{}`{}` is not given", text.empty() ? "" : " and ", spec.unless_given);
  return text.empty() ? "always" : text;
}

std::string default_text(const ParamSpec& spec) {
  std::string text(spec.fallback);
  for (const auto& other : spec.fallback_when)
    text += fmt::format("{}{} where {}", text.empty() ? "" : "; ", other.value,
                        condition_text(other.when));
  return text;
}

std::string meaning_text(const ParamSpec& spec) {
  std::string text(spec.meaning);
  if (!spec.unit.empty()) text += fmt::format(" Unit: {}.", spec.unit);
  if (!spec.source.empty()) text += fmt::format(" ({}.)", spec.source);
  if (!spec.built) text += " *Not built yet: only the default is accepted.*";
  return text;
}

std::string parameter_table(std::string_view section) {
  std::string out = fmt::format("\n### {}\n\n", section);
  out += "| path | default | allowed | matters where | meaning |\n|---|---|---|---|---|\n";
  std::string choices;
  for (const ParamSpec& spec : specs::all_params()) {
    if (spec.path.substr(0, spec.path.find('.')) != section) continue;
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", spec.path, cell(default_text(spec)),
                       cell(specs::describe_allowed(spec)), cell(applies_text(spec)),
                       cell(meaning_text(spec)));
    if (spec.choices.empty()) continue;
    choices += fmt::format("\n`{}`:\n\n", spec.path);
    for (const specs::Choice& choice : spec.choices)
      choices += fmt::format("- `{}`: {}{}\n", choice.name, choice.meaning,
                             choice.built ? "" : " *(not built yet)*");
  }
  return out + choices;
}

std::string field_names(const ClaimKind& kind, unsigned mask) {
  std::vector<std::string> keys;
  for (const ClaimFieldSpec& field : kClaimFields) {
    if ((mask & field.field) == 0) continue;
    keys.emplace_back(field.key);
    if (field.field == kArms)
      keys.back() += fmt::format(" ({}{})", kind.least_arms, arms_upwards(kind));
  }
  return fmt::format("{}", fmt::join(keys, ", "));
}

constexpr const char* kLooks = R"(
**Looks.** `"seeds": {"looks": [5, 10, 20], "until": "decided"}` fixes beforehand when the claims are judged: look k at
Holm with alpha_k = 0.05 n_k / (n_1 + n_2 + ...), so that over all looks together a false verdict has at most 0.05,
wherever training stops. `ratbench run` trains the seeds of a look, judges, and goes on while a claim is open: undecided,
although with no variance of seeds left it would be decided somewhere in the 95 % t interval of its seeds, and would not be
withheld there by the rule of rare classes. It waits for the primary claims, or for all where none is primary; never for
`cost_ratio` and `reproduces`. Verdicts are those of the last look whose runs have all ended. Seeds are planned in the file:
`--seeds N` ends with a look, at that look's alpha, where N is one; at any other number nothing is decided. Without looks,
fewer seeds than the file asks for decide nothing once runs of the others are there, and are named before.
)";

std::string claims_section() {
  std::string out =
      "## Claims\n\n`arms` names sets of cells by factor values; a claim names arms (or a factor) "
      "and a metric:\n\n"
      "    \"arms\": {\"rat\": {\"attack.p_rat\": 0.5}, \"at\": {\"attack.p_rat\": 1}},\n"
      "    \"claims\": [{\"name\": \"as_good\", \"kind\": \"non_inferiority\", \"arms\": [\"rat\", "
      "\"at\"], \"margin\": 0.01}]\n\n"
      "`ratbench verify` judges them; `ratbench plan` says before training what the planned seeds "
      "can show.\n\n"
      "| kind | states | needs | takes |\n|---|---|---|---|\n";
  for (const ClaimKind& kind : kClaimKinds)
    out += fmt::format("| `{}` | {} | {} | {} |\n", kind.name, kind.meaning,
                       field_names(kind, kind.required), field_names(kind, kind.optional));
  out +=
      "\n| field | meaning |\n|---|---|\n| `name` | what verdicts are filed under; each once |\n";
  for (const ClaimFieldSpec& field : kClaimFields)
    out += fmt::format("| `{}` | {} |\n", field.key, field.meaning);
  return out + kLooks +
         fmt::format(
             "\nMetrics: {}, and `f1/CLASS`, `precision/CLASS`, `recall/CLASS` for a class.\n\n",
             fmt::join(kMetricNames, ", "));
}

std::string rules_section() {
  std::string out = "\n## Rules between parameters\n\nChecked for every cell.\n\n";
  for (const specs::Rule& rule : specs::all_rules())
    out += fmt::format("- {}: {}\n", rule.name, rule.meaning);
  return out;
}

}  // namespace

std::string reference_page() {
  std::string out(kIntroduction);
  for (const FileKey& key : kFileKeys)
    out += fmt::format("| `{}` | {} |\n", key.key, cell(key.meaning));
  out += kMechanisms;
  out += claims_section();
  out += "## Parameters\n";
  for (const std::string_view section : {"task", "data", "encoder", "model", "train", "loss",
                                         "attack", "augmentation", "cost", "report"})
    out += parameter_table(section);
  return out + rules_section();
}

}  // namespace ratbench::spec
