#include "src/models/registry.hpp"

#include <array>
#include <string>
#include <utility>

#include "src/base/check.hpp"
#include "src/models/bert_task.hpp"
#include "src/models/mlp.hpp"

namespace ratbench::models {
namespace {

std::unique_ptr<Model> make_mlp(const specs::Config& config, const ModelContext& context) {
  const MlpShape shape = {context.dim, config.integer_or("model.hidden", 512), context.classes,
                          config.real_or("model.dropout", 0.1)};
  return std::make_unique<Mlp>(shape, context.seed, context.device, context.arithmetic,
                               precision_of(config, context));
}

HeadInput head_input(const specs::Config& config, const std::string& task) {
  const std::string head = config.text_or("model.head", task == "ner" ? "token" : "cls");
  if (head == "token") return HeadInput::kEveryToken;
  if (head == "entity_pair") return HeadInput::kEntityPair;
  if (head == "last") return HeadInput::kLast;
  return head == "mean" ? HeadInput::kMean : HeadInput::kFirst;
}

std::unique_ptr<Model> make_bert(const specs::Config& config, const ModelContext& context) {
  BertOptions options = {.device = context.device, .product = context.arithmetic.product};
  if (config.has("model.dropout")) options.dropout = config.real("model.dropout");
  Bert bert = Bert::load(context.folder, options);
  const BertConfig& shape = bert.config();
  Head head(head_input(config, context.task), shape.hidden, context.classes, shape.initializer_sd,
            context.seed, context.device);
  const double head_dropout = shape.hidden_dropout;
  PassOptions passes = {.product = options.product, .precision = precision_of(config, context)};
  if (config.has("train.checkpoint_activations") && config.flag("train.checkpoint_activations"))
    passes.keep = KeepActivations::kLayerInputs;
  return std::make_unique<BertTask>(std::move(bert), std::move(head), head_dropout, passes);
}

struct Entry {
  std::string_view name;
  std::unique_ptr<Model> (*make)(const specs::Config&, const ModelContext&);
};

constexpr std::array kModels = {Entry{"bert", make_bert}, Entry{"mlp", make_mlp}};

}  // namespace

Precision precision_of(const specs::Config& config, const ModelContext& context) {
  if (config.text_or("train.precision", "fp32") == "fp32") return Precision::kFp32;
  return context.arithmetic.bf16.value_or(bf16_on(context.device));
}

std::unique_ptr<Model> make_model(const specs::Config& config, const ModelContext& context) {
  const std::string wanted = config.text_or("model.name", "mlp");
  for (const Entry& entry : kModels)
    if (entry.name == wanted) return entry.make(config, context);
  detail::check_failed(__FILE__, __LINE__, "model.name is in the table", wanted);
}

std::vector<std::string_view> model_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : kModels) names.push_back(entry.name);
  return names;
}

}  // namespace ratbench::models
