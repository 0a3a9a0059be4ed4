// Names of everything an experiment file can ask for by name and this version can make.
// The factories' tests compare these lists with their own tables, so the two cannot drift apart.
#pragma once

#include <span>
#include <string_view>

namespace ratbench::specs {

// Each list is sorted, without duplicates, and holds only what is built. `none` is left out of
// attacks, augmentations and encoders: nothing has to be made for it.
std::span<const std::string_view> attack_names();
std::span<const std::string_view> augmentation_names();
std::span<const std::string_view> encoder_names();
std::span<const std::string_view> loss_names();
std::span<const std::string_view> model_names();

// Those of augmentation_names() that change texts before they are encoded: the training data of
// such a run depend on augmentation.* too. The others make their rows from features in a run.
std::span<const std::string_view> text_augmentations();

// How many rows an augmentation adds to a class of n originals, the largest having N.
enum class Growth {
  kOfData,       // what the training data hold
  kBalanced,     // lambda n, up to N in all
  kEveryRow,     // lambda n
  kEveryShared,  // lambda n in the mean: made rows count in shares for two classes
};
Growth growth_of(std::string_view augmentation);

// Largest attack.epsilon of SMART's variant mtdnn, where it is no size but guards a division: as
// large as the noise that the ascent starts from, as more would shrink what it is to guard.
inline constexpr double kLargestGuard = 1e-5;

// Values of `data.release` and `train.select_metric`, same order and meaning.
std::span<const std::string_view> release_names();
std::span<const std::string_view> select_metric_names();

}  // namespace ratbench::specs
