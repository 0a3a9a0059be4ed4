// Named points at which a test can have the process killed, to prove that nothing is lost.
// RATBENCH_FAULT="spool.mid_write:3" sends SIGKILL to this process at the third pass of that point.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace ratbench::store {

// In the order in which one batch passes them; the last five belong to set-up and leases.
inline constexpr std::array<std::string_view, 15> kFaultPoints = {
    "spool.before_write",    "spool.mid_write",       "spool.after_write",
    "spool.after_sync",      "commit.before_begin",   "commit.mid",
    "commit.before_commit",  "commit.after_commit",   "spool.before_truncate",
    "spool.after_truncate",  "migrate.before_commit", "register.before_commit",
    "register.after_commit", "lease.before_commit",   "lease.after_commit"};

// Does nothing unless armed. `name` is one of kFaultPoints.
void fault_point(std::string_view name);

// Arms "NAME:PASS" (PASS from 1, default 1); an empty text disarms. Throws UsageError for an
// unknown name. Without a call, the environment variable is read at the first point passed.
void arm_fault(const std::string& text);

}  // namespace ratbench::store
