#include "src/base/heap.hpp"

#include <cstddef>
#include <initializer_list>
#include <new>
#include <string_view>

// Of jemalloc; absent from programs with another heap.
extern "C" int mallctl(const char* name, void* old_value, std::size_t* old_size, void* new_value,
                       std::size_t new_size) __attribute__((weak));

namespace ratbench {

bool lacks_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  const std::string_view what = error.what();
  // The last are oneDNN's words for scratch space that it could not get.
  for (const char* words : {"out of memory", "can't allocate memory", "not enough memory",
                            "could not create a primitive"})
    if (what.find(words) != std::string_view::npos) return true;
  return false;
}

void return_freed_memory() {
  if (mallctl == nullptr) return;
  // 4096 stands for all arenas (MALLCTL_ARENAS_ALL).
  mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
  mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0);
}

}  // namespace ratbench
