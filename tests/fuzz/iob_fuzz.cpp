// Feeds arbitrary bytes to the reader of tagged sentences: what it accepts is valid IOB2, a tag for
// every word and no sentence without words.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "harness/corpus/iob.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/text/characters.hpp"

namespace {

void check_sentence(const ratbench::corpus::Report& sentence) {
  RB_CHECK(!sentence.words.empty());
  RB_CHECK_EQ(sentence.words.size(), sentence.tags.size());
  std::string_view before = "O";
  for (std::size_t i = 0; i < sentence.words.size(); ++i) {
    const std::string_view tag = sentence.tags[i];
    RB_CHECK(!sentence.words[i].empty());
    RB_CHECK(!ratbench::text::first_invalid_utf8(sentence.words[i]).has_value());
    RB_CHECK(tag == "O" || tag.starts_with("B-") || tag.starts_with("I-"));
    RB_CHECK(!tag.starts_with("I-") || (before != "O" && before.substr(2) == tag.substr(2)));
    before = tag;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& sentence : ratbench::corpus::parse_iob(text, "input"))
      check_sentence(sentence);
  } catch (const ratbench::DataError&) {
    // Refused, as most inputs are.
  }
  return 0;
}
