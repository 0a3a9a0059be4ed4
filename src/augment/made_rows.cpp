#include "src/augment/made_rows.hpp"

#include <algorithm>

#include "src/base/error.hpp"

namespace ratbench::augment {

std::vector<std::vector<std::int64_t>> originals_by_class(const TrainingRows& rows) {
  std::vector<std::vector<std::int64_t>> by_class(static_cast<std::size_t>(rows.classes));
  for (std::int64_t row = 0; row < rows.rows(); ++row) {
    if (!rows.is_original(row)) continue;
    const std::int64_t label = rows.labels[static_cast<std::size_t>(row)];
    by_class.at(static_cast<std::size_t>(label)).push_back(row);
  }
  return by_class;
}

void for_small_classes(const TrainingRows& rows, std::int64_t lambda,
                       const std::function<void(std::int64_t, std::int64_t)>& make) {
  const auto by_class = originals_by_class(rows);
  std::size_t largest = 0;
  for (const auto& members : by_class) largest = std::max(largest, members.size());
  for (const auto& members : by_class) {
    std::size_t size = members.size();
    for (std::int64_t k = 1; k <= lambda && size > 0 && size < largest; ++k) {
      for (std::size_t i = 0; i < members.size() && size < largest; ++i, ++size) {
        make(members[i], k);
      }
    }
  }
}

void for_all_originals(const TrainingRows& rows, std::int64_t lambda,
                       const std::function<void(std::int64_t, std::int64_t)>& make) {
  for (std::int64_t k = 1; k <= lambda; ++k) {
    for (std::int64_t row = 0; row < rows.rows(); ++row) {
      if (rows.is_original(row)) make(row, k);
    }
  }
}

void add_row(const TrainingRows& rows, std::int64_t source, std::int64_t k,
             std::span<const float> features, AugmentedRows& result) {
  result.made_ids.push_back(source + k * rows.rows());
  result.made_features.insert(result.made_features.end(), features.begin(), features.end());
  result.made_labels.push_back(rows.labels[static_cast<std::size_t>(source)]);
}

void make_samples(const TrainingRows& rows, const AugmentParameters& parameters,
                  const RandomStream&, const std::vector<std::string>&, AugmentedRows& result) {
  for (std::int64_t row = 0; row < rows.rows(); ++row) {
    if (rows.is_original(row)) continue;
    if (rows.aug_index[static_cast<std::size_t>(row)] <= parameters.lambda) {
      result.kept.push_back(row);
    }
  }
  std::ranges::sort(result.kept);
}

void make_eda(const TrainingRows& rows, const AugmentParameters& parameters,
              const RandomStream& stream, const std::vector<std::string>& class_names,
              AugmentedRows& result) {
  if (std::ranges::all_of(rows.aug_index, [](std::int64_t k) { return k == 0; })) {
    throw SpecError("the experiment", "/augmentation/name",
                    "found eda, but no row of the training file was made from an edited text");
  }
  make_samples(rows, parameters, stream, class_names, result);
}

void make_oversample(const TrainingRows& rows, const AugmentParameters& parameters,
                     const RandomStream&, const std::vector<std::string>&, AugmentedRows& result) {
  for_small_classes(rows, parameters.lambda, [&](std::int64_t source, std::int64_t k) {
    add_row(rows, source, k, rows.row(source), result);
  });
}

void make_noise(const TrainingRows& rows, const AugmentParameters& parameters,
                const RandomStream& stream, const std::vector<std::string>&,
                AugmentedRows& result) {
  std::vector<float> noisy(static_cast<std::size_t>(rows.dim));
  for_all_originals(rows, parameters.lambda, [&](std::int64_t source, std::int64_t k) {
    const auto original = rows.row(source);
    const auto lane = static_cast<std::uint32_t>(k);
    const std::uint64_t first = static_cast<std::uint64_t>(source) << 32;
    for (std::size_t d = 0; d < noisy.size(); ++d) {
      noisy[d] = static_cast<float>(static_cast<double>(original[d]) +
                                    parameters.sd * stream.normal(lane, first + d));
    }
    add_row(rows, source, k, noisy, result);
  });
}

}  // namespace ratbench::augment
