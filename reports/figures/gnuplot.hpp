// Runs the program gnuplot on a folder's scripts.
// The report needs it for pictures only: without it the scripts and data are still written.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ratbench::reports {

enum class DrawState { kDrawn, kNoGnuplot };

struct DrawOutcome {
  DrawState state = DrawState::kDrawn;
  std::vector<std::string> problems;  // one per script that gnuplot refused, with its message
};

// Draws `names` (NAME.gp) inside `folder`, at most `parallel` at a time. A script that
// gnuplot refuses leaves no picture.
DrawOutcome draw_figures(const std::filesystem::path& folder, const std::vector<std::string>& names,
                         std::size_t parallel = 2);

}  // namespace ratbench::reports
