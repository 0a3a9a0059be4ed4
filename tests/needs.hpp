// What a test needs beyond the repository: it is skipped with the reason where that is absent, and
// test.sh counts such a skip as a failure where everything was promised.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#define RATBENCH_NEEDS_DATA()                                                     \
  if (std::getenv("RATBENCH_DATA") == nullptr) {                                  \
    GTEST_SKIP() << "RATBENCH_DATA is not set: it names the folder of data sets"; \
  }

#define RATBENCH_NEEDS_FIXTURES()                                                             \
  if (std::getenv("RATBENCH_FIXTURES") == nullptr) {                                          \
    GTEST_SKIP() << "RATBENCH_FIXTURES is not set: it names the folder of reference numbers"; \
  }

// `folder`: data::minilm_folder().
#define RATBENCH_NEEDS_MINILM(folder)                                             \
  if (!std::filesystem::exists(folder)) {                                         \
    GTEST_SKIP() << "MiniLM was not fetched; bash run.sh and bash test.sh do it"; \
  }
