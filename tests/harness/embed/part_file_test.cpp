#include "harness/embed/part_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <csignal>
#include <fstream>

#include "src/base/error.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::embed {
namespace {

constexpr std::size_t kDim = 3;

class PartFiles : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_ / "texts.part"; }

  // Rows 7 and 2, then row 5.
  void store_three() const {
    PartFile part(path(), "key", kDim);
    const std::array<std::uint64_t, 2> rows = {7, 2};
    const std::array<float, 6> features = {1, 2, 3, 4, 5, 6};
    part.append(rows, features);
    const std::array<std::uint64_t, 1> last = {5};
    const std::array<float, 3> more = {7, 8, 9};
    part.append(last, more);
  }

  std::size_t stored_rows(const std::string& key = "key") const {
    return PartFile(path(), key, kDim).take_stored().size();
  }

  TemporaryFolder folder_;
};

TEST_F(PartFiles, AppearWithTheFirstFeatures) {
  EXPECT_EQ(stored_rows(), 0U);
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(PartFiles, GiveBackWhatWasStored) {
  store_three();
  const auto rows = PartFile(path(), "key", kDim).take_stored();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].row, 2U);
  EXPECT_EQ(rows[1].features, (std::vector<float>{4, 5, 6}));
  EXPECT_EQ(rows[2].row, 5U);
}

TEST_F(PartFiles, CutOffATornRecordAtEveryLength) {
  store_three();
  const auto whole = std::filesystem::file_size(path());
  std::ifstream in(path(), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::size_t last_record = 8 + 64 + 8 + kDim * sizeof(float);
  for (std::size_t cut = 1; cut <= last_record; ++cut) {
    std::ofstream(path(), std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(whole - cut));
    EXPECT_EQ(stored_rows(), 2U) << cut;
    EXPECT_EQ(std::filesystem::file_size(path()), whole - last_record) << cut;
  }
}

TEST_F(PartFiles, DropARecordWhoseBytesChanged) {
  store_three();
  std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-1, std::ios::end);
  file.put('x');
  file.close();
  EXPECT_EQ(stored_rows(), 2U);
}

TEST_F(PartFiles, OfOtherTextsOrAnotherModelAreDiscarded) {
  store_three();
  EXPECT_EQ(stored_rows("another key"), 0U);
  EXPECT_EQ(stored_rows(), 0U);
}

TEST_F(PartFiles, KeepNothingWhileAnotherProcessHasThem) {
  PartFile first(path(), "key", kDim);
  const std::array<std::uint64_t, 1> rows = {1};
  const std::array<float, 3> features = {1, 2, 3};
  first.append(rows, features);
  PartFile second(path(), "key", kDim);
  second.append(rows, features);
  second.discard();
  EXPECT_TRUE(std::filesystem::exists(path()));
  first.discard();
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(PartFiles, ReportAFolderThatCannotBeWritten) {
  PartFile part("/proc/ratbench/x.part", "key", kDim);
  const std::array<std::uint64_t, 1> rows = {1};
  const std::array<float, 3> features = {1, 2, 3};
  EXPECT_THROW(part.append(rows, features), EnvironmentError);
}

TEST_F(PartFiles, ReportADiskThatTakesNoMore) {
  PartFile part(path(), "key", kDim);
  const std::array<std::uint64_t, 1> rows = {1};
  const std::array<float, 3> features = {1, 2, 3};
  part.append(rows, features);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit full{std::filesystem::file_size(path()), before.rlim_max};
  ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  EXPECT_THROW(part.append(rows, features), EnvironmentError);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, SIG_DFL);
}

}  // namespace
}  // namespace ratbench::embed
