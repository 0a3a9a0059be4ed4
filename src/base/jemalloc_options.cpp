// How jemalloc is to keep freed memory, in the programs that train; it reads this name before main.
// A step frees and takes the same large tensors again, hundreds of times a minute. Given back to
// the kernel in between, as is the custom, every page must be cleared and mapped anew: a third of a
// fine-tuning step of 16 x 128 tokens. It therefore stays; return_freed_memory (heap.hpp) gives it
// back now and then, the addresses with the pages: where those are limited (ulimit -v), oneDNN has
// none otherwise for the code of a smaller batch.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "dirty_decay_ms:-1,oversize_threshold:0,retain:false";
}
