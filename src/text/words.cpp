#include "src/text/words.hpp"

#include <algorithm>

#include "src/base/error.hpp"

namespace ratbench::text {
namespace {

constexpr std::size_t kSpecialTokens = 2;

class WindowBuilder {
 public:
  WindowBuilder(const SpecialTokens& special, std::size_t room) : special_(special), room_(room) {}

  void add(std::int32_t word, const std::vector<TokenId>& pieces) {
    if (held_ > 0 && held_ + pieces.size() > room_) finish();
    if (held_ == 0) push(special_.cls, kNoWord);
    for (std::size_t i = 0; i < pieces.size(); ++i) push(pieces[i], i == 0 ? word : kNoWord);
    held_ += pieces.size();
  }

  std::vector<WordWindow> take() {
    if (held_ > 0) finish();
    return std::move(windows_);
  }

 private:
  void push(TokenId id, std::int32_t word) {
    window_.ids.push_back(id);
    window_.word_of_token.push_back(word);
  }

  void finish() {
    push(special_.sep, kNoWord);
    windows_.push_back(std::move(window_));
    window_ = {};
    held_ = 0;
  }

  const SpecialTokens& special_;
  std::size_t room_;
  std::size_t held_ = 0;
  WordWindow window_;
  std::vector<WordWindow> windows_;
};

}  // namespace

std::vector<WordWindow> windows_of_words(const Tokenizer& tokenizer,
                                         const std::vector<std::string>& words,
                                         std::size_t max_length, const std::string& source) {
  if (max_length <= kSpecialTokens) {
    throw UsageError("windows of at most " + std::to_string(max_length) +
                     " tokens cannot hold a word beside [CLS] and [SEP]; at least 3 are needed");
  }
  const std::size_t room = max_length - kSpecialTokens;
  WindowBuilder builder(tokenizer.special(), room);
  std::vector<TokenId> pieces;
  for (std::size_t i = 0; i < words.size(); ++i) {
    pieces.clear();
    for (const Token& token : tokenizer.tokenize(words[i], source)) pieces.push_back(token.id);
    if (pieces.empty()) pieces.push_back(tokenizer.special().unknown);
    if (pieces.size() > room) pieces.resize(room);
    builder.add(static_cast<std::int32_t>(i), pieces);
  }
  return builder.take();
}

}  // namespace ratbench::text
