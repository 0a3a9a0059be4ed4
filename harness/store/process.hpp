// Who holds a lease: a process on a boot of a machine. Start time tells a reused pid from the
// process that had it before.
#pragma once

#include <cstdint>
#include <string>

namespace ratbench::store {

struct ProcessIdentity {
  std::int64_t pid = 0;
  std::string boot_id;
  std::int64_t start_ticks = 0;  // clock ticks after boot
  std::string host;
};

ProcessIdentity current_process();

// True when that very process still runs on this boot.
bool is_alive(const ProcessIdentity& process);

// Now, UTC, ISO 8601 with milliseconds.
std::string utc_now();

}  // namespace ratbench::store
