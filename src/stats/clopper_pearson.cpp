#include "src/stats/clopper_pearson.hpp"

#include <boost/math/special_functions/beta.hpp>

#include "src/base/check.hpp"

namespace ratbench::stats {

Interval clopper_pearson(std::size_t k, std::size_t n, double confidence) {
  RB_CHECK_GT(n, 0U);
  RB_CHECK_LE(k, n);
  const double tail = (1 - confidence) / 2;
  const auto hits = static_cast<double>(k);
  const auto rows = static_cast<double>(n);
  return {k == 0 ? 0 : boost::math::ibeta_inv(hits, rows - hits + 1, tail),
          k == n ? 1 : boost::math::ibetac_inv(hits + 1, rows - hits, tail)};
}

}  // namespace ratbench::stats
