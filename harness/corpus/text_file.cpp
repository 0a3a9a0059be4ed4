#include "harness/corpus/text_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/corpus/abex_rat.hpp"
#include "harness/corpus/delimited.hpp"
#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/data/mapped_file.hpp"
#include "src/text/characters.hpp"
#include "src/text/entity_markers.hpp"

namespace ratbench::corpus {
namespace {

using Json = nlohmann::json;

std::string place_of(std::size_t line) { return fmt::format("line {}", line); }

// What a record of any format holds, before it is checked.
struct RawRecord {
  std::string text, answer, label;
  std::vector<std::string> labels;
  std::size_t line = 0;
};

void check_text(const std::string& text, const std::string& field, const std::string& file,
                std::size_t line) {
  if (text.find_first_not_of(" \t\r\n\f\v") == std::string::npos)
    throw DataError(file, place_of(line), fmt::format("\"{}\" is empty", field));
  if (const auto byte = text::first_invalid_utf8(text))
    throw DataError(file, place_of(line),
                    fmt::format("byte {} of \"{}\" is not valid UTF-8", *byte, field));
}

Report report_of(RawRecord record, const TextFields& fields, const std::string& file) {
  check_text(record.text, fields.text, file, record.line);
  if (!fields.answer.empty()) check_text(record.answer, fields.answer, file, record.line);
  if (!fields.several_labels) {
    if (record.label.empty())
      throw DataError(file, place_of(record.line), fmt::format("\"{}\" is empty", fields.label));
    record.labels = {record.label};
  }
  for (const std::string& label : record.labels) check_text(label, fields.label, file, record.line);
  Report report;
  report.line = record.line;
  report.text = std::move(record.text);
  report.answer = std::move(record.answer);
  report.label = std::move(record.label);
  if (fields.several_labels) report.labels = std::move(record.labels);
  return report;
}

std::vector<std::string> sorted_labels(std::vector<std::string> labels, const std::string& file,
                                       std::size_t line) {
  std::sort(labels.begin(), labels.end());
  const auto twice = std::adjacent_find(labels.begin(), labels.end());
  if (twice != labels.end())
    throw DataError(file, place_of(line), fmt::format("names the label \"{}\" twice", *twice));
  if (!labels.empty() && labels.front().empty())
    throw DataError(file, place_of(line), "has an empty label in its list");
  return labels;
}

std::vector<Report> from_delimited(std::string_view text, Delimiter delimiter,
                                   const TextFields& fields, const std::string& file) {
  DelimitedTable table = parse_delimited(text, delimiter, file);
  const std::size_t text_column = table.column(fields.text, file);
  const std::size_t label_column = table.column(fields.label, file);
  const std::size_t answer_column =
      fields.answer.empty() ? text_column : table.column(fields.answer, file);
  std::vector<Report> reports;
  reports.reserve(table.records.size());
  for (DelimitedRecord& record : table.records) {
    RawRecord raw;
    raw.line = record.line;
    if (!fields.answer.empty()) raw.answer = record.fields[answer_column];
    if (fields.several_labels)
      raw.labels = label_list(record.fields[label_column], file, record.line);
    else
      raw.label = record.fields[label_column];
    raw.text = std::move(record.fields[text_column]);
    reports.push_back(report_of(std::move(raw), fields, file));
  }
  return reports;
}

Json parse_line(std::string_view line, const std::string& file, std::size_t number) {
  if (const auto byte = text::first_invalid_utf8(line))
    throw DataError(file, place_of(number),
                    fmt::format("byte {} of the line: not valid UTF-8", *byte));
  try {
    Json json = json_from(line);
    if (!json.is_object()) throw DataError(file, place_of(number), "is not a JSON object");
    return json;
  } catch (const Json::parse_error& error) {
    throw DataError(file, place_of(number),
                    fmt::format("byte {} of the line: not valid JSON", error.byte));
  }
}

const Json& member(const Json& json, const std::string& key, const std::string& file,
                   std::size_t line) {
  const auto found = json.find(key);
  if (found != json.end()) return *found;
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  throw DataError(file, place_of(line),
                  fmt::format("has no \"{}\"; its keys are {}", key, fmt::join(keys, ", ")));
}

std::string string_at(const Json& json, const std::string& key, const std::string& file,
                      std::size_t line, bool integer_allowed) {
  const Json& found = member(json, key, file, line);
  if (found.is_string()) return found.get<std::string>();
  if (integer_allowed && found.is_number_integer()) return json_text(found);
  throw DataError(
      file, place_of(line),
      fmt::format("\"{}\" must be a string{}", key, integer_allowed ? " or an integer" : ""));
}

std::vector<std::string> strings_at(const Json& json, const std::string& key,
                                    const std::string& file, std::size_t line) {
  const Json& found = member(json, key, file, line);
  std::vector<std::string> labels;
  if (found.is_array())
    for (const Json& item : found)
      if (item.is_string()) labels.push_back(item.get<std::string>());
  if (!found.is_array() || labels.size() != found.size())
    throw DataError(file, place_of(line), fmt::format("\"{}\" must be a list of strings", key));
  return sorted_labels(std::move(labels), file, line);
}

// The text with its arguments marked where the record says that they are.
std::string marked_text(const Json& json, const std::string& text, const std::string& key,
                        const std::string& file, std::size_t line) {
  const Json& places = member(json, key, file, line);
  std::vector<text::CharacterSpan> spans;
  for (const Json& span : places)
    if (span.is_array() && span.size() == 2 && span[0].is_number_unsigned() &&
        span[1].is_number_unsigned())
      spans.push_back({span[0].get<std::size_t>(), span[1].get<std::size_t>()});
  if (!places.is_array() || places.size() != 2 || spans.size() != 2)
    throw DataError(file, place_of(line),
                    fmt::format("\"{}\" must be two places like [[0, 7], [12, 19]]", key));
  return text::mark_entities(text, spans[0], spans[1], {}, file, place_of(line));
}

RawRecord json_record(const Json& json, const TextFields& fields, const std::string& file,
                      std::size_t line) {
  RawRecord raw;
  raw.line = line;
  raw.text = string_at(json, fields.text, file, line, false);
  if (!fields.arguments.empty())
    raw.text = marked_text(json, raw.text, fields.arguments, file, line);
  if (!fields.answer.empty()) raw.answer = string_at(json, fields.answer, file, line, false);
  if (fields.several_labels)
    raw.labels = strings_at(json, fields.label, file, line);
  else
    raw.label = string_at(json, fields.label, file, line, true);
  return raw;
}

std::vector<Report> from_json_lines(std::string_view text, const TextFields& fields,
                                    const std::string& file) {
  std::vector<Report> reports;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const Json json = parse_line(line, file, number);
    reports.push_back(report_of(json_record(json, fields, file, number), fields, file));
  }
  if (reports.empty()) throw DataError(file, "", "holds no text");
  return reports;
}

}  // namespace

std::vector<std::string> label_list(std::string_view text, const std::string& file,
                                    std::size_t line) {
  const auto trimmed = [](std::string_view part, std::string_view away) {
    const std::size_t begin = part.find_first_not_of(away);
    if (begin == std::string_view::npos) return std::string_view();
    return part.substr(begin, part.find_last_not_of(away) - begin + 1);
  };
  constexpr std::string_view kSpace = " \t\r";
  std::string_view rest = trimmed(text, kSpace);
  if (rest.starts_with('[') && rest.ends_with(']'))
    rest = trimmed(rest.substr(1, rest.size() - 2), kSpace);
  std::vector<std::string> labels;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view label = trimmed(rest.substr(0, comma), kSpace);
    const bool quoted = label.size() > 1 && label.front() == label.back() &&
                        (label.front() == '\'' || label.front() == '"');
    if (quoted) label = label.substr(1, label.size() - 2);
    labels.emplace_back(label);
    // A comma at the end is followed by one more label, an empty one.
    if (comma + 1 == rest.size()) labels.emplace_back();
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return sorted_labels(std::move(labels), file, line);
}

TextFormat text_format(std::string_view name) {
  if (name == "abex_rat") return TextFormat::kAbexRat;
  if (name == "jsonl") return TextFormat::kJsonLines;
  if (name == "csv") return TextFormat::kCsv;
  if (name == "tsv") return TextFormat::kTsv;
  throw UsageError(fmt::format(
      "\"{}\" is not a format of texts; allowed are abex_rat, jsonl, csv and tsv", name));
}

std::vector<Report> parse_texts(std::string_view text, TextFormat format, const TextFields& fields,
                                const std::string& file) {
  switch (format) {
    case TextFormat::kAbexRat:
      return parse_abex_rat(std::string(text), file);
    case TextFormat::kJsonLines:
      return from_json_lines(text, fields, file);
    case TextFormat::kCsv:
      return from_delimited(text, Delimiter::kComma, fields, file);
    case TextFormat::kTsv:
      return from_delimited(text, Delimiter::kTab, fields, file);
  }
  throw UsageError("this format of texts is not known");
}

std::vector<Report> read_texts(const std::filesystem::path& path, TextFormat format,
                               const TextFields& fields) {
  const data::MappedFile file = data::MappedFile::open(path);
  const auto bytes = file.bytes();
  return parse_texts({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, format, fields,
                     path.string());
}

}  // namespace ratbench::corpus
