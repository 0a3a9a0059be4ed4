#include "harness/sched/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ratbench::sched {
namespace {

constexpr std::chrono::milliseconds kBarPeriod{200};
constexpr std::chrono::seconds kLinePeriod{10};
constexpr std::size_t kBarWidth = 24;

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string progress_text(const ProgressCounts& counts, double elapsed_s) {
  std::string text = fmt::format("{}/{} done", counts.done, counts.total);
  if (counts.diverged > 0) text += fmt::format(" ({} diverged)", counts.diverged);
  text += fmt::format(", {} failed, {} running", counts.failed, counts.running);
  const std::size_t ended = counts.done + counts.failed;
  if (ended == 0 || elapsed_s <= 0) return text + ", time left unknown";
  const double rate = static_cast<double>(ended) / elapsed_s;
  const double left_s = static_cast<double>(counts.total - std::min(ended, counts.total)) / rate;
  return text + fmt::format(", {:.3g} runs/s, {} left", rate, duration_text(left_s));
}

Progress::Style Progress::style_for_stderr() {
  return ::isatty(STDERR_FILENO) == 1 ? Style::kBar : Style::kLines;
}

Progress::Progress(Style style) : style_(style), last_drawn_(started_) {}

double Progress::elapsed_s() const {
  return std::chrono::duration<double>(Clock::now() - started_).count();
}

void Progress::draw(const ProgressCounts& counts) {
  const std::string text = progress_text(counts, elapsed_s());
  last_drawn_ = Clock::now();
  if (style_ == Style::kLines) {
    fmt::print(stderr, "{}\n", text);
    return;
  }
  const std::size_t ended = counts.done + counts.failed;
  const std::size_t filled = counts.total == 0 ? 0 : kBarWidth * ended / counts.total;
  fmt::print(stderr, "\r\033[K[{}{}] {}", std::string(filled, '#'),
             std::string(kBarWidth - std::min(filled, kBarWidth), '.'), text);
  std::fflush(stderr);
  bar_shown_ = true;
}

void Progress::update(const ProgressCounts& counts) {
  if (style_ == Style::kSilent) return;
  const auto period = style_ == Style::kBar ? Clock::duration(kBarPeriod) : kLinePeriod;
  if (Clock::now() - last_drawn_ >= period) draw(counts);
}

void Progress::finish(const ProgressCounts& counts) {
  if (style_ == Style::kSilent) return;
  draw(counts);
  if (bar_shown_) fmt::print(stderr, "\n");
  bar_shown_ = false;
}

void Progress::message(const std::string& text) {
  if (style_ == Style::kSilent) return;
  fmt::print(stderr, "{}{}\n", bar_shown_ ? "\r\033[K" : "", text);
  bar_shown_ = false;
}

}  // namespace ratbench::sched
