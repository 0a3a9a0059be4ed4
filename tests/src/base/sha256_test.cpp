#include "src/base/sha256.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "src/base/error.hpp"
#include "src/base/sha256_blocks.hpp"

namespace ratbench {
namespace {

// Examples of FIPS 180-4 as published by NIST.
TEST(Sha256, GivesThePublishedExamples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Repetitions of 'a' (values of Python's hashlib): padding adds a block from 56 bytes on.
const std::map<std::size_t, std::string>& border_hashes() {
  static const std::map<std::size_t, std::string> hashes = {
      {1, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"},
      {55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
      {56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
      {57, "f13b2d724659eb3bf47f2dd6af1accc87b81f09f59f2b75e5c0bed6589dfe8c6"},
      {63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
      {64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
      {65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"},
      {119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"},
      {120, "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c"},
      {121, "e9615320128cc7a3d6078e9af05603188e5ccbf0d07d8b735d3df5e8e0c1281f"},
      {127, "c57e9278af78fa3cab38667bef4ce29d783787a2f731d4e12200270f0c32320a"},
      {128, "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e"},
      {129, "c12cb024a2e5551cca0e08fce8f1c5e314555cc3fef6329ee994a3db752166ae"},
      {1000, "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"}};
  return hashes;
}

TEST(Sha256, IsRightAroundBlockBorders) {
  for (const auto& [size, hash] : border_hashes())
    EXPECT_EQ(sha256_hex(std::string(size, 'a')), hash) << size;
}

TEST(Sha256, DoesNotDependOnHowTheInputIsCut) {
  for (const auto& [size, hash] : border_hashes())
    for (std::size_t piece = 1; piece <= 70; piece += 3) {
      Sha256 sum;
      for (std::size_t done = 0; done < size; done += piece)
        sum.update(std::string(std::min(piece, size - done), 'a'));
      ASSERT_EQ(sum.hex(), hash) << size << " bytes in pieces of " << piece;
    }
}

// Where the processor has no instructions for it, the two are the same.
TEST(Sha256, InstructionsOfTheProcessorGiveTheBitsOfPlainCode) {
  std::vector<std::uint8_t> blocks(64 * 17 + 3);
  std::uint32_t next = 1;
  for (std::uint8_t& byte : blocks) {
    next = next * 1664525U + 1013904223U;
    byte = static_cast<std::uint8_t>(next >> 24U);
  }
  for (std::size_t count : {0U, 1U, 2U, 17U})
    for (std::size_t offset = 0; offset < 4; ++offset) {  // addresses need not be aligned
      std::array<std::uint32_t, 8> plain = {1, 2, 3, 4, 5, 6, 7, 0xffffffff};
      std::array<std::uint32_t, 8> fast = plain;
      compress_portably(plain.data(), blocks.data() + offset, count);
      fastest_compress()(fast.data(), blocks.data() + offset, count);
      EXPECT_EQ(plain, fast) << count << " blocks at " << offset;
    }
}

TEST(Sha256, NothingAddsNothing) {
  Sha256 hash;
  hash.update(std::string_view("abc"));
  hash.update(std::string_view());
  EXPECT_EQ(hash.hex(), sha256_hex("abc"));
}

TEST(Sha256, OfAFileIsThatOfItsContents) {
  const auto path = std::filesystem::path(testing::TempDir()) / "sha256_of_a_file";
  const std::string content((std::size_t{1} << 20) + 17, 'x');
  std::ofstream(path, std::ios::binary) << content;
  EXPECT_EQ(sha256_file(path), sha256_hex(content));
  std::filesystem::remove(path);
  EXPECT_THROW(sha256_file(path), DataError);
}

}  // namespace
}  // namespace ratbench
