// What the augmentations share: the originals of each class, the cap that balancing ones obey, and
// adding a row.
#pragma once

#include <functional>

#include "src/augment/augment.hpp"

namespace ratbench::augment {

// Originals of every class, ascending.
std::vector<std::vector<std::int64_t>> originals_by_class(const TrainingRows& rows);

// Calls make(source, k), k = 1..lambda, for the originals of every class smaller than the largest
// one, k outermost, until the class is as large as the largest: nested in lambda.
void for_small_classes(const TrainingRows& rows, std::int64_t lambda,
                       const std::function<void(std::int64_t source, std::int64_t k)>& make);

// The same for all originals, without a cap.
void for_all_originals(const TrainingRows& rows, std::int64_t lambda,
                       const std::function<void(std::int64_t source, std::int64_t k)>& make);

// Appends the k-th row made from `source`, with the label of `source`.
void add_row(const TrainingRows& rows, std::int64_t source, std::int64_t k,
             std::span<const float> features, AugmentedRows& result);

void make_eda(const TrainingRows&, const AugmentParameters&, const RandomStream&,
              const std::vector<std::string>& class_names, AugmentedRows& result);
void make_mixup(const TrainingRows&, const AugmentParameters&, const RandomStream&,
                const std::vector<std::string>& class_names, AugmentedRows& result);
void make_noise(const TrainingRows&, const AugmentParameters&, const RandomStream&,
                const std::vector<std::string>& class_names, AugmentedRows& result);
void make_oversample(const TrainingRows&, const AugmentParameters&, const RandomStream&,
                     const std::vector<std::string>& class_names, AugmentedRows& result);
void make_samples(const TrainingRows&, const AugmentParameters&, const RandomStream&,
                  const std::vector<std::string>& class_names, AugmentedRows& result);
void make_smote(const TrainingRows&, const AugmentParameters&, const RandomStream&,
                const std::vector<std::string>& class_names, AugmentedRows& result);

}  // namespace ratbench::augment
