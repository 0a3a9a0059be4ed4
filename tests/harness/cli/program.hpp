// Runs the ratbench program of this build with the echo worker, as a user would.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/store/reader.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "tests/harness/sched/tiny_sweep.hpp"

namespace ratbench::cli {

struct Finished {
  int status = -1;  // exit status, or 128 + signal
  std::string out;
  std::string err;
};

inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::filesystem::path build_folder() {
  const char* build = std::getenv("RATBENCH_BUILD");
  return build == nullptr ? "build" : build;
}

// A started program; output goes to files in `folder`.
class Program {
 public:
  Program(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
          const std::map<std::string, std::string>& variables = {})
      : out_(folder / "stdout.txt"), err_(folder / "stderr.txt") {
    std::vector<std::string> words = {(build_folder() / "ratbench").string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::map<std::string, std::string> all = {{"RATBENCH_WORKER", sched::echo_worker().string()},
                                              {"PATH", "/usr/bin:/bin"}};
    for (const auto& [name, value] : variables) all[name] = value;
    std::vector<std::string> settings;
    for (const auto& [name, value] : all) settings.push_back(name + "=" + value);
    std::vector<char*> envp;
    for (std::string& setting : settings) envp.push_back(setting.data());
    envp.push_back(nullptr);
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    ::posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), flags, 0644);
    ::posix_spawn_file_actions_addopen(&actions, 2, err_.c_str(), flags, 0644);
    const int code = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), envp.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (code != 0)
      throw std::runtime_error("cannot start " + words[0] + "; is RATBENCH_BUILD set?");
    RB_CHECK_GT(pid_, 1);
  }

  // Signals this program alone. CHECKed because kill(-1) would reach every process of the user.
  void signal(int number) const {
    RB_CHECK_GT(pid_, 1);
    ::kill(pid_, number);
  }
  // Process ids of its children at this moment.
  std::vector<pid_t> children() const {
    const std::string id = std::to_string(pid_);
    std::stringstream text(read_text("/proc/" + id + "/task/" + id + "/children"));
    std::vector<pid_t> pids;
    for (pid_t child = 0; text >> child;) pids.push_back(child);
    return pids;
  }
  Finished wait() const {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    const int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return {code, read_text(out_), read_text(err_)};
  }

 private:
  std::filesystem::path out_;
  std::filesystem::path err_;
  pid_t pid_ = -1;
};

// A folder with a small experiment of 4 cells and 10 seeds over tiny features.
class TinyProject {
 public:
  TinyProject() : files_(sched::write_tiny_data(folder_.path(), 10)) {
    std::ofstream(experiment()) << R"({"name": "tiny", "title": "A tiny sweep",
      "data": {"format": "features", "train": ")"
                                << files_.paths.at("train") << R"(",
               "val": ")" << files_.paths.at("val")
                                << R"(", "test": ")" << files_.paths.at("test") << R"("},
      "model": {"name": "mlp", "hidden": 4}, "train": {"epochs": 1},
      "attack": {"name": "fgm", "p_rat": 0.5},
      "grid": {"attack.epsilon": [0.1, 0.2, 0.3, 0.4]}, "seeds": 10})";
  }
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::string experiment() const { return (folder() / "tiny.json").string(); }
  std::string db(const std::string& name = "r.db") const { return (folder() / name).string(); }

  Program start(const std::vector<std::string>& arguments,
                const std::map<std::string, std::string>& variables = {}) const {
    return Program(arguments, folder(), variables);
  }
  Finished call(const std::vector<std::string>& arguments,
                const std::map<std::string, std::string>& variables = {}) const {
    return start(arguments, variables).wait();
  }
  // `ratbench run` of the experiment with two workers, then `more`.
  std::vector<std::string> run_words(const std::string& database,
                                     const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"run", experiment(), "--db", database, "--jobs", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

 private:
  TemporaryFolder folder_;
  protocol::DataFiles files_;
};

}  // namespace ratbench::cli
