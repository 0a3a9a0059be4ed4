#include "reports/figures/gnuplot.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "src/base/error.hpp"

extern char** environ;

namespace ratbench::reports {
namespace {

constexpr int kCommandNotFound = 127;

// Starts gnuplot on NAME.gp inside `folder`, messages into NAME.log. Returns the pid, or 0 when
// there is no such program.
pid_t start_gnuplot(const std::filesystem::path& folder, const std::string& name) {
  const std::string log = (folder / (name + ".log")).string();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  std::string program = "gnuplot", script = name + ".gp";
  char* arguments[] = {program.data(), script.data(), nullptr};
  pid_t pid = 0;
  const int status = posix_spawnp(&pid, "gnuplot", &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (status == ENOENT) return 0;
  if (status != 0)
    throw EnvironmentError("gnuplot could not be started: " + std::string(std::strerror(status)));
  return pid;
}

// What a failed script has written so far must not pass for a picture.
void remove_pictures(const std::filesystem::path& folder, const std::string& name,
                     std::vector<std::string>& problems) {
  for (const char* extension : {".svg", ".pdf", ".png"}) {
    std::error_code error;
    std::filesystem::remove(folder / (name + extension), error);
    if (error)
      problems.push_back(name + extension +
                         ", which is incomplete and cannot be removed: " + error.message());
  }
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

std::string read_log(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

DrawOutcome draw_figures(const std::filesystem::path& folder, const std::vector<std::string>& names,
                         std::size_t parallel) {
  DrawOutcome outcome;
  const std::filesystem::path absolute = std::filesystem::absolute(folder);
  for (std::size_t begin = 0; begin < names.size(); begin += parallel) {
    const std::size_t end = std::min(begin + parallel, names.size());
    std::vector<pid_t> running;
    for (std::size_t i = begin; i < end; ++i) running.push_back(start_gnuplot(absolute, names[i]));
    for (std::size_t i = begin; i < end; ++i) {
      const pid_t pid = running[i - begin];
      const int status = pid == 0 ? kCommandNotFound : wait_for(pid);
      const std::filesystem::path log = absolute / (names[i] + ".log");
      if (status == kCommandNotFound) {
        outcome.state = DrawState::kNoGnuplot;
      } else if (status != 0) {
        outcome.problems.push_back(names[i] + ".gp: " + read_log(log));
        remove_pictures(absolute, names[i], outcome.problems);
      }
      std::error_code ignored;
      std::filesystem::remove(log, ignored);
    }
  }
  return outcome;
}

}  // namespace ratbench::reports
