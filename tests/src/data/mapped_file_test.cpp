#include "src/data/mapped_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <functional>

#include "src/base/error.hpp"
#include "src/data/features.hpp"
#include "src/data/safetensors.hpp"
#include "src/data/token_file.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/unmappable_file.hpp"

namespace ratbench::data {
namespace {

std::string environment_error(const std::function<void()>& work) {
  try {
    work();
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

TEST(MappedFile, RefusedForWantOfMemoryIsNoFaultOfTheFile) {
  const UnmappableFile file;
  const std::string expected =
      file.path().string() + ": cannot be mapped: not enough memory (Cannot allocate memory)";
  EXPECT_EQ(environment_error([&] { MappedFile::open(file.path()); }), expected);
  EXPECT_EQ(environment_error([&] { Safetensors::open(file.path()); }), expected);
  EXPECT_EQ(environment_error([&] { FeatureSet::open(file.path()); }), expected);
  EXPECT_EQ(environment_error([&] { TokenSet::open(file.path()); }), expected);
}

TEST(MappedFile, RefusedForWantOfDescriptorsIsNoFaultOfTheFile) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const std::string error = environment_error([] { MappedFile::open("/proc/self/stat"); });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_NE(error.find("/proc/self/stat: cannot be opened: Too many open files"), std::string::npos)
      << error;
}

TEST(MappedFile, ThatIsMissingOrNoFileIsBadData) {
  const TemporaryFolder folder;
  EXPECT_THROW(MappedFile::open(folder / "gone"), DataError);
  EXPECT_THROW(MappedFile::open(folder.path()), DataError);
}

}  // namespace
}  // namespace ratbench::data
