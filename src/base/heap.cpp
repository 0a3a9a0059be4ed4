#include "src/base/heap.hpp"

#include <cstddef>

// Of jemalloc; absent from programs with another heap.
extern "C" int mallctl(const char* name, void* old_value, std::size_t* old_size, void* new_value,
                       std::size_t new_size) __attribute__((weak));

namespace ratbench {

void return_freed_memory() {
  if (mallctl == nullptr) return;
  // 4096 stands for all arenas (MALLCTL_ARENAS_ALL).
  mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
  mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0);
}

}  // namespace ratbench
