#include "src/specs/rules.hpp"

#include <fmt/format.h>

#include <array>

namespace ratbench::specs {
namespace {

using Broken = std::optional<Violation>;

// Looks a path up once per call site; plans check the rules a million times.
#define RB_ID(path)                           \
  ([] {                                       \
    static const ParamId id = param_id(path); \
    return id;                                \
  }())

bool is(const Slots& slots, ParamId id, std::string_view text) {
  return slots[id] != nullptr && slots[id]->text == text;
}
bool present(const Slots& slots, ParamId id) {
  return slots[id] != nullptr && !std::holds_alternative<None>(slots[id]->value);
}

Broken one_length(const Slots& given, const Slots&) {
  if (!present(given, RB_ID("train.steps")) || !present(given, RB_ID("train.epochs"))) return {};
  return Violation{RB_ID("train.steps"),
                   "both train.epochs and train.steps are given; allowed is one of the two (null "
                   "takes an inherited one back)"};
}

Broken splits_named(const Slots&, const Slots& resolved) {
  if (is(resolved, RB_ID("data.release"), "synthetic_reports")) return {};
  for (const ParamId id : {RB_ID("data.train"), RB_ID("data.val"), RB_ID("data.test")})
    if (!present(resolved, id))
      return Violation{
          id, fmt::format("{} is missing: name the file of this split", all_params()[id].path)};
  return {};
}

Broken text_has_release(const Slots&, const Slots& resolved) {
  const bool text = is(resolved, RB_ID("data.format"), "text");
  const bool release = present(resolved, RB_ID("data.release"));
  if (text && !release)
    return Violation{RB_ID("data.format"),
                     "data.format text without data.release is not built yet in this version; "
                     "built: data.release abex_rat, synthetic_reports"};
  if (!text && release)
    return Violation{RB_ID("data.release"), "data.release needs data.format text"};
  return {};
}

Broken encoder_fits(const Slots&, const Slots& resolved) {
  const bool encoded = !is(resolved, RB_ID("encoder.name"), "none");
  const bool text = is(resolved, RB_ID("data.format"), "text");
  if (text && !encoded)
    return Violation{RB_ID("encoder.name"),
                     "found none with data.format text, allowed is hashed: texts need an encoder"};
  if (!text && encoded)
    return Violation{RB_ID("encoder.name"),
                     fmt::format("found {} with data.format features, allowed is none: features "
                                 "are encoded already",
                                 resolved[RB_ID("encoder.name")]->text)};
  return {};
}

Broken minority_is_named(const Slots&, const Slots& resolved) {
  if (!is(resolved, RB_ID("train.select_metric"), "minority_recall") ||
      present(resolved, RB_ID("data.minority_classes")))
    return {};
  return Violation{RB_ID("train.select_metric"),
                   "found minority_recall, which needs data.minority_classes"};
}

Broken one_margin(const Slots& given, const Slots& resolved) {
  if (!is(resolved, RB_ID("loss.name"), "ldam")) return {};
  if (present(given, RB_ID("loss.c")) && present(given, RB_ID("loss.max_margin")))
    return Violation{RB_ID("loss.c"),
                     "both loss.c and loss.max_margin are given; allowed is one of the two"};
  if (present(given, RB_ID("loss.scale")) && !present(given, RB_ID("loss.max_margin")))
    return Violation{RB_ID("loss.scale"), "loss.scale needs loss.max_margin"};
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
      !is(resolved, RB_ID("attack.norm"), "batch"))
    return {};
  return Violation{RB_ID("attack.norm"),
                   "found batch with attack.variant mtdnn, which scales each sample; allowed is "
                   "sample"};
}

Broken weight_has_a_term(const Slots& given, const Slots& resolved) {
  const Setting* weight = given[RB_ID("attack.weight")];
  if (!is(resolved, RB_ID("attack.name"), "freelb") || weight == nullptr || weight->json == "1" ||
      is(resolved, RB_ID("attack.add_clean"), "on"))
    return {};
  return Violation{RB_ID("attack.weight"),
                   fmt::format("found {}; FreeLB has no clean term for the weight to balance: "
                               "leave attack.weight out or set attack.add_clean to true",
                               weight->text)};
}

Broken clean_is_added(const Slots& given, const Slots& resolved) {
  const Setting* add = given[RB_ID("attack.add_clean")];
  const Setting* name = resolved[RB_ID("attack.name")];
  if (add == nullptr || add->json != "false" || name->text == "none" || name->text == "freelb")
    return {};
  return Violation{RB_ID("attack.add_clean"),
                   fmt::format("found false; the loss of {} always has the clean loss in it, only "
                               "FreeLB can do without",
                               name->text)};
}

Broken pass_fits(const Slots& given, const Slots& resolved) {
  const std::string& name = resolved[RB_ID("attack.name")]->text;
  if (!is(given, RB_ID("attack.pass"), "concatenated") || (name != "freelb" && name != "smart"))
    return {};
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

constexpr std::array<Rule, 14> kRules = {{
    {"one_length", "`train.epochs` and `train.steps` are not both given.", one_length},
    {"splits_named",
     "`data.train`, `data.val` and `data.test` are given unless the data are generated.",
     splits_named},
    {"text_has_release", "`data.release` goes with `data.format` text, and text needs it.",
     text_has_release},
    {"encoder_fits", "Texts need an encoder, features must not have one.", encoder_fits},
    {"minority_is_named", "`train.select_metric` minority_recall needs `data.minority_classes`.",
     minority_is_named},
    {"one_margin",
     "LDAM takes `loss.c` or `loss.max_margin`, and `loss.scale` only with the latter.",
     one_margin},
    {"one_weighting", "`loss.reweight` drw is refused for class_balanced.", one_weighting},
    {"alpha_or_drw", "The focal loss takes `loss.alpha` or `loss.reweight` drw, not both.",
     alpha_or_drw},
    {"variant_fits", "`attack.variant` mtdnn is refused with `attack.norm` batch.", variant_fits},
    {"weight_has_a_term",
     "`attack.weight` other than 1 is refused for FreeLB without `attack.add_clean`.",
     weight_has_a_term},
    {"clean_is_added", "`attack.add_clean` false is refused for all attacks but FreeLB.",
     clean_is_added},
    {"pass_fits", "`attack.pass` concatenated is refused for FreeLB and SMART.", pass_fits},
    {"start_fits", "`attack.init` is zero for PGD, zero or uniform for FreeLB, normal for SMART.",
     start_fits},
    {"lambda_has_a_source", "`augmentation.lambda` above 0 is refused with augmentation none.",
     lambda_has_a_source},
}};

#undef RB_ID

}  // namespace

std::span<const Rule> all_rules() { return kRules; }

std::optional<Violation> check_rules(const Slots& given, const Slots& resolved) {
  for (const Rule& rule : kRules)
    if (auto broken = rule.check(given, resolved)) return broken;
  return std::nullopt;
}

}  // namespace ratbench::specs
