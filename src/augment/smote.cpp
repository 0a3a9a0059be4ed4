// SMOTE (Chawla et al., "SMOTE: synthetic minority over-sampling technique", 2002): points between
// a sample and one of its nearest neighbours in the training originals of its class.
#include <algorithm>
#include <map>

#include "src/augment/made_rows.hpp"

namespace ratbench::augment {
namespace {

double squared_distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t d = 0; d < a.size(); ++d) {
    const double gap = static_cast<double>(a[d]) - static_cast<double>(b[d]);
    sum += gap * gap;
  }
  return sum;
}

// The nearest others, nearest first; ties by row, so that the result is one.
std::vector<std::int64_t> nearest(const TrainingRows& rows, std::int64_t source,
                                  const std::vector<std::int64_t>& members, int neighbours) {
  std::vector<std::pair<double, std::int64_t>> others;
  for (const std::int64_t member : members) {
    if (member == source) continue;
    others.emplace_back(squared_distance(rows.row(source), rows.row(member)), member);
  }
  const auto kept = std::min(others.size(), static_cast<std::size_t>(neighbours));
  std::partial_sort(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(kept),
                    others.end());
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < kept; ++i) ids.push_back(others[i].second);
  return ids;
}

}  // namespace

void make_smote(const TrainingRows& rows, const AugmentParameters& parameters,
                const RandomStream& stream, const std::vector<std::string>& class_names,
                AugmentedRows& result) {
  const auto by_class = originals_by_class(rows);
  std::map<std::int64_t, std::vector<std::int64_t>> known;
  std::vector<float> between(static_cast<std::size_t>(rows.dim));
  for_small_classes(rows, parameters.lambda, [&](std::int64_t source, std::int64_t k) {
    const auto label = static_cast<std::size_t>(rows.labels[static_cast<std::size_t>(source)]);
    const auto [entry, is_new] = known.try_emplace(source);
    if (is_new) entry->second = nearest(rows, source, by_class[label], parameters.neighbours);
    const auto start = rows.row(source);
    if (entry->second.empty()) {
      if (is_new) {
        result.remarks.push_back("class '" + class_names.at(label) +
                                 "' has one training sample: smote has no neighbour to move "
                                 "towards and repeats it");
      }
      add_row(rows, source, k, start, result);
      return;
    }
    const auto lane = static_cast<std::uint32_t>(k);
    const std::uint64_t index = static_cast<std::uint64_t>(source) * 2;
    const std::uint64_t pick = stream.below(entry->second.size(), lane, index);
    const auto end = rows.row(entry->second[pick]);
    const double u = stream.uniform(lane, index + 1);
    for (std::size_t d = 0; d < between.size(); ++d) {
      const auto a = static_cast<double>(start[d]);
      between[d] = static_cast<float>(a + u * (static_cast<double>(end[d]) - a));
    }
    add_row(rows, source, k, between, result);
  });
}

}  // namespace ratbench::augment
