// Ctrl-C and its kin as numbers that a poll loop can look at. The first asks for a clean stop, the
// second for one at once.
#pragma once

namespace ratbench::sched {

// Catches SIGINT, SIGTERM and SIGHUP while it lives; one at a time per process.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Signals since construction.
  int count() const;
  // Readable when one has come.
  int fd() const;
};

}  // namespace ratbench::sched
