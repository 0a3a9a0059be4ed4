// Mixup (Zhang et al., "mixup: beyond empirical risk minimization", 2018): convex combinations of
// two originals, inputs and targets with one share.
#include <algorithm>
#include <cmath>

#include "src/augment/made_rows.hpp"

namespace ratbench::augment {
namespace {

// Beta(alpha, alpha) by the ratio of powers of uniforms, rejected until their sum is at most 1
// (Jöhnk 1964). In logarithms: for a small alpha the powers underflow.
double symmetric_beta(double alpha, const RandomStream& stream, std::uint32_t lane,
                      std::uint64_t first) {
  for (std::uint64_t attempt = 0;; ++attempt) {
    const double a = std::log1p(-stream.uniform(lane, first + 2 * attempt)) / alpha;
    const double b = std::log1p(-stream.uniform(lane, first + 2 * attempt + 1)) / alpha;
    const double largest = std::max(a, b);
    const double log_sum = largest + std::log(std::exp(a - largest) + std::exp(b - largest));
    if (log_sum <= 0) return std::exp(a - log_sum);
  }
}

}  // namespace

void make_mixup(const TrainingRows& rows, const AugmentParameters& parameters,
                const RandomStream& stream, const std::vector<std::string>& class_names,
                AugmentedRows& result) {
  const std::vector<std::int64_t> originals = result.kept;
  const auto by_class = originals_by_class(rows);
  const auto used = std::ranges::count_if(by_class, [](const auto& c) { return !c.empty(); });
  if (used == 1) {
    result.remarks.push_back("mixup: all training samples are of class '" +
                             class_names.at(static_cast<std::size_t>(
                                 rows.labels[static_cast<std::size_t>(originals.front())])) +
                             "', so only inputs are mixed");
  }
  std::vector<float> mixed(static_cast<std::size_t>(rows.dim));
  for_all_originals(rows, parameters.lambda, [&](std::int64_t source, std::int64_t k) {
    const auto lane = static_cast<std::uint32_t>(k);
    const std::uint64_t index = static_cast<std::uint64_t>(source) << 32;
    const std::int64_t partner = originals[stream.below(originals.size(), lane, index)];
    const double share = symmetric_beta(parameters.alpha, stream, lane, index + 1);
    const auto a = rows.row(source);
    const auto b = rows.row(partner);
    for (std::size_t d = 0; d < mixed.size(); ++d) {
      mixed[d] = static_cast<float>(share * static_cast<double>(a[d]) +
                                    (1 - share) * static_cast<double>(b[d]));
    }
    add_row(rows, source, k, mixed, result);
    result.made_other.push_back(rows.labels[static_cast<std::size_t>(partner)]);
    result.made_share.push_back(share);
  });
}

}  // namespace ratbench::augment
