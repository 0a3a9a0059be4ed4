#include "src/data/content.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "src/base/error.hpp"
#include "src/base/file_identity.hpp"
#include "src/base/sha256.hpp"
#include "src/data/payload_hash.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::data {
namespace {

class Content : public ::testing::Test {
 protected:
  void write(float value, std::map<std::string, std::string> metadata = {}) const {
    const std::vector<float> values(5, value);
    write_with_payload_hash(path(), {{"x", Dtype::kF32, {5}, std::as_bytes(std::span(values))}},
                            std::move(metadata));
  }
  void damage_last_byte() const {
    std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(-1, std::ios::end);
    file.put('\x7f');
  }
  std::string path() const { return (folder_.path() / "x.safetensors").string(); }

  TemporaryFolder folder_;
};

TEST_F(Content, IsNamedByTheHashOfAllBytes) {
  write(1);
  const std::string named = sha256_file(path());
  EXPECT_EQ(content_difference(Safetensors::open(path()), named), "");
  write(2);
  EXPECT_EQ(content_difference(Safetensors::open(path()), named),
            "its SHA-256 is " + sha256_file(path()) + ", expected is " + named);
  write(1, {{"class_names", "[]"}});
  EXPECT_NE(content_difference(Safetensors::open(path()), named), "") << "the header counts too";
}

TEST_F(Content, OfTheCacheIsNamedByItsKeyWhileItIsIntact) {
  const std::string key = sha256_hex("texts and encoder");
  write(1, {{kCacheKey, key}});
  EXPECT_EQ(content_difference(Safetensors::open(path()), key), "");
  EXPECT_NE(content_difference(Safetensors::open(path()), sha256_hex("other texts")), "");
  // The same file given by a user is named by its bytes.
  EXPECT_EQ(content_difference(Safetensors::open(path()), sha256_file(path())), "");
  damage_last_byte();
  EXPECT_EQ(content_difference(Safetensors::open(path()), key),
            "its tensors are not as they were written to the cache");
}

TEST_F(Content, IsCheckedWhereASplitHasAHash) {
  write(1);
  const std::map<std::string, std::string> named = {{"train", sha256_file(path())}};
  EXPECT_EQ(open_unchanged(path(), "train", named).tensors().size(), 1U);
  write(2);
  EXPECT_EQ(open_unchanged(path(), "val", named).tensors().size(), 1U);
  try {
    open_unchanged(path(), "train", named);
    ADD_FAILURE() << "taken";
  } catch (const DataError& error) {
    EXPECT_EQ(error.what(), path() + ": was changed since the sweep was planned: its SHA-256 is " +
                                sha256_file(path()) + ", expected is " + named.at("train"));
  }
}

TEST_F(Content, FileIdentityTellsReplacedAndWrittenFromUntouched) {
  write(1);
  const FileIdentity first = file_identity(path());
  EXPECT_EQ(file_identity(path()), first);
  const FileIdentity old = first;
  damage_last_byte();
  const FileIdentity written = file_identity(path());
  EXPECT_NE(written, old);
  EXPECT_TRUE(written.same_file(old));
  // Kept, so that the new one cannot be given its number.
  std::filesystem::create_hard_link(path(), path() + ".kept");
  write(1);  // replaces
  EXPECT_FALSE(file_identity(path()).same_file(old));
  std::filesystem::remove(path());
  EXPECT_THROW(file_identity(path()), DataError);
}

}  // namespace
}  // namespace ratbench::data
