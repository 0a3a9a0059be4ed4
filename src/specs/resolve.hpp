// From what an experiment file says to what a run trains with: defaults filled in, parameters that
// cannot matter removed. Works on one slot per parameter, because a plan resolves a million cells.
#pragma once

#include <vector>

#include "src/specs/config.hpp"
#include "src/specs/registry.hpp"
#include "src/specs/setting.hpp"

namespace ratbench::specs {

// One slot per parameter of the registry; null where nothing is given or nothing applies. Settings
// are borrowed: their owner outlives the slots.
using Slots = std::vector<const Setting*>;

Slots empty_slots();

// `given` with every default filled in and nothing removed: the values that tables show.
void fill_defaults(const Slots& given, Slots& filled);

// `given` resolved: p_rat = 0 and lambda = 0 turn the attack and the augmentation to none,
// parameters that cannot matter are null, defaults are filled in. `given` has passed the checks of
// single values.
void resolve(const Slots& given, Slots& resolved);

// The configuration that a worker receives: all slots that are not null.
Config to_config(const Slots& resolved);

// The default of a parameter given the values of those before it; null when it has none.
const Setting* default_setting(ParamId id, const Slots& values);

// True when `condition` holds for `values`.
bool holds(const Condition& condition, const Slots& values);

}  // namespace ratbench::specs
