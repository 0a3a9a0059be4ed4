// The heap of programs that train (jemalloc, with the options of jemalloc_options.cpp).
#pragma once

namespace ratbench {

// Gives memory that was freed back to the kernel. The heap by itself never does; where tensors have
// many sizes, what is free lies ever more scattered, and new ones take room beside it. Takes some
// tenths of a second a GB, most of it when the pages are used again. Does nothing on another heap.
void return_freed_memory();

}  // namespace ratbench
