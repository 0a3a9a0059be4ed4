#include "src/text/head_tail.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "src/base/error.hpp"

namespace ratbench::text {
namespace {

using Difference = std::vector<Token>::difference_type;

// Keeps the first half of `room` tokens and the last ones; the odd token goes to the tail.
void keep_ends(std::vector<Token>& text, std::size_t room) {
  if (text.size() <= room) return;
  const std::size_t head = room / 2;
  const std::size_t tail = room - head;
  text.erase(text.begin() + static_cast<Difference>(head),
             text.end() - static_cast<Difference>(tail));
}

// Both texts together keep at most `room` tokens, the answer at least `reserve` of its own.
void cut_pair(std::vector<Token>& question, std::vector<Token>& answer, std::size_t room,
              std::size_t reserve) {
  const std::size_t kept = std::min(reserve, answer.size());
  const std::size_t question_room = room - std::min(room, kept);
  if (question.size() > question_room) question.resize(question_room);
  keep_ends(answer, room - question.size());
}

void require_room(std::size_t limit, std::size_t special) {
  if (limit < special) {
    throw UsageError("a limit of " + std::to_string(limit) + " tokens has no room for its " +
                     std::to_string(special) + " special tokens");
  }
}

}  // namespace

std::size_t answer_reserve(std::size_t limit) {
  return std::min<std::size_t>(50, std::max<std::size_t>(1, 50 * limit / 512));
}

Encoding encode_head_tail(const Tokenizer& tokenizer, std::vector<Token> question,
                          std::vector<Token> answer, std::size_t limit) {
  require_room(limit, 3);
  cut_pair(question, answer, limit - 3, answer_reserve(limit));
  return join_pair(tokenizer, question, answer);
}

Encoding encode_head_tail_joined(const Tokenizer& tokenizer, std::vector<Token> question,
                                 std::vector<Token> answer, std::size_t limit) {
  require_room(limit, 2);
  cut_pair(question, answer, limit - 2, answer_reserve(limit));
  question.insert(question.end(), answer.begin(), answer.end());
  return encode_single(tokenizer, std::move(question), limit);
}

Encoding encode_head_tail(const Tokenizer& tokenizer, std::vector<Token> text, std::size_t limit) {
  require_room(limit, 2);
  keep_ends(text, limit - 2);
  return encode_single(tokenizer, std::move(text), limit);
}

}  // namespace ratbench::text
