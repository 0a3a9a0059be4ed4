// JSON of the messages about time; `codec.hpp` is the way in for everybody else.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/protocol/cost_messages.hpp"
#include "harness/protocol/fields.hpp"

namespace ratbench::protocol {

nlohmann::json cost_ready_to_json(const CostReady& m);
nlohmann::json cost_times_to_json(const CostTimes& m);
nlohmann::json cost_failure_to_json(const CostFailure& m);
nlohmann::json cost_setup_to_json(const CostSetup& m);
nlohmann::json cost_block_to_json(const CostBlock& m);

// Throw ProtocolError, also for counts and times below zero.
CostReady cost_ready_from(const Fields& f);
CostTimes cost_times_from(const Fields& f);
CostFailure cost_failure_from(const Fields& f);
CostSetup cost_setup_from(const Fields& f);
CostBlock cost_block_from(const Fields& f);

}  // namespace ratbench::protocol
