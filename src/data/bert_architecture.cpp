#include "src/data/bert_architecture.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "src/base/error.hpp"
#include "src/base/json.hpp"

namespace ratbench::data {
namespace {

// Encoder and heads are all named so (BertModel, BertForMaskedLM); BertGeneration is a decoder with
// weights of other names.
bool names_bert(const nlohmann::json& name) {
  if (!name.is_string()) return false;
  const auto& text = name.get_ref<const std::string&>();
  return text.starts_with("Bert") && !text.starts_with("BertGeneration");
}

}  // namespace

void check_bert_architecture(const nlohmann::json& config, const std::string& file) {
  const auto type = config.find("model_type");
  if (type != config.end() && !type->is_null() && *type != "bert")
    throw DataError(file, "\"model_type\"", "is " + json_text(*type) + "; only \"bert\" is built");
  const auto classes = config.find("architectures");
  if (classes == config.end() || classes->is_null()) return;
  if (!classes->is_array() || !std::all_of(classes->begin(), classes->end(), names_bert))
    throw DataError(file, "\"architectures\"",
                    "is " + json_text(*classes) +
                        "; only BERT is built, allowed are its classes, such as BertModel and "
                        "BertForMaskedLM");
}

}  // namespace ratbench::data
