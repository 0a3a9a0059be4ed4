// Progress of a sweep on stderr: a redrawn bar on a terminal, elsewhere a line at most every ten
// seconds. Never on stdout, which belongs to results.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace ratbench::sched {

struct ProgressCounts {
  std::size_t total = 0;     // runs this call has to do
  std::size_t done = 0;      // of them, diverged ones included
  std::size_t diverged = 0;  // of `done`
  std::size_t failed = 0;
  std::size_t running = 0;
};

// "12/80 done (1 diverged), 2 failed, 4 running, 3.1 runs/s, 0:21 left".
std::string progress_text(const ProgressCounts& counts, double elapsed_s);
// "0:21", "1:05:00".
std::string duration_text(double seconds);

class Progress {
 public:
  enum class Style { kSilent, kLines, kBar };
  // kBar when stderr is a terminal, else kLines.
  static Style style_for_stderr();

  explicit Progress(Style style);
  // Draws when it is time to.
  void update(const ProgressCounts& counts);
  // The last word: always shown, except in silence.
  void finish(const ProgressCounts& counts);
  // A message that must not be mixed into the bar.
  void message(const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;
  double elapsed_s() const;
  void draw(const ProgressCounts& counts);

  Style style_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_drawn_;
  bool bar_shown_ = false;
};

}  // namespace ratbench::sched
