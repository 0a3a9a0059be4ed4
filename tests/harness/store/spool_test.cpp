#include "harness/store/spool.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "src/base/error.hpp"
#include "tests/harness/store/small_world.hpp"

namespace ratbench::store {
namespace {

std::vector<std::string> replayed(Spool& spool, ReplayReport* report = nullptr) {
  std::vector<std::string> payloads;
  const ReplayReport found =
      spool.replay([&](std::string_view payload) { payloads.emplace_back(payload); });
  if (report != nullptr) *report = found;
  return payloads;
}

const std::vector<std::string> kPayloads = {"first", "", std::string(100'000, 'x'), "last\n\0z"};

class SpoolFile : public testing::Test {
 protected:
  SpoolFile() : file_(folder_ / "x.spool") {}

  void write_at(std::uint64_t offset, const std::string& bytes) {
    std::fstream out(file_, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(offset));
    out << bytes;
  }

  TemporaryFolder folder_;
  std::filesystem::path file_;
};

TEST_F(SpoolFile, KeepsRecordsOverReopening) {
  Spool(file_).append(kPayloads);
  Spool again(file_);
  EXPECT_EQ(replayed(again), kPayloads);
  again.append(std::vector<std::string>{"more"});
  EXPECT_EQ(replayed(again).back(), "more");
}

TEST_F(SpoolFile, TruncationForgetsEverything) {
  Spool spool(file_);
  EXPECT_TRUE(spool.empty());
  spool.append(kPayloads);
  EXPECT_FALSE(spool.empty());
  spool.truncate();
  EXPECT_TRUE(spool.empty());
  EXPECT_TRUE(replayed(spool).empty());
}

TEST_F(SpoolFile, EveryTornTailIsCutOffAndSaid) {
  const std::vector<std::string> two = {"alpha", "beta"};
  Spool(file_).append(two);
  const auto whole = std::filesystem::file_size(file_);
  const std::uintmax_t first_ends = whole - (4 + 64 + 4);
  for (std::uintmax_t size = whole - 1; size > first_ends; --size) {
    std::filesystem::resize_file(file_, size);
    Spool spool(file_);
    ReplayReport report;
    EXPECT_EQ(replayed(spool, &report), (std::vector<std::string>{"alpha"}));
    EXPECT_EQ(report.torn_bytes, size - first_ends);
    EXPECT_EQ(std::filesystem::file_size(file_), first_ends);
    spool.append(std::vector<std::string>{"beta"});
  }
}

TEST_F(SpoolFile, FlippedByteEndsTheReplayThere) {
  Spool(file_).append(kPayloads);
  // Inside the payload of the third record: 8 + (68 + 5) + 68 + 68 bytes before it.
  write_at(8 + 73 + 68 + 68 + 500, "y");
  Spool spool(file_);
  ReplayReport report;
  EXPECT_EQ(replayed(spool, &report), (std::vector<std::string>{"first", ""}));
  EXPECT_GT(report.torn_bytes, 100'000u);
}

TEST_F(SpoolFile, HugeLengthInTheTailIsNotBelieved) {
  Spool(file_).append(std::vector<std::string>{"alpha"});
  write_at(std::filesystem::file_size(file_),
           std::string("\xff\xff\xff\x7f", 4) + std::string(64, '0'));
  Spool spool(file_);
  EXPECT_EQ(replayed(spool), (std::vector<std::string>{"alpha"}));
}

TEST_F(SpoolFile, MarkCutShortByACrashIsWrittenAgain) {
  std::ofstream(file_) << "RBS";
  Spool spool(file_);
  EXPECT_TRUE(replayed(spool).empty());
  spool.append(kPayloads);
  EXPECT_EQ(replayed(spool), kPayloads);
}

TEST_F(SpoolFile, ForeignFileIsRefusedAndLeftAlone) {
  std::ofstream(file_) << "somebody's notes";
  EXPECT_THROW(Spool{file_}, StoreError);
  EXPECT_EQ(std::filesystem::file_size(file_), 16u);
}

}  // namespace
}  // namespace ratbench::store
