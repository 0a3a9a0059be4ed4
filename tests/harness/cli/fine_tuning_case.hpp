// The experiments for users' models with what they need: a tiny random BERT, and small data of the
// layout that each data set has.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/harness/cli/program.hpp"
#include "tests/needs.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::cli {

inline void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

// Entities of `type` in sentences that all differ.
inline std::string sentences(const std::string& type, int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text +=
        "the\tO\nagent\tB-" + type + "\n" + std::to_string(i) + "\tI-" + type + "\nis\tO\n.\tO\n\n";
  return text;
}

inline std::string relations(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += R"({"text": "<< agent >> )" + std::to_string(i) +
            R"( blocks [[ target ]]", "label": ")" + (i % 2 == 0 ? "INHIBITOR" : "SUBSTRATE") +
            "\"}\n";
  return text;
}

// The layout of AbjadMed: every class that the experiment names, `each` texts of it.
inline std::string questions(int each) {
  std::string text = "text,category,label\n";
  int label = 0;
  for (const char* name : {"Addiction", "Diabetes", "Child Health", "Dental Diseases", "Dentistry",
                           "Biochemistry", "Vascular Surgery"}) {
    for (int i = 0; i < each; ++i)
      text += "a question " + std::to_string(i) + " on " + name + "," + name + "," +
              std::to_string(label) + "\n";
    ++label;
  }
  return text;
}

class FineTuningCase : public ::testing::Test {
 protected:
  void SetUp() override {
    RATBENCH_NEEDS_FIXTURES();
    model_ = std::string(std::getenv("RATBENCH_FIXTURES")) + "/bert/model";
    for (const auto& [folder, type] :
         {std::pair("BC5CDR-chem-IOB", "Chemical"), std::pair("BC5CDR-disease-IOB", "Disease"),
          std::pair("NCBI-disease-IOB", "Disease")})
      for (const char* split : {"train", "devel", "test"})
        write(data() / "ner" / folder / (std::string(split) + ".tsv"), sentences(type, 24));
    for (const char* split : {"train", "dev", "test"})
      write(data() / "re/chemprot" / (std::string(split) + ".txt"), relations(24));
    write(data() / "abjadmed/train.csv", questions(20));
  }

  std::filesystem::path data() const { return folder_.path() / "data"; }

  // The published experiment with the tiny model. Lengths beyond its positions are cut.
  Finished call(const std::string& command, const std::string& name,
                const std::vector<std::string>& more = {}) {
    std::map<std::string, std::string> variables = variables_;
    variables.insert({{"RATBENCH_DATA", data().string()}, {"RATBENCH_MODEL", model_}});
    std::vector<std::string> words = {command,
                                      "experiments/" + name + ".json",
                                      "--json",
                                      "--db",
                                      (folder_.path() / "r.db").string(),
                                      "--set",
                                      "model.path=" + model_,
                                      "--set",
                                      "model.max_length=16"};
    words.insert(words.end(), more.begin(), more.end());
    return Program(words, folder_.path(), variables).wait();
  }

  TemporaryFolder folder_;
  std::string model_;
  std::map<std::string, std::string> variables_;  // of the program's environment
};

}  // namespace ratbench::cli
