// Verdicts of the program, of the corpus itself (what each bad file is refused for) and of an
// independent JSON Schema validator.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "harness/grid/expand.hpp"
#include "harness/spec/experiment.hpp"
#include "harness/spec/reference.hpp"
#include "harness/spec/schema.hpp"
#include "src/base/error.hpp"

namespace ratbench::spec {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = "tests/harness/spec";

std::vector<fs::path> files(const std::string& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(kFolder / "corpus" / folder))
    if (entry.path().extension() == ".json") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

// Experiments and the bases that they extend.
std::vector<fs::path> shipped_files() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator("experiments"))
    if (entry.path().extension() == ".json") found.push_back(entry.path());
  return found;
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// "" when the program accepts the file and all its cells.
std::string refusal(const fs::path& file) {
  LoadOptions options;
  options.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "RATBENCH_DATA") return "/data";
    if (name == "RATBENCH_MODEL") return "/model";
    return std::nullopt;
  };
  try {
    grid::visit_cells(load_experiment(file, options), [](const grid::CellView&) {});
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

// File stem -> what refuses it.
std::map<std::string, std::string> cross_field_files() {
  std::map<std::string, std::string> listed;
  std::ifstream in(kFolder / "corpus" / "cross_field.txt");
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t space = line.find(' ');
    listed[line.substr(0, space)] = line.substr(space + 1);
  }
  return listed;
}

TEST(Corpus, IsLargeEnough) {
  EXPECT_GE(files("good").size(), 15U);
  EXPECT_GE(files("bad").size(), 40U);
}

TEST(Corpus, GoodFilesAreAccepted) {
  for (const fs::path& file : files("good")) EXPECT_EQ(refusal(file), "") << file;
}

TEST(Corpus, BadFilesAreRefusedForWhatIsWrongWithThem) {
  for (const fs::path& file : files("bad")) {
    const std::string text = read_text(file);
    const std::string prefix = "// expect: ";
    ASSERT_TRUE(text.starts_with(prefix)) << file;
    const std::string expected = text.substr(prefix.size(), text.find('\n') - prefix.size());
    EXPECT_NE(refusal(file).find(expected), std::string::npos)
        << file << "\n  expected: " << expected << "\n  found: " << refusal(file);
  }
}

TEST(Corpus, AnIndependentValidatorGivesTheSameVerdicts) {
  const char* python = nullptr;
  for (const char* candidate : {"python3", "/usr/bin/python3"})
    if (python == nullptr &&
        std::system((std::string(candidate) + " -c 'import jsonschema' 2>/dev/null").c_str()) == 0)
      python = candidate;
  if (python == nullptr)
    GTEST_SKIP() << "python3 has no module jsonschema: install the package python3-jsonschema";
  std::string command = std::string(python) + " " + (kFolder / "schema_verdicts.py").string() +
                        " docs/experiment.schema.json";
  std::map<std::string, std::string> expected;
  const auto cross_field = cross_field_files();
  for (const std::string folder : {"good", "bad"})
    for (const fs::path& file : files(folder)) {
      command += " " + file.string();
      const bool beyond_a_schema = cross_field.count(file.stem().string()) > 0;
      expected[folder + "/" + file.filename().string()] = beyond_a_schema ? "good" : folder;
    }
  for (const fs::path& file : shipped_files()) {
    command += " " + file.string();
    expected[file.parent_path().filename().string() + "/" + file.filename().string()] = "good";
  }
  FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::array<char, 4096> buffer{};
  std::string output;
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr)
    output += buffer.data();
  ASSERT_EQ(pclose(pipe), 0);
  std::istringstream lines(output);
  std::size_t verdicts = 0;
  for (std::string verdict, file; lines >> verdict >> file; ++verdicts)
    EXPECT_EQ(verdict, expected[file]) << file;
  EXPECT_EQ(verdicts, expected.size());
}

// RATBENCH_REGENERATE=1 writes the files anew; look at the difference before committing it.
void expect_committed(const fs::path& file, const std::string& generated) {
  if (std::getenv("RATBENCH_REGENERATE") != nullptr) std::ofstream(file) << generated;
  EXPECT_TRUE(read_text(file) == generated)
      << file << " is not what the parameter tables say: run this test with RATBENCH_REGENERATE=1";
}

TEST(Generated, TheSchemaIsUpToDate) {
  expect_committed("docs/experiment.schema.json", schema_json());
}

TEST(Generated, TheReferencePageIsUpToDate) {
  expect_committed("docs/experiment-file.md", reference_page());
}

TEST(Generated, TheExperimentsOfTheRepositoryAreAccepted) {
  std::size_t count = 0;
  for (const fs::path& file : shipped_files()) {
    // A base is no experiment: it has no data of its own, and is checked in each file that extends
    // it.
    if (file.parent_path().filename() == "base") continue;
    EXPECT_EQ(refusal(file), "") << file;
    ++count;
  }
  EXPECT_GE(count, 4U);
}

}  // namespace
}  // namespace ratbench::spec
