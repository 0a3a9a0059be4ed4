// Denormal numbers count as zero on this thread while the object lives: the first moments of AdamW
// decay into them, and arithmetic on denormals is many times slower.
#pragma once

#include <xmmintrin.h>

namespace ratbench::train {

class FlushDenormals {
 public:
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | kFlushToZero | kZeroInputs); }
  ~FlushDenormals() { _mm_setcsr(before_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  static constexpr unsigned kFlushToZero = 0x8000;
  static constexpr unsigned kZeroInputs = 0x0040;
  unsigned before_;
};

}  // namespace ratbench::train
