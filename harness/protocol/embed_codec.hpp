// JSON of the messages about embedding; `codec.hpp` is the way in for everybody else.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/protocol/fields.hpp"
#include "harness/protocol/messages.hpp"

namespace ratbench::protocol {

nlohmann::json embed_result_to_json(const EmbedResult& m);
nlohmann::json embed_failure_to_json(const EmbedFailure& m);
nlohmann::json embed_request_to_json(const EmbedRequest& m);

// Throw ProtocolError, also when counts of one message do not fit each other.
EmbedResult embed_result_from(const Fields& f);
EmbedFailure embed_failure_from(const Fields& f);
EmbedRequest embed_request_from(const Fields& f);

}  // namespace ratbench::protocol
