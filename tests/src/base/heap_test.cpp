#include "src/base/heap.hpp"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace ratbench {
namespace {

TEST(Heap, ALackOfMemoryIsToldByTypeOrByWords) {
  EXPECT_TRUE(lacks_memory(std::bad_alloc()));
  for (const char* words :
       {"CUDA out of memory. Tried to allocate 2 GiB", "could not create a primitive",
        "DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes",
        "m.safetensors: cannot be mapped: not enough memory"})
    EXPECT_TRUE(lacks_memory(std::runtime_error(words))) << words;
  EXPECT_FALSE(lacks_memory(std::runtime_error("shapes differ")));
}

}  // namespace
}  // namespace ratbench
