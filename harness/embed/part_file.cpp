#include "harness/embed/part_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/base/sha256.hpp"

namespace ratbench::embed {
namespace {

constexpr std::size_t kHashBytes = 64;

// A record: number of rows, hash of the payload, payload (row numbers, features).
struct RecordHead {
  std::uint64_t rows = 0;
  char sha256[kHashBytes] = {};
};

std::string header_of(const std::string& key) {
  return "ratbench features in progress 1\n" + sha256_hex(key) + "\n";
}

}  // namespace

PartFile::PartFile(const std::filesystem::path& path, const std::string& key, std::size_t dim)
    : path_(path), header_(header_of(key)), dim_(dim) {
  // Texts that are refused before anything is ready leave no file behind.
  if (std::filesystem::exists(path_)) open();
}

void PartFile::open() {
  std::error_code ignored;
  std::filesystem::create_directories(path_.parent_path(), ignored);
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail("opening");
  opened_ = true;
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor_);
    descriptor_ = -1;
    return;
  }
  const std::size_t good = read_stored();
  if (::ftruncate(descriptor_, static_cast<off_t>(good)) != 0) fail("truncating");
  if (::lseek(descriptor_, 0, SEEK_END) < 0) fail("positioning in");
  if (good == 0) write(header_);
}

PartFile::~PartFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

// Reads every whole record; the length of what is good.
std::size_t PartFile::read_stored() {
  std::ifstream in(path_, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!bytes.starts_with(header_)) return 0;
  const std::size_t row_bytes = sizeof(std::uint64_t) + dim_ * sizeof(float);
  std::size_t at = header_.size();
  while (bytes.size() - at >= sizeof(RecordHead)) {
    RecordHead head;
    std::memcpy(&head, bytes.data() + at, sizeof(head));
    const std::size_t rest = bytes.size() - at - sizeof(head);
    if (head.rows == 0 || head.rows > rest / row_bytes) break;
    const std::string_view payload(bytes.data() + at + sizeof(head), head.rows * row_bytes);
    if (sha256_hex(payload) != std::string_view(head.sha256, kHashBytes)) break;
    const char* features = payload.data() + head.rows * sizeof(std::uint64_t);
    for (std::size_t i = 0; i < head.rows; ++i) {
      Row row;
      std::memcpy(&row.row, payload.data() + i * sizeof(std::uint64_t), sizeof(std::uint64_t));
      row.features.resize(dim_);
      std::memcpy(row.features.data(), features + i * dim_ * sizeof(float), dim_ * sizeof(float));
      stored_.push_back(std::move(row));
    }
    at += sizeof(head) + payload.size();
  }
  return at;
}

void PartFile::append(std::span<const std::uint64_t> rows, std::span<const float> features) {
  RB_CHECK_EQ(features.size(), rows.size() * dim_);
  if (!opened_) open();
  if (descriptor_ < 0 || rows.empty()) return;
  std::string payload(reinterpret_cast<const char*>(rows.data()), rows.size_bytes());
  payload.append(reinterpret_cast<const char*>(features.data()), features.size_bytes());
  RecordHead head;
  head.rows = rows.size();
  std::memcpy(head.sha256, sha256_hex(payload).data(), kHashBytes);
  std::string record(reinterpret_cast<const char*>(&head), sizeof(head));
  record += payload;
  write(record);
  if (::fdatasync(descriptor_) != 0) fail("writing");
}

void PartFile::discard() {
  if (descriptor_ < 0) return;
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
  ::close(descriptor_);
  descriptor_ = -1;
}

void PartFile::write(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("writing");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void PartFile::fail(const char* doing) const {
  throw EnvironmentError(std::string("error ") + doing + " " + path_.string() + ": " +
                         std::strerror(errno) +
                         "; features that are stored there already are kept");
}

}  // namespace ratbench::embed
