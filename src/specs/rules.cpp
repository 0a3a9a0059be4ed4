#include "src/specs/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "src/specs/names.hpp"
#include "src/specs/rule_checks.hpp"

namespace ratbench::specs {
namespace {

Broken one_length(const Slots& given, const Slots&) {
  if (!present(given, RB_ID("train.steps")) || !present(given, RB_ID("train.epochs"))) return {};
  return Violation{RB_ID("train.steps"),
                   "both train.epochs and train.steps are given; allowed is one of the two (null "
                   "takes an inherited one back)"};
}

// Lengths in steps are compared once the data are known.
Broken deferral_ends(const Slots&, const Slots& resolved) {
  const ParamId defer = RB_ID("loss.defer_epochs");
  const ParamId epochs = RB_ID("train.epochs");
  if (!present(resolved, defer) || !present(resolved, epochs) ||
      integer_of(resolved, defer) < integer_of(resolved, epochs) ||
      integer_of(resolved, defer) == 0)
    return {};
  return Violation{defer, fmt::format("found {} with {} epochs: the loss that is deferred would "
                                      "never be used; allowed is less than train.epochs",
                                      resolved[defer]->text, resolved[epochs]->text)};
}

Broken one_margin(const Slots& given, const Slots& resolved) {
  if (!is(resolved, RB_ID("loss.name"), "ldam") && !is(resolved, RB_ID("loss.before"), "ldam"))
    return {};
  const Setting* c = given[RB_ID("loss.c")];
  const Setting* largest = given[RB_ID("loss.max_margin")];
  const Setting* scale = given[RB_ID("loss.scale")];
  if (present(given, RB_ID("loss.c")) && present(given, RB_ID("loss.max_margin")))
    return Violation{RB_ID("loss.c"), fmt::format("found {} beside loss.max_margin {}; allowed is "
                                                  "one of the two (null takes an inherited one "
                                                  "back)",
                                                  c->text, largest->text)};
  if (present(given, RB_ID("loss.scale")) && !present(given, RB_ID("loss.max_margin")))
    return Violation{RB_ID("loss.scale"),
                     fmt::format("found {} without loss.max_margin, which it scales the logits "
                                 "for; allowed is loss.scale beside loss.max_margin",
                                 scale->text)};
  return {};
}

Broken one_weighting(const Slots&, const Slots& resolved) {
  if (!is(resolved, RB_ID("loss.name"), "class_balanced") ||
      !is(resolved, RB_ID("loss.reweight"), "drw"))
    return {};
  return Violation{RB_ID("loss.reweight"),
                   "found drw with loss class_balanced, which has class weights already; allowed "
                   "is none"};
}

Broken alpha_or_drw(const Slots&, const Slots& resolved) {
  if (!is(resolved, RB_ID("loss.name"), "focal") || !present(resolved, RB_ID("loss.alpha")) ||
      !is(resolved, RB_ID("loss.reweight"), "drw"))
    return {};
  return Violation{
      RB_ID("loss.reweight"),
      "found drw beside loss.alpha: two sets of class weights; allowed is one of them"};
}

Broken variant_fits(const Slots&, const Slots& resolved) {
  if (!is(resolved, RB_ID("attack.variant"), "mtdnn") ||
      is(resolved, RB_ID("attack.norm"), "sample"))
    return {};
  return Violation{RB_ID("attack.norm"),
                   fmt::format("found {} with attack.variant mtdnn, which scales each sample; "
                               "allowed is sample",
                               resolved[RB_ID("attack.norm")]->text)};
}

Broken epsilon_guards(const Slots&, const Slots& resolved) {
  if (!is(resolved, RB_ID("attack.variant"), "mtdnn")) return {};
  const ParamId guard = RB_ID("attack.epsilon");
  const double epsilon = std::get<Decimal>(resolved[guard]->value).real();
  if (epsilon > 0 && epsilon <= kLargestGuard) return {};
  return Violation{guard, fmt::format("found {} with attack.variant mtdnn, where it is no size but "
                                      "guards a division; allowed is above 0 to 0.00001 (1e-6 in "
                                      "that code)",
                                      resolved[guard]->text)};
}

Broken weight_has_a_term(const Slots& given, const Slots& resolved) {
  const Setting* weight = given[RB_ID("attack.weight")];
  if (!is(resolved, RB_ID("attack.name"), "freelb") || weight == nullptr || weight->json == "1" ||
      is(resolved, RB_ID("attack.add_clean"), "on"))
    return {};
  return Violation{RB_ID("attack.weight"),
                   fmt::format("found {}, allowed is 1: FreeLB has no clean term for the weight to "
                               "balance unless attack.add_clean is true",
                               weight->text)};
}

Broken clean_is_added(const Slots& given, const Slots& resolved) {
  const Setting* add = given[RB_ID("attack.add_clean")];
  const Setting* name = resolved[RB_ID("attack.name")];
  if (add == nullptr || add->json != "false" || name->text == "none" || name->text == "freelb")
    return {};
  return Violation{
      RB_ID("attack.add_clean"),
      fmt::format("found false with attack {}, allowed is true: its loss always has the "
                  "clean loss in it, only FreeLB can do without",
                  name->text)};
}

Broken pass_fits(const Slots& given, const Slots& resolved) {
  const std::string& name = resolved[RB_ID("attack.name")]->text;
  if (!is(given, RB_ID("attack.pass"), "concatenated")) return {};
  if (is(resolved, RB_ID("attack.norm"), "weights"))
    return Violation{RB_ID("attack.pass"),
                     "found concatenated with attack.norm weights, allowed is separate: one pass "
                     "cannot use the matrix clean and perturbed"};
  if (name != "freelb" && name != "smart") return {};
  return Violation{RB_ID("attack.pass"),
                   fmt::format("found concatenated with attack {}, allowed is separate", name)};
}

Broken start_fits(const Slots& given, const Slots& resolved) {
  const Setting* init = given[RB_ID("attack.init")];
  if (init == nullptr || resolved[RB_ID("attack.init")] == nullptr) return {};
  const std::string& name = resolved[RB_ID("attack.name")]->text;
  const bool fits = name == "smart"    ? init->text == "normal"
                    : name == "freelb" ? init->text != "normal"
                                       : init->text == "zero";
  if (fits) return {};
  return Violation{RB_ID("attack.init"),
                   fmt::format("found {} with attack {}, allowed is {}", init->text, name,
                               name == "smart"    ? "normal"
                               : name == "freelb" ? "zero or uniform"
                                                  : "zero")};
}

Broken lambda_has_a_source(const Slots& given, const Slots& resolved) {
  const Setting* lambda = given[RB_ID("augmentation.lambda")];
  if (lambda == nullptr || lambda->json == "0" || !is(resolved, RB_ID("augmentation.name"), "none"))
    return {};
  return Violation{RB_ID("augmentation.lambda"),
                   fmt::format("found {} with augmentation none, allowed is 0; samples need "
                               "augmentation.name",
                               lambda->text)};
}

bool is_of_texts(std::string_view augmentation) {
  const auto names = text_augmentations();
  return std::find(names.begin(), names.end(), augmentation) != names.end();
}

Broken edits_need_texts(const Slots&, const Slots& resolved) {
  const Setting* name = resolved[RB_ID("augmentation.name")];
  if (name == nullptr || !is_of_texts(name->text) ||
      !is(resolved, RB_ID("data.format"), "features"))
    return {};
  std::string allowed;
  for (const std::string_view other : augmentation_names())
    if (!is_of_texts(other)) allowed += fmt::format("{}, ", other);
  return Violation{RB_ID("augmentation.name"),
                   fmt::format("found {} with data.format features, which hold no texts to edit; "
                               "allowed is {}none",
                               name->text, allowed)};
}

constexpr std::array<Rule, 13> kRules = {{
    {"one_length", "`train.epochs` and `train.steps` are not both given.", one_length},
    {"deferral_ends", "`loss.defer_epochs` is less than `train.epochs`.", deferral_ends},
    {"one_margin",
     "LDAM takes `loss.c` or `loss.max_margin`, and `loss.scale` only with the latter.",
     one_margin},
    {"one_weighting", "`loss.reweight` drw is refused for class_balanced.", one_weighting},
    {"alpha_or_drw", "The focal loss takes `loss.alpha` or `loss.reweight` drw, not both.",
     alpha_or_drw},
    {"variant_fits", "`attack.variant` mtdnn needs `attack.norm` sample.", variant_fits},
    {"epsilon_guards", "`attack.variant` mtdnn needs `attack.epsilon` above 0 to 0.00001.",
     epsilon_guards},
    {"weight_has_a_term",
     "`attack.weight` other than 1 is refused for FreeLB without `attack.add_clean`.",
     weight_has_a_term},
    {"clean_is_added", "`attack.add_clean` false is refused for all attacks but FreeLB.",
     clean_is_added},
    {"pass_fits",
     "`attack.pass` concatenated is refused for FreeLB, SMART and `attack.norm` weights.",
     pass_fits},
    {"start_fits", "`attack.init` is zero for PGD, zero or uniform for FreeLB, normal for SMART.",
     start_fits},
    {"lambda_has_a_source", "`augmentation.lambda` above 0 is refused with augmentation none.",
     lambda_has_a_source},
    {"edits_need_texts", "`augmentation.name` eda is refused with `data.format` features.",
     edits_need_texts},
}};

}  // namespace

std::span<const Rule> all_rules() {
  static const std::vector<Rule> all = [] {
    std::vector<Rule> rules;
    for (const auto table : {data_rules(), task_rules(), std::span<const Rule>(kRules)})
      rules.insert(rules.end(), table.begin(), table.end());
    return rules;
  }();
  return all;
}

std::optional<Violation> check_rules(const Slots& given, const Slots& resolved) {
  for (const Rule& rule : all_rules())
    if (auto broken = rule.check(given, resolved)) return broken;
  return std::nullopt;
}

}  // namespace ratbench::specs
