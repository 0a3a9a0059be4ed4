#include "harness/corpus/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "harness/corpus/class_list.hpp"
#include "src/base/error.hpp"
#include "src/text/encoding.hpp"
#include "src/text/entity_markers.hpp"
#include "src/text/head_tail.hpp"
#include "src/text/words.hpp"

namespace ratbench::corpus {
namespace {

class SequenceWriter {
 public:
  SequenceWriter(const TokenSetting& setting, const text::Tokenizer& tokenizer,
                 const std::string& source, data::TokenColumns& columns, TokenCounts& counts)
      : setting_(setting),
        tokenizer_(tokenizer),
        source_(source),
        columns_(columns),
        counts_(counts) {
    columns_.starts = {0};
  }

  void add(const Report& report) {
    place_ = fmt::format("{}, {}", source_, place_of(report, static_cast<std::size_t>(rows_)));
    if (columns_.task == data::Task::kNer) {
      add_sentence(report);
    } else {
      add_text(report);
    }
    ++rows_;
  }

 private:
  std::int64_t tokens() const { return static_cast<std::int64_t>(columns_.ids.size()); }

  void end_window() {
    columns_.starts.push_back(tokens());
    columns_.row.push_back(rows_);
  }

  void add_token(text::TokenId id, text::TokenId type, bool special) {
    columns_.ids.push_back(id);
    columns_.types.push_back(static_cast<std::uint8_t>(type));
    columns_.free.push_back(special ? 0 : 1);
  }

  void add_sentence(const Report& report) {
    const auto windows =
        text::windows_of_words(tokenizer_, report.words, setting_.max_length, place_);
    counts_.windows += windows.size() - 1;
    for (const text::WordWindow& window : windows) {
      for (std::size_t i = 0; i < window.ids.size(); ++i) {
        add_token(window.ids[i], 0, i == 0 || i + 1 == window.ids.size());
        const std::int32_t word = window.word_of_token[i];
        columns_.tags.push_back(
            word == text::kNoWord
                ? data::kNoTag
                : static_cast<std::int32_t>(
                      index_of(report.tags[static_cast<std::size_t>(word)], columns_.class_names)));
        columns_.unit.push_back(word == text::kNoWord ? data::kNoUnit : words_ + word);
      }
      end_window();
    }
    words_ += static_cast<std::int64_t>(report.words.size());
  }

  // How many of the tokens lie in the marked arguments of a relation.
  std::size_t tokens_of_arguments(const Report& report,
                                  const std::vector<text::Token>& tokens) const {
    if (columns_.task != data::Task::kRelation) return 0;
    const auto found = text::marked_arguments(report.text);
    const auto* const arguments = std::get_if<text::MarkedArguments>(&found);
    if (arguments == nullptr) return 0;
    const auto within = [](const text::Token& token, const text::MarkedArgument& argument) {
      return argument.begin <= token.byte_begin && token.byte_begin < argument.end &&
             token.byte_begin < token.byte_end;
    };
    return static_cast<std::size_t>(
        std::count_if(tokens.begin(), tokens.end(), [&](const text::Token& token) {
          return within(token, arguments->first) || within(token, arguments->second);
        }));
  }

  text::Encoding encoding_of(const Report& report) {
    std::vector<text::Token> first = tokenizer_.tokenize(report.text, place_);
    if (first.empty()) throw DataError(place_, "", "the text has no token for this model");
    std::size_t whole = first.size() + 2;
    const std::size_t of_arguments = tokens_of_arguments(report, first);
    text::Encoding encoding;
    if (report.answer.empty()) {
      encoding = setting_.head_tail
                     ? text::encode_head_tail(tokenizer_, std::move(first), setting_.max_length)
                     : text::encode_single(tokenizer_, std::move(first), setting_.max_length);
    } else {
      std::vector<text::Token> second = tokenizer_.tokenize(report.answer, place_);
      whole += second.size() + 1;
      encoding = setting_.head_tail
                     ? text::encode_head_tail(tokenizer_, std::move(first), std::move(second),
                                              setting_.max_length)
                     : text::encode_pair(tokenizer_, std::move(first), std::move(second),
                                         setting_.max_length, text::PairTruncation::kLongestFirst);
    }
    counts_.truncated += encoding.size() < whole ? 1 : 0;
    if (tokens_of_arguments(report, encoding.tokens) < of_arguments) ++counts_.lost_arguments;
    return encoding;
  }

  void add_text(const Report& report) {
    const text::Encoding encoding = encoding_of(report);
    if (setting_.markers) {
      const text::EntityTokens found =
          text::find_entities(report.text, encoding, text::EntityMarks{}, place_);
      for (const std::size_t marker : {found.first, found.second})
        columns_.markers.push_back(tokens() + static_cast<std::int64_t>(marker));
    }
    for (std::size_t i = 0; i < encoding.size(); ++i)
      add_token(encoding.tokens[i].id, encoding.type_ids[i], encoding.tokens[i].special);
    end_window();
    if (columns_.task == data::Task::kMultilabel)
      add_flags(report.labels, columns_.class_names, columns_.flags);
    else
      columns_.labels.push_back(
          static_cast<std::int64_t>(index_of(report.label, columns_.class_names)));
  }

  const TokenSetting& setting_;
  const text::Tokenizer& tokenizer_;
  const std::string& source_;
  data::TokenColumns& columns_;
  TokenCounts& counts_;
  std::string place_;
  std::int64_t rows_ = 0;
  std::int64_t words_ = 0;
};

}  // namespace

std::string TokenSetting::text() const {
  return fmt::format("{} {}{}", max_length, head_tail ? "head_tail" : "head",
                     markers ? " markers 2" : "");
}

data::TokenColumns tokenized(const std::vector<Report>& reports, data::Task task,
                             const std::vector<std::string>& class_names,
                             const TokenSetting& setting, const text::Tokenizer& tokenizer,
                             const std::string& source, TokenCounts& counts) {
  data::TokenColumns columns;
  columns.task = task;
  columns.class_names = class_names;
  SequenceWriter writer(setting, tokenizer, source, columns, counts);
  for (const Report& report : reports) writer.add(report);
  const bool synthetic = std::any_of(reports.begin(), reports.end(),
                                     [](const Report& report) { return report.aug_index != 0; });
  if (!synthetic) return columns;
  for (const Report& report : reports) {
    columns.source.push_back(report.source);
    columns.aug_index.push_back(static_cast<std::int32_t>(report.aug_index));
  }
  return columns;
}

}  // namespace ratbench::corpus
