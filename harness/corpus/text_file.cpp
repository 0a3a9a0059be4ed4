#include "harness/corpus/text_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/corpus/abex_rat.hpp"
#include "harness/corpus/delimited.hpp"
#include "src/base/error.hpp"
#include "src/data/mapped_file.hpp"
#include "src/text/characters.hpp"

namespace ratbench::corpus {
namespace {

using Json = nlohmann::json;

std::string place_of(std::size_t line) { return fmt::format("line {}", line); }

Report report_of(std::string text, std::string label, const TextFields& fields,
                 const std::string& file, std::size_t line) {
  if (text.find_first_not_of(" \t\r\n\f\v") == std::string::npos)
    throw DataError(file, place_of(line), fmt::format("\"{}\" is empty", fields.text));
  if (label.empty())
    throw DataError(file, place_of(line), fmt::format("\"{}\" is empty", fields.label));
  for (const std::string* part : {&text, &label}) {
    if (const auto byte = text::first_invalid_utf8(*part)) {
      throw DataError(file, place_of(line),
                      fmt::format("byte {} of \"{}\" is not valid UTF-8", *byte,
                                  part == &text ? fields.text : fields.label));
    }
  }
  Report report;
  report.text = std::move(text);
  report.label = std::move(label);
  return report;
}

std::vector<Report> from_delimited(std::string_view text, Delimiter delimiter,
                                   const TextFields& fields, const std::string& file) {
  DelimitedTable table = parse_delimited(text, delimiter, file);
  const std::size_t text_column = table.column(fields.text, file);
  const std::size_t label_column = table.column(fields.label, file);
  std::vector<Report> reports;
  reports.reserve(table.records.size());
  for (const DelimitedRecord& record : table.records) {
    reports.push_back(report_of(record.fields[text_column], record.fields[label_column], fields,
                                file, record.line));
  }
  return reports;
}

Json parse_line(std::string_view line, const std::string& file, std::size_t number) {
  try {
    Json json = Json::parse(line);
    if (!json.is_object()) throw DataError(file, place_of(number), "is not a JSON object");
    return json;
  } catch (const Json::parse_error& error) {
    throw DataError(file, place_of(number),
                    fmt::format("byte {} of the line: not valid JSON", error.byte));
  }
}

std::string string_at(const Json& json, const std::string& key, const std::string& file,
                      std::size_t line, bool integer_allowed) {
  const auto found = json.find(key);
  if (found == json.end()) throw DataError(file, place_of(line), fmt::format("has no \"{}\"", key));
  if (found->is_string()) return found->get<std::string>();
  if (integer_allowed && found->is_number_integer()) return found->dump();
  throw DataError(
      file, place_of(line),
      fmt::format("\"{}\" must be a string{}", key, integer_allowed ? " or an integer" : ""));
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
    reports.push_back(report_of(string_at(json, fields.text, file, number, false),
                                string_at(json, fields.label, file, number, true), fields, file,
                                number));
  }
  if (reports.empty()) throw DataError(file, "", "holds no text");
  return reports;
}

}  // namespace

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
