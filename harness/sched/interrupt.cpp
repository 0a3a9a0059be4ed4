#include "harness/sched/interrupt.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include "src/base/check.hpp"

namespace ratbench::sched {
namespace {

constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};

std::atomic<int> signal_count{0};
std::atomic<int> event_fd{-1};
std::array<struct sigaction, kSignals.size()> previous_actions;

static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

void on_signal(int) {
  const int saved = errno;
  signal_count.fetch_add(1);
  const std::uint64_t one = 1;
  if (::write(event_fd.load(), &one, sizeof one) < 0) errno = saved;
  errno = saved;
}

}  // namespace

Interrupts::Interrupts() {
  RB_CHECK_EQ(event_fd.load(), -1);
  signal_count = 0;
  event_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], &action, &previous_actions[i]);
  }
}

Interrupts::~Interrupts() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], &previous_actions[i], nullptr);
  }
  ::close(event_fd.exchange(-1));
}

int Interrupts::count() const { return signal_count.load(); }

int Interrupts::fd() const { return event_fd.load(); }

}  // namespace ratbench::sched
