// The parameter tables, one file per concept. Put a new parameter into the table of its concept;
// nothing else has to know it.
#pragma once

#include <span>

#include "src/specs/param.hpp"

namespace ratbench::specs {

std::span<const ParamSpec> data_params();          // task, data.*
std::span<const ParamSpec> encoder_params();       // encoder.*
std::span<const ParamSpec> model_params();         // model.*
std::span<const ParamSpec> train_params();         // train.*
std::span<const ParamSpec> loss_params();          // loss.*
std::span<const ParamSpec> attack_params();        // attack.*
std::span<const ParamSpec> augmentation_params();  // augmentation.*
std::span<const ParamSpec> cost_params();          // cost.*
std::span<const ParamSpec> report_params();        // report.*

}  // namespace ratbench::specs
