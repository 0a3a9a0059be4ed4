// What planned seeds can show before anything is trained: the smallest true effect of each claim
// that is found with 80 % power, from stored runs of the same data or from an assumed spread.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/claims/decision.hpp"
#include "harness/claims/looks.hpp"
#include "harness/grid/cell.hpp"
#include "harness/spec/experiment.hpp"
#include "harness/store/reader.hpp"
#include "src/stats/two_way.hpp"

namespace ratbench::claims {

inline constexpr double kPlannedPower = 0.8;
// Seeds from which a spread may be guessed at all.
inline constexpr std::size_t kPilotSeeds = 3;

// Parts of a contrast's variance over seeds and test rows, free of the number of seeds. Fractions
// of 1, squared.
struct Components {
  double seed = 0;      // of the contrast of one seed
  double row = 0;       // of the mean over these test rows, were the seeds endless
  double residual = 0;  // what one seed adds to that
  double rows = 0;      // test rows; 0: their noise is not known and not counted
  bool splits = false;  // `rows` are splits of the data instead (Nadeau and Bengio)
};

// Components behind an estimate from `seeds` seeds and `rows` rows. Negative ones count 0.
Components components_of(const stats::TwoWay& found, std::size_t seeds, double rows);

// Standard error and Satterthwaite's degrees of freedom of an estimate from `seeds` > 1 seeds on as
// many rows (CHECKed), as `stats::two_way` would find them on average; se = 0 when nothing varies.
Measured expected_error(const Components& components, std::size_t seeds);
// The same for endless seeds; df = rows - 1. se = 0 when rows are not counted or do not vary.
Measured endless_error(const Components& components);

enum class PowerSource { kOwnRuns, kOtherRuns, kAssumedSd, kUnknown, kNotBySeeds };
// "own runs", "other runs", "assumed sd", "unknown", "not by seeds".
std::string_view to_text(PowerSource source);

struct LookPower {
  Look look;
  double alpha = 0;              // after Holm at its worst: of the look over claims in the family
  std::optional<double> effect;  // as ClaimPower::effect
};

// Fractions of 1; absent where nothing is known.
struct ClaimPower {
  std::string claim;
  std::string kind;
  std::string metric;
  Shape shape = Shape::kAbove;
  double bound = 0;  // of the claim; the margin for kWithin
  PowerSource source = PowerSource::kUnknown;
  std::string basis;             // in words
  std::vector<LookPower> looks;  // one over all seeds without looks
  std::optional<double> effect;  // at the last look
  // With any number of seeds at the last look's alpha: below this the test split shows nothing.
  // Absent also where the pilot's seeds hide what the test rows add.
  std::optional<double> endless_effect;
};

// Content hashes of a configuration's data, as run keys need them.
using DataFilesOf = std::function<protocol::DataFiles(const specs::Config&)>;

// One per claim, in file order. `reader` may be null: no store yet. Throws SpecError for claims
// that cannot be asked.
std::vector<ClaimPower> plan_power(const store::Reader* reader, const spec::Experiment& experiment,
                                   const DataFilesOf& data);

}  // namespace ratbench::claims
