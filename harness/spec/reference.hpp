// The reference page of experiment files, generated from the parameter tables so that it cannot say
// anything else than the program does.
#pragma once

#include <string>

namespace ratbench::spec {

// Markdown with a final line feed: docs/experiment-file.md.
std::string reference_page();

}  // namespace ratbench::spec
