// Counts the bytes of tensors that one thread makes, through the hook that LibTorch's allocators
// have for its profiler: what a training step needs, to the byte and the same on every machine,
// where the size of the process also tells what ran before.
#pragma once

#include <c10/util/ThreadLocalDebugInfo.h>

#include <cstdint>
#include <memory>

namespace ratbench::worker {

// Counts while it lives, in the thread that made it; memory freed meanwhile must have been taken
// meanwhile. Not to be nested.
class TensorMemory {
 public:
  TensorMemory();
  // Largest sum of the bytes held at any time so far.
  std::int64_t peak_bytes() const;

 private:
  class Count;
  std::shared_ptr<Count> count_;
  c10::DebugInfoGuard guard_;
};

}  // namespace ratbench::worker
