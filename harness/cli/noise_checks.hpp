// What seeds and rounding do on their own, printed: the A/A check and the noise floor.
// `ratbench verify --aa`, `ratbench verify --noise-floor`, `ratbench run --noise-floor`.
#pragma once

#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"

namespace ratbench::cli {

enum class CheckFormat { kText, kJson };

// To stdout; returns the exit status: 5 when the rate of false positives is above alpha beyond
// doubt, 3 when too few seeds are stored to say anything.
int show_aa(const store::Reader& reader, const spec::Experiment& experiment, CheckFormat format);

// To stdout; returns the exit status. Throws UsageError when no moved runs are stored.
int show_noise_floor(const store::Reader& reader, const spec::Experiment& experiment,
                     CheckFormat format);

}  // namespace ratbench::cli
