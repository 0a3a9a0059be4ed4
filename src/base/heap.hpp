// The heap of programs that train (jemalloc, with the options of jemalloc_options.cpp), and how a
// lack of memory shows.
#pragma once

#include <exception>

namespace ratbench {

// True for bad_alloc and for the words of LibTorch, CUDA and oneDNN for a lack of memory.
bool lacks_memory(const std::exception& error);

// Gives memory that was freed back to the kernel. The heap by itself never does; where tensors have
// many sizes, what is free lies ever more scattered, and new ones take room beside it. Takes some
// tenths of a second a GB, most of it when the pages are used again. Does nothing on another heap.
// After a lack of memory it comes before something smaller is tried: what the larger attempt freed
// would lack others, as oneDNN, which maps the code of every new shape past the heap.
void return_freed_memory();

}  // namespace ratbench
