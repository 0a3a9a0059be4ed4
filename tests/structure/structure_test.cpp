// Rules of the source tree that no compiler checks: direction of includes, which folder may see
// which library, sources forgotten in CMake, leftovers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

using Folders = std::set<std::string>;

Folders joined(std::initializer_list<Folders> sets) {
  Folders all;
  for (const Folders& set : sets) all.insert(set.begin(), set.end());
  return all;
}

// For every folder of code the folders it may include from, itself apart. The engine and the method
// meet in harness/protocol alone.
std::map<std::string, Folders> allowed_edges() {
  const Folders base = {"src/base"};
  const Folders plain = {"src/base",    "src/specs", "src/stats",
                         "src/metrics", "src/data",  "src/text"};
  const Folders parts = {"src/models", "src/attacks", "src/losses", "src/augment", "src/optim"};
  const Folders reports = {"reports", "reports/tables", "reports/figures", "reports/html"};
  const Folders engine = {"harness/protocol", "harness/spec", "harness/grid",  "harness/corpus",
                          "harness/store",    "harness/plan", "harness/sched", "harness/claims",
                          "harness/embed",    "harness/cost"};
  const Folders under_reports =
      joined({plain, reports, {"harness/spec", "harness/grid", "harness/store"}});
  return {
      {"src/base", {}},
      {"src/specs", base},
      {"src/stats", base},
      {"src/metrics", base},
      {"src/data", base},
      {"src/text", base},
      {"src/models", plain},
      {"src/losses", plain},
      {"src/optim", plain},
      {"src/augment", plain},
      {"src/attacks", joined({plain, {"src/models", "src/losses"}})},
      {"src/train", joined({plain, parts})},
      {"harness/worker", joined({plain, parts, {"src/train", "harness/protocol"}})},
      {"harness/protocol", {"src/base", "src/specs"}},
      {"harness/spec", {"src/base", "src/specs"}},
      {"harness/grid", {"src/base", "src/specs", "harness/spec", "harness/protocol"}},
      {"harness/corpus", joined({plain, {"harness/protocol", "harness/spec"}})},
      {"harness/store", joined({plain, {"harness/grid", "harness/protocol"}})},
      {"harness/plan", joined({plain, {"harness/spec", "harness/grid", "harness/store"}})},
      {"harness/claims", joined({plain, {"harness/spec", "harness/grid", "harness/store"}})},
      {"harness/sched", joined({plain, {"harness/grid", "harness/protocol", "harness/store"}})},
      {"harness/embed", joined({plain, {"harness/protocol", "harness/sched", "harness/corpus"}})},
      {"harness/cost",
       joined({plain, {"harness/spec", "harness/grid", "harness/protocol", "harness/sched"}})},
      {"reports", under_reports},
      {"reports/tables", under_reports},
      {"reports/figures", under_reports},
      {"reports/html", under_reports},
      {"harness/cli", joined({plain, engine, reports})},
      {"harness/bench", joined({plain, engine, reports})},
      {"harness/bench/method", joined({plain, parts, {"src/train"}})},
  };
}

bool may_include(const std::string& from, const std::string& to) {
  static const std::map<std::string, Folders> edges = allowed_edges();
  const auto found = edges.find(from);
  return from == to || (found != edges.end() && found->second.contains(to));
}

const fs::path& root() {
  static const fs::path path = RATBENCH_SOURCE_DIR;
  return path;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Files below the given folders with one of the endings, sorted, as paths from the root.
std::vector<std::string> files(const std::vector<std::string>& folders,
                               const std::set<std::string>& endings) {
  std::vector<std::string> found;
  for (const std::string& folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(root() / folder)) {
      if (entry.is_regular_file() && endings.contains(entry.path().extension().string())) {
        found.push_back(fs::relative(entry.path(), root()).generic_string());
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// What the #include lines of a text name, quotes and brackets apart.
std::vector<std::string> includes_of(const std::string& text) {
  static const std::regex line(R"(^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">])",
                               std::regex::ECMAScript | std::regex::multiline);
  std::vector<std::string> names;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), line); it != std::sregex_iterator();
       ++it) {
    names.push_back((*it)[1]);
  }
  return names;
}

bool is_ours(const std::string& include) {
  return include.starts_with("src/") || include.starts_with("harness/") ||
         include.starts_with("reports/");
}

bool is_sqlite(const std::string& include) {
  return include.starts_with("sqlite3") || include.starts_with("SQLiteCpp/");
}

bool is_libtorch(const std::string& include) {
  return include.starts_with("ATen/") || include.starts_with("torch/") ||
         include.starts_with("c10/");
}

const std::vector<std::string> kCode = {"src", "harness", "reports"};
const std::set<std::string> kSources = {".cpp", ".hpp"};

TEST(Structure, AnUpwardEdgeIsRecognised) {
  EXPECT_TRUE(may_include("harness/cli", "harness/store"));
  EXPECT_TRUE(may_include("src/train", "src/attacks"));
  EXPECT_FALSE(may_include("src/base", "src/specs"));
  EXPECT_FALSE(may_include("harness/store", "harness/cli"));
  EXPECT_FALSE(may_include("harness/sched", "src/train"));
  EXPECT_FALSE(may_include("src/train", "harness/protocol"));
  EXPECT_FALSE(may_include("a/new/folder", "src/base"));
  EXPECT_EQ(includes_of("#include <a/b.hpp>\n  #include \"c.hpp\"\n// #include <d>\n"),
            (std::vector<std::string>{"a/b.hpp", "c.hpp"}));
}

TEST(Structure, IncludesPointDownwards) {
  const auto sources = files(kCode, kSources);
  ASSERT_GT(sources.size(), 50U);
  for (const std::string& source : sources) {
    for (const std::string& include : includes_of(text_of(root() / source))) {
      if (!is_ours(include)) continue;
      EXPECT_TRUE(may_include(folder_of(source), folder_of(include)))
          << source << " includes " << include << ": an upward or unlisted edge";
    }
  }
}

TEST(Structure, OnlyTheStoreSeesSqlite) {
  for (const std::string& source : files(kCode, kSources)) {
    if (folder_of(source) == "harness/store") continue;
    for (const std::string& include : includes_of(text_of(root() / source))) {
      EXPECT_FALSE(is_sqlite(include)) << source << " includes " << include;
    }
  }
}

TEST(Structure, OnlyTheMethodSideSeesLibTorch) {
  const Folders method = {"src/models", "src/attacks", "src/losses",     "src/augment",
                          "src/optim",  "src/train",   "harness/worker", "harness/bench/method"};
  for (const std::string& source : files(kCode, kSources)) {
    if (method.contains(folder_of(source))) continue;
    for (const std::string& include : includes_of(text_of(root() / source))) {
      EXPECT_FALSE(is_libtorch(include)) << source << " includes " << include;
    }
  }
}

// A test that CMake does not know passes for ever.
TEST(Structure, EverySourceIsListedInCMake) {
  for (const std::string& source : files({"src", "harness", "reports", "tests"}, {".cpp"})) {
    const std::string name = source.substr(source.rfind('/') + 1);
    bool listed = false;
    for (std::string folder = folder_of(source); !listed;) {
      const std::string text = text_of(root() / folder / "CMakeLists.txt");
      const std::regex word("(^|[\\s/(])" + std::regex_replace(name, std::regex("\\."), "\\.") +
                            "($|[\\s)])");
      listed = std::regex_search(text, word);
      if (folder.find('/') == std::string::npos) break;
      folder = folder_of(folder);
    }
    EXPECT_TRUE(listed) << source << " is in no CMakeLists.txt";
  }
}

TEST(Structure, HeadersAreGuardedAndFilesStayReadable) {
  for (const std::string& source : files({"src", "harness", "reports", "tests"}, kSources)) {
    const std::string text = text_of(root() / source);
    const auto lines = std::count(text.begin(), text.end(), '\n');
    EXPECT_LE(lines, 500) << source << ": split it by concept";
    if (source.ends_with(".hpp")) {
      EXPECT_NE(text.find("#pragma once\n"), std::string::npos) << source;
    }
  }
}

TEST(Structure, NothingUnfinishedAndNoPathOfOneMachine) {
  // Written in pieces so that this file does not match itself.
  const std::regex leftover(std::string("\\bTO") + "DO\\b|\\bFIX" + "ME|\\bXX" + "X\\b|\\bHA" +
                            "CK\\b");
  const std::regex machine_path(R"((^|[^A-Za-z0-9_.}~/*-])/(work|root|home)/[A-Za-z0-9_.-]+)",
                                std::regex::ECMAScript | std::regex::multiline);
  const std::set<std::string> endings = {".cpp", ".hpp", ".txt", ".cmake", ".sh",
                                         ".py",  ".md",  ".sql", ".json",  ".in"};
  for (const std::string& source :
       files({"src", "harness", "reports", "tests", "setup", "cmake", "experiments", "docs"},
             endings)) {
    const std::string text = text_of(root() / source);
    std::smatch match;
    EXPECT_FALSE(std::regex_search(text, match, leftover)) << source << ": " << match.str();
    EXPECT_FALSE(std::regex_search(text, match, machine_path)) << source << ": " << match.str();
  }
}

}  // namespace
