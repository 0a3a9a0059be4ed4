#include "src/stats/distributions.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numbers>

namespace ratbench::stats {

double t_quantile(double p, double df) {
  return boost::math::quantile(boost::math::students_t(df), p);
}

double t_upper_tail(double t, double df) {
  return boost::math::cdf(boost::math::complement(boost::math::students_t(df), t));
}

double normal_quantile(double p) { return boost::math::quantile(boost::math::normal(), p); }

double normal_upper_tail(double z) {
  return boost::math::cdf(boost::math::complement(boost::math::normal(), z));
}

double chi2_1_upper_tail(double x) { return std::erfc(std::sqrt(x) / std::numbers::sqrt2); }

double fair_binomial_cdf(unsigned k, unsigned n) {
  return boost::math::cdf(boost::math::binomial(n, 0.5), k);
}

double fair_binomial_pmf(unsigned k, unsigned n) {
  return boost::math::pdf(boost::math::binomial(n, 0.5), k);
}

}  // namespace ratbench::stats
