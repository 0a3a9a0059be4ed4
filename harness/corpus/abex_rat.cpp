#include "harness/corpus/abex_rat.hpp"

#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/data/mapped_file.hpp"
#include "src/text/characters.hpp"

namespace ratbench::corpus {
namespace {

using Json = nlohmann::json;

// Identity of a record: report number and, for a synthetic one, its K.
struct RecordId {
  std::int64_t report = 0;
  std::int64_t aug_index = 0;
  auto operator<=>(const RecordId&) const = default;
};

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value < 0)
    return std::nullopt;
  return value;
}

// "17" or "17-aug-3".
std::optional<RecordId> parse_id(std::string_view text) {
  constexpr std::string_view kMark = "-aug-";
  const auto mark = text.find(kMark);
  const auto report = parse_number(text.substr(0, mark));
  if (!report) return std::nullopt;
  if (mark == std::string_view::npos) return RecordId{*report, 0};
  const auto index = parse_number(text.substr(mark + kMark.size()));
  if (!index || *index == 0) return std::nullopt;
  return RecordId{*report, *index};
}

std::string strip(const std::string& text) {
  constexpr const char* kSpace = " \t\n\r\f\v";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// One element of the list, with its place for errors.
class Record {
 public:
  Record(const Json& json, std::size_t index, const std::string& file)
      : json_(json), index_(index), file_(file) {
    if (!json.is_object()) fail("is not an object");
  }

  const std::string& text(const char* field) const {
    const auto found = json_.find(field);
    if (found == json_.end()) fail(std::string("has no \"") + field + "\"");
    if (!found->is_string()) fail(std::string("\"") + field + "\" is not a string");
    return found->get_ref<const std::string&>();
  }

  // The training file calls it "id", the others "idx".
  RecordId id() const {
    auto found = json_.find("id");
    if (found == json_.end()) found = json_.find("idx");
    if (found == json_.end()) fail("has neither \"id\" nor \"idx\"");
    std::optional<RecordId> id;
    if (found->is_number_unsigned()) id = parse_id(json_text(*found));
    if (found->is_string()) id = parse_id(found->get_ref<const std::string&>());
    if (!id)
      fail("id " + json_text(*found) +
           " is neither a number nor of the form N-aug-K with K from 1");
    return *id;
  }

  [[noreturn]] void fail(const std::string& problem) const {
    throw DataError(file_, "record " + std::to_string(index_) + " (from 0)", problem);
  }

 private:
  const Json& json_;
  std::size_t index_;
  const std::string& file_;
};

Json parse_list(const std::string& text, const std::string& file) {
  if (const auto byte = text::first_invalid_utf8(text))
    throw DataError(file, "byte " + std::to_string(*byte), "is not valid UTF-8");
  try {
    Json list = json_from(text);
    if (!list.is_array() || list.empty())
      throw DataError(file, "", "is not a non-empty JSON list of reports");
    return list;
  } catch (const Json::parse_error& error) {
    throw DataError(file, "byte " + std::to_string(error.byte),
                    "is not valid JSON; the file is damaged or not of the release");
  }
}

}  // namespace

std::vector<Report> parse_abex_rat(const std::string& json, const std::string& file) {
  const Json list = parse_list(json, file);
  std::vector<Report> reports;
  std::vector<RecordId> ids;
  std::map<RecordId, std::size_t> row_of;
  for (std::size_t row = 0; row < list.size(); ++row) {
    const Record record(list[row], row, file);
    ids.push_back(record.id());
    if (const auto [first, fresh] = row_of.emplace(ids.back(), row); !fresh)
      record.fail("has the id of record " + std::to_string(first->second));
    Report& report = reports.emplace_back();
    report.text = strip(record.text("title") + " " + record.text("summary"));
    report.label = record.text("gold");
    report.aug_index = ids.back().aug_index;
    if (report.text.empty()) record.fail("has neither title nor summary");
    if (report.label.empty()) record.fail("\"gold\" is empty");
  }
  // A source may stand after the reports made from it.
  for (std::size_t row = 0; row < reports.size(); ++row) {
    if (reports[row].aug_index == 0) continue;
    const Record record(list[row], row, file);
    const auto source = row_of.find(RecordId{ids[row].report, 0});
    if (source == row_of.end())
      record.fail("was made from report " + std::to_string(ids[row].report) +
                  ", which is not in this file");
    if (reports[source->second].label != reports[row].label)
      record.fail("has another class than its source, record " + std::to_string(source->second));
    reports[row].source = static_cast<std::int64_t>(source->second);
  }
  return reports;
}

std::vector<Report> read_abex_rat(const std::filesystem::path& path) {
  const data::MappedFile file = data::MappedFile::open(path);
  const auto bytes = file.bytes();
  return parse_abex_rat({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
}

}  // namespace ratbench::corpus
