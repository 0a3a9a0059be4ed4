// Frames on a stream: four bytes of length (little-endian), then that many bytes.
// Interrupted calls and partial transfers are handled here; the end of the stream between two
// frames is told apart from one inside a frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ratbench::protocol {

inline constexpr std::uint32_t kMaxFrameBytes = 256U << 20;

// Writes one frame, waiting as long as it takes. False when the reader is gone. Throws
// ProtocolError on any other failure or when `payload` exceeds kMaxFrameBytes. Never raises SIGPIPE
// on a socket.
bool write_frame(int fd, std::string_view payload);

// Reads one frame, waiting as long as it takes. Empty at the end of the stream between frames.
// Throws ProtocolError when the stream ends inside a frame or a length exceeds kMaxFrameBytes.
std::optional<std::string> read_frame(int fd);

// Collects frames from bytes that arrive in any pieces; for poll loops.
class FrameReader {
 public:
  enum class Stream { kOpen, kEnded };

  // Reads once what `fd` has (call it when poll says readable). An error of the connection counts
  // as its end.
  Stream read_some(int fd);
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  // The next complete frame. Throws ProtocolError when a length exceeds kMaxFrameBytes.
  std::optional<std::string> next();
  // Bytes of an incomplete frame are waiting.
  bool inside_frame() const { return buffer_.size() > begin_; }

 private:
  std::string buffer_;
  std::size_t begin_ = 0;  // consumed bytes of `buffer_`
};

}  // namespace ratbench::protocol
