#include "harness/worker/tensor_memory.hpp"

#include <c10/core/Allocator.h>

#include <algorithm>
#include <mutex>

namespace ratbench::worker {

// The backward pass of a GPU allocates in a thread of its own, which takes this along.
class TensorMemory::Count final : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void* /*ptr*/, std::int64_t alloc_size, std::size_t /*total_allocated*/,
                         std::size_t /*total_reserved*/, c10::Device /*device*/) override {
    const std::lock_guard lock(mutex_);
    held_bytes_ += alloc_size;
    peak_bytes_ = std::max(peak_bytes_, held_bytes_);
  }
  bool memoryProfilingEnabled() const override { return true; }

  std::int64_t peak_bytes() const {
    const std::lock_guard lock(mutex_);
    return peak_bytes_;
  }

 private:
  mutable std::mutex mutex_;
  std::int64_t held_bytes_ = 0;
  std::int64_t peak_bytes_ = 0;
};

TensorMemory::TensorMemory()
    : count_(std::make_shared<Count>()), guard_(c10::DebugInfoKind::PROFILER_STATE, count_) {}

std::int64_t TensorMemory::peak_bytes() const { return count_->peak_bytes(); }

}  // namespace ratbench::worker
