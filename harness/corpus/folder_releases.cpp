#include "harness/corpus/folder_releases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/corpus/text_file.hpp"
#include "src/base/error.hpp"
#include "src/base/json.hpp"
#include "src/data/mapped_file.hpp"
#include "src/text/characters.hpp"

namespace ratbench::corpus {
namespace {

namespace fs = std::filesystem;

nlohmann::json read_records(const fs::path& file) {
  try {
    nlohmann::json records = json_from(data::MappedFile::open(file).text());
    if (!records.is_array()) throw DataError(file.string(), "", "is no JSON list of texts");
    return records;
  } catch (const nlohmann::json::parse_error& error) {
    throw DataError(file.string(), fmt::format("byte {}", error.byte), "is not valid JSON");
  }
}

Report intents_of(const nlohmann::json& record, const std::string& file, std::size_t number) {
  const auto fail = [&](const std::string& problem) {
    throw DataError(file, fmt::format("record {} (from 0)", number), problem);
  };
  if (!record.is_object()) fail("is no JSON object");
  Report report;
  const auto text = record.find("text");
  if (text == record.end() || !text->is_string()) fail("\"text\" is missing or no string");
  report.text = text->get<std::string>();
  if (report.text.find_first_not_of(" \t\r\n") == std::string::npos) fail("\"text\" is empty");
  const auto intents = record.find("intents");
  if (intents == record.end()) return report;
  if (!intents->is_array()) fail("\"intents\" is no list");
  for (const auto& intent : *intents) {
    if (!intent.is_string() || intent.get_ref<const std::string&>().empty())
      fail("\"intents\" holds something other than a name");
    report.labels.push_back(intent.get<std::string>());
  }
  std::sort(report.labels.begin(), report.labels.end());
  // The release names an intent twice in a few places.
  report.labels.erase(std::unique(report.labels.begin(), report.labels.end()), report.labels.end());
  return report;
}

std::vector<std::string> read_lines(const fs::path& path) {
  std::ifstream in(path);
  if (!in) throw DataError(path.string(), "", "is missing or cannot be read");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    const std::string place = fmt::format("line {}", lines.size() + 1);
    if (line.find_first_not_of(" \t") == std::string::npos)
      throw DataError(path.string(), place, "is empty");
    if (const auto byte = text::first_invalid_utf8(line))
      throw DataError(path.string(), place, fmt::format("byte {} is not valid UTF-8", *byte));
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<Report> mentalqa_test(const fs::path& folder, int subtask) {
  const fs::path label_file = folder / fmt::format("subtask{}_output_test.tsv", subtask);
  const auto questions = read_lines(folder / "subtask1_input_test.tsv");
  const auto answers = read_lines(folder / "subtask2_input_test.tsv");
  const auto labels = read_lines(label_file);
  if (questions.empty() || questions.size() != answers.size() || labels.size() != answers.size())
    throw DataError(folder.string(), "",
                    fmt::format("has {} questions, {} answers and {} lines of labels for testing; "
                                "each must have a line",
                                questions.size(), answers.size(), labels.size()));
  std::vector<Report> reports;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    Report& report = reports.emplace_back();
    report.text = questions[row];
    report.answer = answers[row];
    report.line = row + 1;
    report.labels = label_list(labels[row], label_file.string(), row + 1);
  }
  return reports;
}

}  // namespace

std::vector<Report> read_nlupp(const fs::path& folder) {
  std::vector<Report> reports;
  std::error_code error;
  int fold = 0;
  for (;; ++fold) {
    const fs::path file = folder / fmt::format("fold{}.json", fold);
    if (fold > 0 && !fs::exists(file, error)) break;
    const nlohmann::json records = read_records(file);
    for (std::size_t number = 0; number < records.size(); ++number)
      reports.push_back(intents_of(records[number], file.string(), number));
  }
  const auto folds = std::count_if(
      fs::directory_iterator(folder), fs::directory_iterator(),
      [](const fs::directory_entry& entry) { return entry.path().extension() == ".json"; });
  if (folds != fold)
    throw DataError(folder.string(), "",
                    fmt::format("has {} JSON files, but fold{}.json is missing", folds, fold));
  if (reports.empty()) throw DataError(folder.string(), "", "holds no text");
  return reports;
}

std::map<std::string, std::vector<Report>> read_mentalqa(const fs::path& folder,
                                                         const std::string& label_field) {
  if (label_field != "final_QT" && label_field != "final_AS")
    throw SpecError("configuration", "/data/fields/label",
                    fmt::format("found \"{}\" with data.release mentalqa, allowed are final_QT "
                                "(types of questions) and final_AS (strategies of answers)",
                                label_field));
  const TextFields fields{
      .text = "question", .label = label_field, .answer = "answer", .several_labels = true};
  return {{"train", read_texts(folder / "train_dev.tsv", TextFormat::kTsv, fields)},
          {"test", mentalqa_test(folder, label_field == "final_QT" ? 1 : 2)}};
}

}  // namespace ratbench::corpus
