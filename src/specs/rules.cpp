#include "src/specs/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "src/specs/names.hpp"

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
long long integer_of(const Slots& slots, ParamId id) {
  return std::get<Decimal>(slots[id]->value).integer().value();
}

Broken one_length(const Slots& given, const Slots&) {
  if (!present(given, RB_ID("train.steps")) || !present(given, RB_ID("train.epochs"))) return {};
  return Violation{RB_ID("train.steps"),
                   "both train.epochs and train.steps are given; allowed is one of the two (null "
                   "takes an inherited one back)"};
}

Broken splits_named(const Slots&, const Slots& resolved) {
  if (is(resolved, RB_ID("data.release"), "synthetic_reports")) return {};
  if (!is(resolved, RB_ID("data.split.name"), "given")) {
    if (present(resolved, RB_ID("data.train"))) return {};
    return Violation{RB_ID("data.train"), "data.train is missing: name the file to be divided"};
  }
  for (const ParamId id : {RB_ID("data.train"), RB_ID("data.val"), RB_ID("data.test")})
    if (!present(resolved, id))
      return Violation{
          id, fmt::format("{} is missing: name the file of this split", all_params()[id].path)};
  return {};
}

Broken split_is_whole(const Slots&, const Slots& resolved) {
  const auto missing = [&](ParamId param) -> Broken {
    if (present(resolved, param)) return {};
    return Violation{
        param, fmt::format("{} is missing, data.split.name {} needs it", all_params()[param].path,
                           resolved[RB_ID("data.split.name")]->text)};
  };
  if (is(resolved, RB_ID("data.split.name"), "stratified"))
    return missing(RB_ID("data.split.fraction"));
  if (!is(resolved, RB_ID("data.split.name"), "kfold")) return {};
  const ParamId folds = RB_ID("data.split.folds");
  const ParamId fold = RB_ID("data.split.fold");
  if (auto broken = missing(folds)) return broken;
  if (auto broken = missing(fold)) return broken;
  const long long last = integer_of(resolved, folds) - 1;
  if (integer_of(resolved, fold) <= last) return {};
  return Violation{fold, fmt::format("found {} with {} folds, allowed is 0 to {}",
                                     resolved[fold]->text, resolved[folds]->text, last)};
}

Broken layers_decay(const Slots&, const Slots& resolved) {
  const Setting* decay = resolved[RB_ID("train.layer_decay")];
  if (decay == nullptr || decay->text == "1" || !is(resolved, RB_ID("model.name"), "mlp"))
    return {};
  return Violation{RB_ID("train.layer_decay"),
                   fmt::format("found {} with model mlp, which has no encoder layers whose rates "
                               "could decay; allowed is 1",
                               decay->text)};
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
  if (!is(resolved, RB_ID("loss.name"), "ldam") && !is(resolved, RB_ID("loss.before"), "ldam"))
    return {};
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

constexpr std::array<Rule, 18> kRules = {{
    {"one_length", "`train.epochs` and `train.steps` are not both given.", one_length},
    {"splits_named",
     "`data.train`, `data.val` and `data.test` are given unless the data are generated; a drawn "
     "split needs `data.train` alone.",
     splits_named},
    {"split_is_whole",
     "`data.split.name` stratified needs `data.split.fraction`; kfold needs `data.split.folds` and "
     "a `data.split.fold` below it.",
     split_is_whole},
    {"layers_decay", "`train.layer_decay` other than 1 is refused for models without layers.",
     layers_decay},
    {"deferral_ends", "`loss.defer_epochs` is less than `train.epochs`.", deferral_ends},
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
    {"edits_need_texts", "`augmentation.name` eda is refused with `data.format` features.",
     edits_need_texts},
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
