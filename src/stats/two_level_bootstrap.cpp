#include "src/stats/two_level_bootstrap.hpp"

#include <algorithm>
#include <vector>

#include "src/base/random.hpp"
#include "src/stats/aggregate.hpp"
#include "src/stats/contrast_scan.hpp"

namespace ratbench::stats {
namespace {

// Draws of one replicate from its own lane of the stream: 32 bits each, mapped to [0, n).
class Draws {
 public:
  Draws(const RandomStream& stream, std::size_t lane)
      : stream_(stream), lane_(static_cast<std::uint32_t>(lane)) {}

  std::size_t below(std::size_t n) {
    if (next_ % 4 == 0) words_ = stream_.block(lane_, next_ / 4);
    const std::uint64_t word = words_[next_++ % 4];
    return static_cast<std::size_t>(word * n >> 32);
  }

 private:
  const RandomStream& stream_;
  std::uint32_t lane_;
  std::uint64_t next_ = 0;
  std::array<std::uint32_t, 4> words_{};
};

}  // namespace

std::optional<Interval> two_level_bootstrap(const PredictionTable& table,
                                            const MetricFunction& metric, const Contrast& contrast,
                                            const BootstrapOptions& options) {
  std::vector<std::size_t> pattern_of_row;
  for (std::size_t i = 0; i < table.weights.size(); ++i)
    pattern_of_row.insert(pattern_of_row.end(), table.rows[i].size(), i);
  if (table.seeds < 2 || pattern_of_row.size() < 2) return std::nullopt;
  ContrastScan scan(table, metric, contrast);
  const RandomStream stream(options.seed, Purpose::kBootstrap);
  std::vector<double> replicates;
  replicates.reserve(options.replicates);
  std::vector<double> weights(table.weights.size());
  std::vector<double> seeds(table.seeds);
  for (std::size_t b = 0; b < options.replicates; ++b) {
    Draws draws(stream, b);
    std::fill(seeds.begin(), seeds.end(), 0);
    std::fill(weights.begin(), weights.end(), 0);
    for (std::size_t s = 0; s < table.seeds; ++s) seeds[draws.below(table.seeds)] += 1;
    for (std::size_t i = 0; i < pattern_of_row.size(); ++i)
      weights[pattern_of_row[draws.below(pattern_of_row.size())]] += 1;
    replicates.push_back(scan.estimate(weights, seeds));
  }
  return percentile_interval(replicates);
}

}  // namespace ratbench::stats
