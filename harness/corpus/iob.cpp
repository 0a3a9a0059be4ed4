#include "harness/corpus/iob.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "src/base/error.hpp"
#include "src/data/mapped_file.hpp"
#include "src/text/characters.hpp"

namespace ratbench::corpus {
namespace {

class SentenceReader {
 public:
  explicit SentenceReader(const std::string& file) : file_(file) {}

  void add_line(std::string_view line) {
    ++line_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.find_first_not_of(" \t") == std::string_view::npos) {
      finish_sentence();
    } else {
      add_token(line);
    }
  }

  std::vector<Report> take() {
    if (!sentence_.words.empty()) finish_sentence();
    if (sentences_.empty()) throw DataError(file_, "", "holds no sentence");
    return std::move(sentences_);
  }

 private:
  [[noreturn]] void fail(std::size_t line, const std::string& problem) const {
    throw DataError(file_, fmt::format("line {}", line), problem);
  }

  void finish_sentence() {
    // Empty lines at the very end of a file are no sentence.
    if (sentence_.words.empty()) {
      if (empty_line_ == 0) empty_line_ = line_;
      return;
    }
    sentences_.push_back(std::exchange(sentence_, {}));
  }

  void add_token(std::string_view line) {
    if (empty_line_ != 0)
      fail(empty_line_,
           "an empty line stands where a sentence should begin: a sentence without "
           "tokens");
    if (const auto byte = text::first_invalid_utf8(line))
      fail(line_, fmt::format("byte {} is not valid UTF-8", *byte));
    const std::string_view word = line.substr(0, line.find('\t'));
    if (word.size() == line.size())
      fail(line_, fmt::format("the token \"{}\" has no tag; token and tag stand on one line with a "
                              "tab between them",
                              line));
    if (word.find_first_not_of(' ') == std::string_view::npos) fail(line_, "the token is empty");
    const std::string_view tag = line.substr(line.rfind('\t') + 1);
    check_tag(tag);
    if (sentence_.words.empty()) sentence_.line = line_;
    sentence_.words.emplace_back(word);
    sentence_.tags.emplace_back(tag);
  }

  void check_tag(std::string_view tag) const {
    if (tag == "O") return;
    const bool begins = tag.starts_with("B-");
    if (tag.size() < 3 || (!begins && !tag.starts_with("I-")))
      fail(line_, fmt::format("found the tag \"{}\", allowed are O, B-TYPE and I-TYPE", tag));
    if (begins) return;
    const std::string_view type = tag.substr(2);
    const std::string_view before =
        sentence_.tags.empty() ? std::string_view("O") : std::string_view(sentence_.tags.back());
    if (before != "O" && before.substr(2) == type) return;
    fail(line_,
         fmt::format("{} follows {}: in IOB2 an entity begins with B-{}", tag,
                     sentence_.tags.empty() ? "the beginning of the sentence" : before, type));
  }

  const std::string& file_;
  std::size_t line_ = 0;
  std::size_t empty_line_ = 0;  // the first empty line where a sentence should begin; 0: none
  Report sentence_;
  std::vector<Report> sentences_;
};

}  // namespace

std::vector<Report> parse_iob(std::string_view text, const std::string& file) {
  SentenceReader reader(file);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    reader.add_line(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return reader.take();
}

std::vector<Report> read_iob(const std::filesystem::path& path) {
  const data::MappedFile file = data::MappedFile::open(path);
  const auto bytes = file.bytes();
  return parse_iob({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
}

}  // namespace ratbench::corpus
