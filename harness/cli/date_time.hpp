// Moments as programs write them: ISO 8601 with the offset from UTC.
// Texts of one moment differ by offset, so that their order says nothing about time.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace ratbench::cli {

using Moment = std::chrono::sys_time<std::chrono::nanoseconds>;

// "2026-11-22T23:17:00+00:00", "2026-11-22T23:17:00.250Z", "2026-11-22T23:17:00+0200"; years 1970
// to 2261. Nothing for any other text, one without an offset among them.
std::optional<Moment> moment_of(std::string_view text);

}  // namespace ratbench::cli
