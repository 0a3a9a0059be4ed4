#include "src/text/tokenizer.hpp"

#include <algorithm>

namespace ratbench::text {
namespace {

// Longer words become [UNK] whole; a constant of BERT's WordPiece.
constexpr std::size_t kLongestWord = 100;

// A word of the normalised text: its UTF-8 form and, per byte, the point it belongs to.
struct Word {
  std::string bytes;
  std::vector<std::uint32_t> point_of_byte;
};

void append_point(const NormalizedPoint& point, std::uint32_t index, Word& word) {
  append_utf8(point.value, word.bytes);
  word.point_of_byte.resize(word.bytes.size(), index);
}

// Finds added tokens in order of their place; of two at one place the longer. Each place is looked
// for once, so that a long text full of one of them stays linear.
class AddedTokenFinder {
 public:
  struct Match {
    std::size_t byte = std::string_view::npos;
    TokenId id = 0;
    std::size_t length = 0;
  };

  AddedTokenFinder(std::string_view text, const Vocabulary& vocabulary,
                   const std::vector<TokenId>& longest_first)
      : text_(text), vocabulary_(vocabulary), ids_(longest_first) {
    for (const TokenId id : ids_) next_.push_back(text_.find(vocabulary_.token(id)));
  }

  // The first match that begins at or after byte `from`; calls must not go back.
  Match next(std::size_t from) {
    Match best;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const std::string& token = vocabulary_.token(ids_[i]);
      if (next_[i] < from) next_[i] = text_.find(token, from);
      if (next_[i] < best.byte) best = {next_[i], ids_[i], token.size()};
    }
    return best;
  }

 private:
  std::string_view text_;
  const Vocabulary& vocabulary_;
  const std::vector<TokenId>& ids_;
  std::vector<std::size_t> next_;
};

}  // namespace

Tokenizer::Tokenizer(Vocabulary vocabulary, NormalizerOptions options, SpecialTokens special,
                     std::vector<TokenId> added)
    : vocabulary_(std::move(vocabulary)),
      options_(options),
      special_(special),
      added_(std::move(added)) {
  std::sort(added_.begin(), added_.end(), [this](TokenId a, TokenId b) {
    return vocabulary_.token(a).size() > vocabulary_.token(b).size();
  });
}

void Tokenizer::tokenize_segment(const std::vector<CodePoint>& points, std::uint32_t first,
                                 std::uint32_t last, std::uint32_t text_bytes,
                                 std::vector<Token>& out) const {
  const std::vector<NormalizedPoint> normal =
      normalize(std::span(points).subspan(first, last - first), first, options_);
  const auto byte_after = [&](std::uint32_t point) {
    return point + 1 < points.size() ? points[point + 1].byte : text_bytes;
  };
  const auto token_of = [&](TokenId id, std::uint32_t from, std::uint32_t to) {
    const std::uint32_t begin = normal[from].origin;
    const std::uint32_t end = normal[to].origin;
    return Token{id, begin, end + 1, points[begin].byte, byte_after(end), false};
  };

  Word word;
  std::vector<Piece> pieces;
  std::uint32_t word_first = 0;
  std::size_t word_points = 0;
  const auto finish_word = [&](std::uint32_t after) {
    if (word_points == 0) return;
    pieces.clear();
    if (word_points <= kLongestWord && vocabulary_.split(word.bytes, pieces)) {
      for (const Piece& piece : pieces) {
        out.push_back(
            token_of(piece.id, word.point_of_byte[piece.begin], word.point_of_byte[piece.end - 1]));
      }
    } else {
      out.push_back(token_of(special_.unknown, word_first, after - 1));
    }
    word.bytes.clear();
    word.point_of_byte.clear();
    word_points = 0;
  };
  const auto add_point = [&](std::uint32_t index) {
    if (word_points == 0) word_first = index;
    append_point(normal[index], index, word);
    ++word_points;
  };

  for (std::uint32_t i = 0; i < normal.size(); ++i) {
    if (is_white_space(normal[i].value)) {
      finish_word(i);
    } else if (is_punctuation(normal[i].value)) {
      finish_word(i);
      add_point(i);
      finish_word(i + 1);
    } else {
      add_point(i);
    }
  }
  finish_word(static_cast<std::uint32_t>(normal.size()));
}

std::vector<Token> Tokenizer::tokenize(std::string_view text, const std::string& source) const {
  const std::vector<CodePoint> points = decode_utf8(text, source);
  const auto point_at = [&points](std::size_t byte) {
    return static_cast<std::uint32_t>(
        std::lower_bound(points.begin(), points.end(), byte,
                         [](const CodePoint& p, std::size_t b) { return p.byte < b; }) -
        points.begin());
  };
  std::vector<Token> tokens;
  const auto text_bytes = static_cast<std::uint32_t>(text.size());
  AddedTokenFinder added(text, vocabulary_, added_);
  std::uint32_t first = 0;
  for (std::size_t from = 0;;) {
    const AddedTokenFinder::Match match = added.next(from);
    const bool found = match.byte != std::string_view::npos;
    const auto last = found ? point_at(match.byte) : static_cast<std::uint32_t>(points.size());
    tokenize_segment(points, first, last, text_bytes, tokens);
    if (!found) return tokens;
    from = match.byte + match.length;
    first = point_at(from);
    tokens.push_back({match.id, last, first, static_cast<std::uint32_t>(match.byte),
                      static_cast<std::uint32_t>(from), true});
  }
}

}  // namespace ratbench::text
