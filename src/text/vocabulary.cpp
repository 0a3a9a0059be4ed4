#include "src/text/vocabulary.hpp"

#include <algorithm>

namespace ratbench::text {

Vocabulary::Vocabulary(std::vector<std::string> tokens, std::string continuation)
    : tokens_(std::move(tokens)) {
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const std::string& token = tokens_[i];
    if (token.empty()) continue;
    const auto id = static_cast<TokenId>(i);
    whole_.insert_or_assign(token, id);
    longest_ = std::max(longest_, token.size());
    if (token.size() > continuation.size() && token.starts_with(continuation)) {
      continuation_.insert_or_assign(token.substr(continuation.size()), id);
    }
  }
}

std::optional<TokenId> Vocabulary::find(std::string_view token) const {
  const auto found = whole_.find(token);
  if (found == whole_.end()) return std::nullopt;
  return found->second;
}

bool Vocabulary::split(std::string_view word, std::vector<Piece>& out) const {
  const std::size_t before = out.size();
  const auto ends_point = [word](std::size_t at) {
    return at == word.size() || (static_cast<unsigned char>(word[at]) & 0xC0U) != 0x80U;
  };
  for (std::size_t begin = 0; begin < word.size();) {
    const Index& index = begin == 0 ? whole_ : continuation_;
    std::size_t end = std::min(word.size(), begin + longest_);
    auto found = index.end();
    for (; end > begin; --end) {
      if (!ends_point(end)) continue;
      found = index.find(word.substr(begin, end - begin));
      if (found != index.end()) break;
    }
    if (end == begin) {
      out.resize(before);
      return false;
    }
    out.push_back(
        {found->second, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    begin = end;
  }
  return true;
}

}  // namespace ratbench::text
