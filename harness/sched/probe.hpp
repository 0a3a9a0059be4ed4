// Starts a worker for a moment to learn what it is.
#pragma once

#include "harness/protocol/messages.hpp"

namespace ratbench::sched {

// The greeting of the worker program. Throws EnvironmentError when there is none, it does not greet
// within two minutes, or it is of another version.
protocol::Hello probe_worker();

}  // namespace ratbench::sched
