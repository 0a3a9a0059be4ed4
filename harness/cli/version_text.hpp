// What `ratbench --version` says: the versions that results depend on.
#pragma once

#include <string>

namespace ratbench::cli {

// Several lines, the last one about LibTorch as the worker program reports it, or why there is
// none. Starts the worker for a moment.
std::string version_text();

}  // namespace ratbench::cli
