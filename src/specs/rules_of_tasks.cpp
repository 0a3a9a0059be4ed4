#include <fmt/format.h>

#include <array>

#include "src/specs/rule_checks.hpp"

namespace ratbench::specs {
namespace {

bool bert(const Slots& resolved) { return is(resolved, RB_ID("model.name"), "bert"); }
bool of_task(const Slots& resolved, std::string_view name) {
  return is(resolved, RB_ID("task"), name);
}
const std::string& text_of(const Slots& resolved, ParamId id) { return resolved[id]->text; }

Broken format_fits(const Slots&, const Slots& resolved) {
  const ParamId format = RB_ID("data.format");
  const std::string& task = text_of(resolved, RB_ID("task"));
  if (of_task(resolved, "ner") != is(resolved, format, "iob"))
    return Violation{
        format, fmt::format("found {} with task {}, allowed is {}", text_of(resolved, format), task,
                            task == "ner" ? "iob" : "any but iob, which is for ner")};
  if (of_task(resolved, "relation") && is(resolved, format, "pairs"))
    return Violation{format,
                     "found pairs with task relation, allowed are jsonl, text and features: both "
                     "arguments stand in one text"};
  if (is(resolved, RB_ID("data.release"), "nlupp") && !of_task(resolved, "multilabel"))
    return Violation{RB_ID("task"), fmt::format("found {} with data.release nlupp, allowed is "
                                                "multilabel: a text has several intents",
                                                task)};
  if (is(resolved, RB_ID("data.release"), "mentalqa") && !of_task(resolved, "multilabel"))
    return Violation{RB_ID("task"), fmt::format("found {} with data.release mentalqa, allowed is "
                                                "multilabel: a pair has several labels",
                                                task)};
  return {};
}

Broken features_are_read(const Slots& resolved) {
  const ParamId encoder = RB_ID("encoder.name");
  if (bert(resolved))
    return Violation{RB_ID("model.name"),
                     "found bert with data.format features, allowed are mlp and prior: BERT reads "
                     "texts"};
  if (is(resolved, encoder, "none")) return {};
  return Violation{encoder, fmt::format("found {} with data.format features, allowed is none: "
                                        "features are encoded already",
                                        text_of(resolved, encoder))};
}

Broken encoder_fits(const Slots&, const Slots& resolved) {
  if (is(resolved, RB_ID("data.format"), "features")) return features_are_read(resolved);
  const ParamId encoder = RB_ID("encoder.name");
  const bool encoded = !is(resolved, encoder, "none");
  const std::string& model = text_of(resolved, RB_ID("model.name"));
  if (of_task(resolved, "ner") && model == "mlp")
    return Violation{RB_ID("model.name"),
                     "found mlp with task ner, allowed are bert and prior: an encoder makes one "
                     "vector per text, and words are tagged"};
  if (encoded && (model == "bert" || of_task(resolved, "ner")))
    return Violation{
        encoder, fmt::format("found {} with {}, allowed is none: {}", text_of(resolved, encoder),
                             model == "bert" ? "model bert" : "task ner",
                             model == "bert" ? "BERT reads the texts itself"
                                             : "words are tagged, not texts")};
  if (encoded) return {};
  if (model == "mlp")
    return Violation{encoder,
                     fmt::format("found none with data.format {}, allowed is hashed or bert: texts "
                                 "need an encoder",
                                 text_of(resolved, RB_ID("data.format")))};
  if (present(resolved, RB_ID("model.path"))) return {};
  return Violation{RB_ID("model.path"),
                   fmt::format("model.path is missing, model {} needs it{}: the folder of a BERT, "
                               "or minilm for the one that run.sh fetches",
                               model, model == "prior" ? " (or an encoder)" : "")};
}

Broken head_fits(const Slots&, const Slots& resolved) {
  const ParamId head = RB_ID("model.head");
  if (resolved[head] == nullptr) return {};
  const std::string& name = text_of(resolved, head);
  const bool ner = of_task(resolved, "ner");
  if ((name == "token") == ner && (name != "entity_pair" || of_task(resolved, "relation")))
    return {};
  return Violation{
      head,
      fmt::format("found {} with task {}, allowed is {}", name, text_of(resolved, RB_ID("task")),
                  ner                             ? "token"
                  : of_task(resolved, "relation") ? "cls, entity_pair, last or mean"
                                                  : "cls, last or mean")};
}

Broken layers_decay(const Slots&, const Slots& resolved) {
  const Setting* decay = resolved[RB_ID("train.layer_decay")];
  if (decay == nullptr || decay->text == "1" || bert(resolved)) return {};
  return Violation{RB_ID("train.layer_decay"),
                   fmt::format("found {} with model {}, which has no encoder layers whose rates "
                               "could decay; allowed is 1",
                               decay->text, text_of(resolved, RB_ID("model.name")))};
}

Broken only_bert(const Slots&, const Slots& resolved) {
  if (bert(resolved)) return {};
  const std::string& model = text_of(resolved, RB_ID("model.name"));
  if (is(resolved, RB_ID("attack.norm"), "weights"))
    return Violation{RB_ID("attack.norm"),
                     fmt::format("found weights with model {}, allowed are batch and sample: it "
                                 "has no word embeddings",
                                 model)};
  if (is(resolved, RB_ID("train.checkpoint_activations"), "on"))
    return Violation{RB_ID("train.checkpoint_activations"),
                     fmt::format("found on with model {}, allowed is off: it keeps few "
                                 "activations",
                                 model)};
  if (is(resolved, RB_ID("data.buckets"), "off") && model != "prior")
    return Violation{RB_ID("data.buckets"),
                     "found off with an encoder, allowed is on: an encoder always reads texts of "
                     "similar length together"};
  return {};
}

Broken prior_is_not_trained(const Slots&, const Slots& resolved) {
  if (!is(resolved, RB_ID("model.name"), "prior")) return {};
  for (const ParamId id : {RB_ID("attack.name"), RB_ID("augmentation.name")})
    if (resolved[id] != nullptr && !is(resolved, id, "none"))
      return Violation{id, fmt::format("found {} with model prior, allowed is none: nothing is "
                                       "trained",
                                       text_of(resolved, id))};
  return {};
}

Broken loss_fits(const Slots&, const Slots& resolved) {
  const bool multilabel = of_task(resolved, "multilabel");
  const ParamId name = RB_ID("loss.name");
  if (multilabel != is(resolved, name, "bce"))
    return Violation{name, fmt::format("found {} with task {}, allowed is {}",
                                       text_of(resolved, name), text_of(resolved, RB_ID("task")),
                                       multilabel ? "bce: a text has any number of labels"
                                                  : "any but bce, which is for multilabel")};
  if (!multilabel) return {};
  const ParamId defer = RB_ID("loss.defer_epochs");
  if (present(resolved, defer) && integer_of(resolved, defer) > 0)
    return Violation{defer,
                     fmt::format("found {} with loss bce, allowed is 0", text_of(resolved, defer))};
  if (is(resolved, RB_ID("loss.reweight"), "drw"))
    return Violation{RB_ID("loss.reweight"),
                     "found drw with loss bce, allowed is none: its labels have no common counts"};
  return {};
}

Broken metric_fits(const Slots&, const Slots& resolved) {
  const ParamId metric = RB_ID("train.select_metric");
  if (resolved[metric] == nullptr) return {};
  if (is(resolved, metric, "minority_recall") && !present(resolved, RB_ID("data.minority_classes")))
    return Violation{metric, "found minority_recall, which needs data.minority_classes"};
  const bool entities = is(resolved, metric, "entity_f1");
  if (entities != of_task(resolved, "ner"))
    return Violation{metric,
                     fmt::format("found {} with task {}, allowed {}", text_of(resolved, metric),
                                 text_of(resolved, RB_ID("task")),
                                 entities ? "are all but entity_f1" : "is entity_f1")};
  if (is(resolved, metric, "macro_f1_of_means") && of_task(resolved, "multilabel"))
    return Violation{
        metric,
        "found macro_f1_of_means with task multilabel, allowed are accuracy, macro_f1, "
        "micro_f1 and weighted_f1"};
  return {};
}

Broken rows_are_made_so(const Slots&, const Slots& resolved) {
  const ParamId name = RB_ID("augmentation.name");
  if (resolved[name] == nullptr || is(resolved, name, "none")) return {};
  const std::string& task = text_of(resolved, RB_ID("task"));
  if (task != "classification")
    return Violation{name, fmt::format("found {} with task {}, allowed is none: rows are made for "
                                       "task classification",
                                       text_of(resolved, name), task)};
  if (is(resolved, RB_ID("data.format"), "pairs"))
    return Violation{name, fmt::format("found {} with data.format pairs, allowed is none: rows are "
                                       "made from single texts",
                                       text_of(resolved, name))};
  if (!bert(resolved) || is(resolved, name, "eda") || is(resolved, name, "samples")) return {};
  return Violation{name, fmt::format("found {} with model bert, allowed are eda, none and samples: "
                                     "it makes rows from features",
                                     text_of(resolved, name))};
}

constexpr std::array<Rule, 9> kTaskRules = {{
    {"format_fits",
     "`data.format` iob goes with task ner and no other; pairs is refused for relation; the "
     "releases nlupp and mentalqa are for multilabel.",
     format_fits},
    {"encoder_fits",
     "Model mlp needs an encoder for texts and must have none for features; model bert reads texts "
     "of `data.format` other than features with the tokenizer of `model.path`, without an encoder; "
     "model prior takes either; task ner takes no encoder and not the mlp.",
     encoder_fits},
    {"head_fits", "`model.head` token is for task ner, entity_pair for task relation.", head_fits},
    {"layers_decay", "`train.layer_decay` other than 1 is refused for models without layers.",
     layers_decay},
    {"only_bert",
     "`attack.norm` weights and `train.checkpoint_activations` need model bert; `data.buckets` off "
     "is refused with an encoder.",
     only_bert},
    {"prior_is_not_trained", "Model prior takes no attack and no augmentation.",
     prior_is_not_trained},
    {"loss_fits",
     "`loss.name` bce goes with task multilabel and no other, without deferral and reweighting.",
     loss_fits},
    {"metric_fits",
     "`train.select_metric` is entity_f1 for task ner and no other; minority_recall needs "
     "`data.minority_classes`; macro_f1_of_means is refused for multilabel.",
     metric_fits},
    {"rows_are_made_so",
     "`augmentation.name` is for task classification of single texts; with model bert it is eda or "
     "samples.",
     rows_are_made_so},
}};

}  // namespace

std::span<const Rule> task_rules() { return kTaskRules; }

}  // namespace ratbench::specs
