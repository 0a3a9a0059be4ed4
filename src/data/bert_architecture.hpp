// Whether a config.json describes a BERT. Engine and worker ask, so that another architecture is
// refused before a text is read and never loaded by accident.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace ratbench::data {

// `config` is the JSON object of `file`. Throws DataError with what was found and what is allowed
// when its `model_type` is not bert, or when its `architectures` name a class that is not one of
// BERT's; a file may lack either.
void check_bert_architecture(const nlohmann::json& config, const std::string& file);

}  // namespace ratbench::data
