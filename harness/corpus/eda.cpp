#include "harness/corpus/eda.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/random.hpp"

namespace ratbench::corpus {
namespace {

using Words = std::vector<std::string>;

constexpr std::pair<const char*, Edit> kNames[] = {{"delete", Edit::kDelete},
                                                   {"insert", Edit::kInsert},
                                                   {"split", Edit::kSplit},
                                                   {"swap", Edit::kSwap}};

Words words_between_spaces(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r\f\v";
  Words words;
  for (std::size_t at = text.find_first_not_of(kSpace); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kSpace, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(kSpace, end);
  }
  return words;
}

// Where a UTF-8 word may be cut: starts of its characters but the first.
std::vector<std::size_t> cuts_of(const std::string& word) {
  std::vector<std::size_t> cuts;
  for (std::size_t at = 1; at < word.size(); ++at)
    if ((static_cast<unsigned char>(word[at]) & 0xC0U) != 0x80U) cuts.push_back(at);
  return cuts;
}

bool allows(const Words& words, Edit edit) {
  switch (edit) {
    case Edit::kDelete:
    case Edit::kSwap:
      return words.size() >= 2;
    case Edit::kInsert:
      return !words.empty();
    case Edit::kSplit:
      return std::any_of(words.begin(), words.end(),
                         [](const std::string& word) { return !cuts_of(word).empty(); });
  }
  return false;
}

// The draws of one made text, one after the other.
class EditDraws {
 public:
  EditDraws(std::uint64_t seed, std::uint64_t row, std::uint32_t k)
      : stream_(seed, Purpose::kAugmentation), lane_(k), next_(row << 32U) {}
  std::size_t below(std::size_t n) { return stream_.below(n, lane_, next_++); }

 private:
  RandomStream stream_;
  std::uint32_t lane_;
  std::uint64_t next_;
};

void swap_words(Words& words, EditDraws& draws) {
  const std::size_t first = draws.below(words.size());
  std::size_t second = draws.below(words.size() - 1);
  if (second >= first) ++second;
  std::swap(words[first], words[second]);
}

void delete_word(Words& words, EditDraws& draws) {
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(draws.below(words.size())));
}

// `original` is the text before any edit: what was inserted is not inserted again.
void insert_word(Words& words, const Words& original, EditDraws& draws) {
  const std::string word = original[draws.below(original.size())];
  words.insert(words.begin() + static_cast<std::ptrdiff_t>(draws.below(words.size() + 1)), word);
}

void split_word(Words& words, EditDraws& draws) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (!cuts_of(words[i]).empty()) places.push_back(i);
  const std::size_t place = places[draws.below(places.size())];
  const std::vector<std::size_t> cuts = cuts_of(words[place]);
  const std::size_t cut = cuts[draws.below(cuts.size())];
  std::string tail = words[place].substr(cut);
  words[place].resize(cut);
  words.insert(words.begin() + static_cast<std::ptrdiff_t>(place) + 1, std::move(tail));
}

void apply(Edit edit, Words& words, const Words& original, EditDraws& draws) {
  switch (edit) {
    case Edit::kDelete:
      return delete_word(words, draws);
    case Edit::kInsert:
      return insert_word(words, original, draws);
    case Edit::kSplit:
      return split_word(words, draws);
    case Edit::kSwap:
      return swap_words(words, draws);
  }
}

}  // namespace

std::string EdaParameters::text() const {
  std::string names;
  for (const auto& [name, edit] : kNames)
    if (std::find(edits.begin(), edits.end(), edit) != edits.end())
      names += fmt::format(" {}", name);
  return fmt::format("eda {} lambda={} edits={} share={} seed={}", kEdaVersion, lambda, names,
                     share, seed);
}

EdaParameters eda_parameters(const specs::Config& config) {
  EdaParameters p;
  p.lambda = config.integer_or("augmentation.lambda", 0);
  p.share = config.real_or("augmentation.edit_share", p.share);
  p.seed = static_cast<std::uint64_t>(config.integer_or("augmentation.seed", 0));
  if (!config.has("augmentation.edits")) return p;
  const std::vector<std::string>& wanted = config.texts("augmentation.edits");
  p.edits.clear();
  for (const auto& [name, edit] : kNames)
    if (std::find(wanted.begin(), wanted.end(), name) != wanted.end()) p.edits.push_back(edit);
  RB_CHECK_EQ(p.edits.size(), wanted.size());
  return p;
}

std::string edited_text(std::string_view text, const EdaParameters& parameters, std::uint64_t row,
                        std::uint32_t k) {
  const Words original = words_between_spaces(text);
  std::vector<Edit> possible;
  for (const Edit edit : parameters.edits)
    if (allows(original, edit)) possible.push_back(edit);
  if (possible.empty()) return std::string(text);
  EditDraws draws(parameters.seed, row, k);
  const Edit edit = possible[draws.below(possible.size())];
  const auto wanted = std::llround(parameters.share * static_cast<double>(original.size()));
  Words words = original;
  for (long long i = 0; i < std::max(1LL, wanted) && allows(words, edit); ++i)
    apply(edit, words, original, draws);
  return fmt::format("{}", fmt::join(words, " "));
}

std::vector<Report> with_edits(std::vector<Report> training, const EdaParameters& parameters) {
  const std::size_t rows = training.size();
  for (Report& report : training)
    if (report.aug_index > 0) report.aug_index += parameters.lambda;
  for (std::int64_t k = 1; k <= parameters.lambda; ++k)
    for (std::size_t row = 0; row < rows; ++row) {
      if (training[row].aug_index > 0) continue;
      Report made{edited_text(training[row].text, parameters, row, static_cast<std::uint32_t>(k)),
                  training[row].label, static_cast<std::int64_t>(row), k};
      made.line = training[row].line;
      training.push_back(std::move(made));
    }
  return training;
}

}  // namespace ratbench::corpus
