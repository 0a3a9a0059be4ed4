// Feeds arbitrary bytes to the frame reader and the codec. Whatever is accepted must survive being
// sent again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "harness/protocol/codec.hpp"
#include "harness/protocol/framing.hpp"
#include "src/base/check.hpp"

namespace {

void check_message(std::string_view text) {
  namespace protocol = ratbench::protocol;
  try {
    const std::string sent = protocol::encode(protocol::decode(text));
    RB_CHECK_EQ(protocol::encode(protocol::decode(sent)), sent);
  } catch (const protocol::ProtocolError&) {
    // The expected answer to nonsense.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_message(bytes);
  ratbench::protocol::FrameReader reader;
  reader.feed(bytes);
  try {
    while (const auto frame = reader.next()) check_message(*frame);
  } catch (const ratbench::protocol::ProtocolError&) {
    // A length beyond the limit.
  }
  return 0;
}
