// Turns messages into JSON text and back. Decoding trusts nothing: every malformed text becomes a
// ProtocolError, never a crash or a value out of range.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "harness/protocol/messages.hpp"
#include "src/base/error.hpp"

namespace ratbench::protocol {

// The other program does not speak the protocol: wrong framing, not JSON, wrong fields.
class ProtocolError : public EnvironmentError {
 public:
  explicit ProtocolError(const std::string& problem)
      : EnvironmentError("engine and worker do not understand each other: " + problem) {}
};

std::string encode(const Message& message);

// Throws ProtocolError.
Message decode(std::string_view text);

// A configuration as a JSON object with one member per path. Numbers keep their decimal text as
// {"n":"0.1"}, lists of numbers as {"ns":["1","2"]}; None is null.
nlohmann::json config_to_json(const specs::Config& config);

// The inverse. Throws ProtocolError.
specs::Config config_from_json(const nlohmann::json& object);

// The same as text: one line, paths in order.
std::string config_to_text(const specs::Config& config);
specs::Config config_from_text(std::string_view text);

}  // namespace ratbench::protocol
