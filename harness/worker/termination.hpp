// SIGTERM while runs train: a wish that they save where they are, which the next step grants,
// rather than an end at once. Outside of training it ends the process as ever.
#pragma once

namespace ratbench::worker {

// While one lives, SIGTERM is noted instead of obeyed; obeyed when it goes. One at a time.
class TerminationNoted {
 public:
  TerminationNoted();
  ~TerminationNoted();
  TerminationNoted(const TerminationNoted&) = delete;
  TerminationNoted& operator=(const TerminationNoted&) = delete;

  static bool asked();
  // Ends the process by SIGTERM, as it would have ended without this class.
  [[noreturn]] static void obey();
};

}  // namespace ratbench::worker
