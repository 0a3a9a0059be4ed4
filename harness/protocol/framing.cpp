#include "harness/protocol/framing.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "harness/protocol/codec.hpp"

namespace ratbench::protocol {
namespace {

constexpr std::size_t kHeaderBytes = 4;

std::array<char, kHeaderBytes> header_of(std::uint32_t length) {
  return {static_cast<char>(length & 0xFF), static_cast<char>(length >> 8 & 0xFF),
          static_cast<char>(length >> 16 & 0xFF), static_cast<char>(length >> 24 & 0xFF)};
}

std::uint32_t length_of(const char* header) {
  std::uint32_t length = 0;
  for (std::size_t i = kHeaderBytes; i-- > 0;) {
    length = length << 8 | static_cast<std::uint8_t>(header[i]);
  }
  if (length > kMaxFrameBytes) {
    throw ProtocolError("a frame announces " + std::to_string(length) + " bytes, allowed are " +
                        std::to_string(kMaxFrameBytes));
  }
  return length;
}

bool write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    ssize_t written = ::send(fd, data, size, MSG_NOSIGNAL);
    if (written < 0 && errno == ENOTSOCK) written = ::write(fd, data, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE || errno == ECONNRESET) return false;
      throw ProtocolError(std::string("writing failed: ") + std::strerror(errno));
    }
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

// Bytes read; less than `size` only at the end of the stream.
std::size_t read_all(int fd, char* data, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = ::read(fd, data + done, size - done);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == ECONNRESET) return done;
      throw ProtocolError(std::string("reading failed: ") + std::strerror(errno));
    }
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

}  // namespace

bool write_frame(int fd, std::string_view payload) {
  if (payload.size() > kMaxFrameBytes) {
    throw ProtocolError("a message of " + std::to_string(payload.size()) +
                        " bytes is too large for a frame");
  }
  // One buffer, so that a small message is one system call.
  const auto header = header_of(static_cast<std::uint32_t>(payload.size()));
  std::string bytes(header.data(), header.size());
  bytes.append(payload);
  return write_all(fd, bytes.data(), bytes.size());
}

std::optional<std::string> read_frame(int fd) {
  std::array<char, kHeaderBytes> header{};
  const std::size_t got = read_all(fd, header.data(), header.size());
  if (got == 0) return std::nullopt;
  if (got < header.size()) throw ProtocolError("the stream ended inside a frame's length");
  std::string payload(length_of(header.data()), '\0');
  if (read_all(fd, payload.data(), payload.size()) < payload.size()) {
    throw ProtocolError("the stream ended inside a frame");
  }
  return payload;
}

FrameReader::Stream FrameReader::read_some(int fd) {
  std::array<char, 65536> bytes;
  ssize_t count = 0;
  do {
    count = ::read(fd, bytes.data(), bytes.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Stream::kOpen;
  if (count <= 0) return Stream::kEnded;
  feed({bytes.data(), static_cast<std::size_t>(count)});
  return Stream::kOpen;
}

std::optional<std::string> FrameReader::next() {
  if (buffer_.size() - begin_ < kHeaderBytes) return std::nullopt;
  const std::size_t length = length_of(buffer_.data() + begin_);
  if (buffer_.size() - begin_ - kHeaderBytes < length) return std::nullopt;
  std::string payload = buffer_.substr(begin_ + kHeaderBytes, length);
  begin_ += kHeaderBytes + length;
  if (begin_ == buffer_.size()) {
    buffer_.clear();
    begin_ = 0;
  } else if (begin_ > (1U << 20)) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  return payload;
}

}  // namespace ratbench::protocol
