#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>

#include "src/base/error.hpp"
#include "tests/src/data/bytes.hpp"

namespace ratbench::data {
namespace {

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder),
                                                std::filesystem::directory_iterator()));
}

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<TensorSource> two_tensors(const std::vector<float>& values,
                                      const std::vector<std::int64_t>& labels) {
  return {{"x", Dtype::kF32, {values.size()}, std::as_bytes(std::span(values))},
          {"y", Dtype::kI64, {labels.size()}, std::as_bytes(std::span(labels))}};
}

TEST(SafetensorsWriter, WritesWhatTheReaderReads) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "new" / "file.safetensors";
  const std::vector<float> values = {1.5F, -2.0F};
  const std::vector<std::int64_t> labels = {7, -1, 3};
  write_safetensors(path, two_tensors(values, labels), {{"name", "caf\u00e9 \"quoted\""}});

  const Safetensors file = Safetensors::open(path);
  EXPECT_EQ(file.metadata().at("name"), "caf\u00e9 \"quoted\"");
  EXPECT_EQ(std::memcmp(file.at("x").bytes.data(), values.data(), 8), 0);
  EXPECT_EQ(std::memcmp(file.at("y").bytes.data(), labels.data(), 24), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file.at("x").bytes.data()) % 8, 0U);
  EXPECT_EQ(files_in(path.parent_path()), 1U);
}

TEST(SafetensorsWriter, GivesEqualBytesForEqualInput) {
  const TemporaryFolder folder;
  const std::vector<float> values = {1, 2, 3};
  const std::vector<std::int64_t> labels = {4};
  for (const char* name : {"a", "b"})
    write_safetensors(folder.path() / name, two_tensors(values, labels), {{"k", "v"}});
  EXPECT_EQ(content(folder.path() / "a"), content(folder.path() / "b"));
}

// A file size limit stands for the full disk: the write fails in the middle.
TEST(SafetensorsWriter, LeavesNothingWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limited{4096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limited), 0);
  const std::vector<float> values(10'000, 1);
  EXPECT_THROW(write_safetensors(folder.path() / "file", two_tensors(values, {1}), {}),
               EnvironmentError);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(files_in(folder.path()), 0U);
}

TEST(SafetensorsWriter, KeepsTheOldFileWhenTheNewOneFails) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  std::filesystem::create_directory(path);  // a folder in the way: the rename must fail
  EXPECT_THROW(write_safetensors(path, two_tensors({1}, {1}), {}), EnvironmentError);
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(SafetensorsWriter, ShowsReadersWholeFilesOnly) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  const std::vector<float> values(50'000, 2);
  const std::vector<std::int64_t> labels(100, 1);
  const auto write = [&] { write_safetensors(path, two_tensors(values, labels), {}); };
  write();
  std::thread first([&] {
    for (int i = 0; i < 20; ++i) write();
  });
  std::thread second([&] {
    for (int i = 0; i < 20; ++i) write();
  });
  for (int i = 0; i < 200; ++i) EXPECT_NO_THROW(Safetensors::open(path));
  first.join();
  second.join();
  EXPECT_EQ(files_in(folder.path()), 1U);
}

}  // namespace
}  // namespace ratbench::data
