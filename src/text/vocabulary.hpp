// A WordPiece vocabulary: pieces that begin a word, pieces that continue one (`##`), and the
// special tokens. Greedy longest-match-first, as in the WordPiece of BERT.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ratbench::text {

using TokenId = std::int32_t;

// A piece of a word: its id and its bytes within the (normalised) word.
struct Piece {
  TokenId id = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

class Vocabulary {
 public:
  // `tokens[i]` has id i; an empty string means that no token has this id. When a token is listed
  // twice, the later id counts, as in the tokenizers that users come from.
  explicit Vocabulary(std::vector<std::string> tokens, std::string continuation = "##");

  // Number of ids, the row count that the embedding matrix needs at least.
  std::size_t size() const { return tokens_.size(); }
  const std::string& token(TokenId id) const { return tokens_[static_cast<std::size_t>(id)]; }
  std::optional<TokenId> find(std::string_view token) const;

  // Splits a word into pieces, appended to `out`; false, and nothing appended, when it cannot be
  // split. Pieces end only where a code point ends.
  bool split(std::string_view word, std::vector<Piece>& out) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Index = std::unordered_map<std::string, TokenId, Hash, std::equal_to<>>;

  std::vector<std::string> tokens_;
  Index whole_;         // every token as it is written
  Index continuation_;  // pieces that continue a word, without their prefix
  std::size_t longest_ = 0;
};

}  // namespace ratbench::text
