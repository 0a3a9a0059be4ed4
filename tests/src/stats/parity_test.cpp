// Every case of the `stats` fixtures (rliable, deepsig, scipy, statsmodels). One test visits them
// all, so that it can fail when a section or tensor of the fixtures stays unvisited.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "src/stats/aggregate.hpp"
#include "src/stats/distributions.hpp"
#include "src/stats/effect_size.hpp"
#include "src/stats/interaction.hpp"
#include "src/stats/mcnemar.hpp"
#include "src/stats/multiplicity.hpp"
#include "src/stats/paired.hpp"
#include "src/stats/prediction_bootstrap.hpp"
#include "src/stats/stochastic_order.hpp"
#include "tests/needs.hpp"
#include "tests/src/stats/reference.hpp"

namespace ratbench::stats {
namespace {

using nlohmann::json;
using Statistic = double (*)(const ScoreMatrix&);

double gap_to_one(const ScoreMatrix& scores) { return optimality_gap(scores, 1); }

void expect_interval(const Interval& got, const json& want, const std::string& what) {
  expect_value(got.low, want.at(0), what + " low");
  expect_value(got.high, want.at(1), what + " high");
}

void expect_all(const std::vector<double>& got, const std::vector<double>& want,
                const std::string& what) {
  ASSERT_EQ(got.size(), want.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    expect_value(got[i], want[i], what + " " + std::to_string(i));
}

void visit_distributions(const Reference& reference) {
  const json& cases = reference.values("distribution_values");
  EXPECT_EQ(cases.size(), 6u) << "five kinds and their tolerance";
  for (const json& c : cases.at("t_cdf"))
    expect_value(t_upper_tail(-c.at("t").get<double>(), c.at("df")), c.at("cdf"), "t cdf");
  for (const json& c : cases.at("t_quantile"))
    expect_value(t_quantile(c.at("p"), c.at("df")), c.at("q"), "t quantile");
  for (const json& c : cases.at("normal_quantile"))
    expect_value(normal_quantile(c.at("p")), c.at("q"), "normal quantile");
  for (const json& c : cases.at("binomial_cdf_half"))
    expect_value(fair_binomial_cdf(c.at("k"), c.at("n")), c.at("cdf"), "binomial");
  for (const json& c : cases.at("chi2_sf_df1"))
    expect_value(chi2_1_upper_tail(c.at("x")), c.at("sf"), "chi2");
}

void visit_aggregates(const Reference& reference) {
  for (const auto& [name, want] : reference.values("aggregates").items()) {
    const ScoreMatrix scores = reference.scores(name);
    EXPECT_EQ(want.size(), 5u);
    expect_value(mean_score(scores), want.at("mean"), name);
    expect_value(median_score(scores), want.at("median"), name);
    expect_value(iqm_score(scores), want.at("iqm"), name);
    expect_value(optimality_gap(scores, 1), want.at("optimality_gap_gamma1"), name);
    expect_value(optimality_gap(scores, 0.85), want.at("optimality_gap_gamma0.85"), name);
  }
  const json& profile = reference.values("performance_profile");
  const ScoreMatrix scores = reference.scores(profile.at("scores"));
  for (std::size_t i = 0; i < profile.at("tau").size(); ++i)
    expect_value(share_above(scores, profile.at("tau")[i]),
                 profile.at("fraction_of_runs_above_tau")[i], "profile");
}

std::vector<double> minus(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return a;
}

// "X.mean": replicates, point, interval and spread.
void visit_bootstrap_of_one(const Reference& reference, const std::string& name, const json& want) {
  const std::map<std::string, Statistic> statistics = {{"mean", mean_score},
                                                       {"median", median_score},
                                                       {"iqm", iqm_score},
                                                       {"optimality_gap", gap_to_one}};
  const std::string set = name.substr(0, name.find('.'));
  const Statistic statistic = statistics.at(name.substr(name.find('.') + 1));
  const ScoreMatrix scores = reference.scores(set);
  const auto replicates =
      bootstrap(scores, reference.integers("bootstrap_index." + set), statistic);
  expect_all(replicates, reference.reals(name), name);
  expect_value(statistic(scores), want.at("point"), name);
  expect_interval(percentile_interval(replicates), want.at("ci95"), name);
  expect_value(std::sqrt(variance(replicates)), want.at("std_of_replicates_ddof1"), name);
}

void visit_bootstrap(const Reference& reference) {
  const ScoreMatrix x = reference.scores("X"), y = reference.scores("Y");
  const auto index_x = reference.integers("bootstrap_index.X");
  const auto index_y = reference.integers("bootstrap_index.Y");
  for (const auto& [name, want] : reference.values("bootstrap").items()) {
    if (name.find('-') == std::string::npos) {
      visit_bootstrap_of_one(reference, name, want);
    } else if (name.starts_with("iqm_difference")) {
      expect_value(iqm_score(x) - iqm_score(y), want.at("point"), name);
      expect_interval(percentile_interval(minus(bootstrap(x, index_x, iqm_score),
                                                bootstrap(y, index_y, iqm_score))),
                      want.at("ci95"), name);
    } else {
      ASSERT_TRUE(name.starts_with("mean_difference")) << name;
      expect_value(mean_score(x) - mean_score(y), want.at("point"), name);
      expect_interval(percentile_interval(minus(bootstrap(x, index_x, mean_score),
                                                bootstrap(y, index_x, mean_score))),
                      want.at("ci95"), name);
    }
  }
}

// "X over Y"; XT and YT are X and Y rounded, with their indices.
void visit_improvement(const Reference& reference) {
  for (const auto& [name, want] : reference.values("probability_of_improvement").items()) {
    const std::string first = name.substr(0, name.find(' '));
    const std::string second = name.substr(name.rfind(' ') + 1);
    const ScoreMatrix x = reference.scores(first), y = reference.scores(second);
    expect_value(probability_of_improvement(x, y), want.at("point"), name);
    const auto index_of = [&](const std::string& set) {
      return reference.integers("bootstrap_index." + (set.ends_with("T") ? set.substr(0, 1) : set));
    };
    const auto index_x = index_of(first), index_y = index_of(second);
    const std::size_t size_x = x.values.size(), size_y = y.values.size();
    std::vector<double> replicates;
    for (std::size_t r = 0; r < index_x.size() / size_x; ++r)
      replicates.push_back(
          probability_of_improvement(resampled(x, std::span(index_x).subspan(r * size_x, size_x)),
                                     resampled(y, std::span(index_y).subspan(r * size_y, size_y))));
    expect_all(replicates, reference.reals("poi." + first + "." + second), name);
    expect_interval(percentile_interval(replicates), want.at("ci95"), name);
  }
}

void visit_order(const Reference& reference) {
  for (const json& c : reference.values("aso").at("cases")) {
    const std::string a = c.at("a"), b = c.at("b"), name = a + "_vs_" + b;
    const auto scores_a = reference.reals("aso.scores." + a);
    const auto scores_b = reference.reals("aso.scores." + b);
    const StochasticOrder order = almost_stochastic_order(
        scores_a, scores_b, reference.reals(name + ".u_a"), reference.reals(name + ".u_b"));
    expect_value(order.ratio, c.at("violation_ratio"), name);
    expect_value(violation_ratio(scores_a, scores_b, FirstPoint::kCounts),
                 c.at("violation_ratio_with_first_point"), name);
    expect_all(order.replicates, reference.reals(name + ".ratios"), name);
    expect_value(order.sigma, c.at("sigma"), name);
    expect_value(order.eps_min(0.95), c.at("eps_min_0.95"), name);
    expect_value(order.eps_min(0.99), c.at("eps_min_0.99"), name);
    for (const json& library : c.at("library_eps_min_with_its_own_random_draws").is_null()
                                   ? json::array()
                                   : c.at("library_eps_min_with_its_own_random_draws"))
      EXPECT_NEAR(order.eps_min(0.95), library.get<double>(), 0.05) << name;
  }
}

void visit_wilcoxon(const std::vector<double>& differences, const json& cases) {
  for (const auto& [name, want] : cases.items()) {
    const Zeros zeros = name.find("pratt") == std::string::npos ? Zeros::kDrop : Zeros::kPratt;
    const Alternative alternative =
        name.find("greater") == std::string::npos ? Alternative::kTwoSided : Alternative::kGreater;
    const WilcoxonMethod method = name.starts_with("exact")     ? WilcoxonMethod::kExact
                                  : name.ends_with("corrected") ? WilcoxonMethod::kNormalCorrected
                                                                : WilcoxonMethod::kNormal;
    const auto test = wilcoxon(differences, zeros, alternative, method);
    ASSERT_TRUE(test) << name;
    expect_value(test->statistic, want.at("statistic"), name);
    expect_p(test->p, want.at("p"), name);
  }
}

void expect_effect(const std::optional<double>& got, const json& want, const std::string& key) {
  if (!want.contains(key)) return;
  // The fixtures give 0 for identical samples, whose deviation is not 0.
  ASSERT_TRUE(got) << key;
  expect_value(*got, want.at(key), key);
}

void visit_paired(const Reference& reference) {
  for (const auto& [name, want] : reference.values("paired").items()) {
    const auto a = reference.reals("paired." + name + ".a");
    const auto b = reference.reals("paired." + name + ".b");
    const std::vector<double> differences = minus(a, b);
    EXPECT_EQ(differences.size(), want.at("n").get<std::size_t>());
    expect_value(mean(differences), want.at("mean_difference"), name);
    const auto t = paired_t(differences);
    EXPECT_EQ(t.has_value(), !want.at("t").is_null()) << name;
    if (t && !want.at("t").is_null()) {
      expect_value(t->t, want.at("t").at("t"), name);
      expect_value(t->df, want.at("t").at("df"), name);
      expect_p(t->p_two_sided, want.at("t").at("p_two_sided"), name);
      expect_p(t->p_greater, want.at("t").at("p_greater"), name);
      expect_interval(t->ci95, want.at("t").at("ci95"), name);
    }
    expect_effect(cohens_d_z(a, b), want, "cohens_d_z");
    expect_effect(cohens_d_pooled(a, b), want, "cohens_d_pooled");
    expect_effect(hedges_g(a, b), want, "hedges_g");
    expect_effect(cliffs_delta(a, b), want, "cliffs_delta");
    if (want.contains("wilcoxon")) visit_wilcoxon(differences, want.at("wilcoxon"));
  }
}

void visit_adjust(const Reference& reference) {
  const std::map<std::string, std::vector<double> (*)(std::span<const double>)> methods = {
      {"holm", holm},
      {"bonferroni", bonferroni},
      {"benjamini_hochberg", benjamini_hochberg},
      {"benjamini_yekutieli", benjamini_yekutieli}};
  for (const json& c : reference.values("adjust")) {
    const std::vector<double> p = c.at("p");
    for (const auto& [name, adjust] : methods) {
      const std::vector<double> adjusted = adjust(p);
      expect_all(adjusted, c.at(name), name);
      for (std::size_t i = 0; i < p.size(); ++i)
        EXPECT_EQ(adjusted[i] <= 0.05, c.at(name + "_reject_0.05")[i].get<bool>()) << name;
    }
  }
}

// Macro-F1 over the fixed list of classes, undefined = 0, written here as plain counting.
double macro_f1(std::span<const std::int64_t> rows, const std::vector<std::int64_t>& truth,
                const std::vector<std::int64_t>& predicted, std::int64_t classes) {
  double sum = 0;
  for (std::int64_t k = 0; k < classes; ++k) {
    double hits = 0, total = 0;
    for (const std::int64_t row : rows) {
      const auto i = static_cast<std::size_t>(row);
      hits += truth[i] == k && predicted[i] == k ? 2 : 0;
      total += (truth[i] == k ? 1 : 0) + (predicted[i] == k ? 1 : 0);
    }
    sum += total > 0 ? hits / total : 0;
  }
  return sum / static_cast<double>(classes);
}

double accuracy(std::span<const std::int64_t> rows, const std::vector<std::int64_t>& truth,
                const std::vector<std::int64_t>& predicted, std::int64_t) {
  double hits = 0;
  for (const std::int64_t row : rows)
    hits += truth[static_cast<std::size_t>(row)] == predicted[static_cast<std::size_t>(row)];
  return hits / static_cast<double>(rows.size());
}

void visit_predictions(const Reference& reference) {
  const auto truth = reference.integers("predictions.y_true");
  const auto a = reference.integers("predictions.pred_a");
  const auto b = reference.integers("predictions.pred_b");
  const auto index = reference.integers("predictions.bootstrap_index");
  for (const auto& [name, want] : reference.values("prediction_bootstrap").items()) {
    const auto metric = name == "accuracy" ? accuracy : macro_f1;
    const PredictionBootstrap got =
        prediction_bootstrap(truth.size(), index, [&](std::span<const std::int64_t> rows) {
          return metric(rows, truth, a, 4) - metric(rows, truth, b, 4);
        });
    expect_value(got.delta, want.at("delta"), name);
    expect_all(got.replicates, reference.reals("prediction_delta." + name), name);
    expect_interval(got.ci95, want.at("ci95"), name);
    expect_p(got.p_gt_2delta, want.at("p_gt_2delta"), name);
    expect_p(got.p_gt_2delta_plus1, want.at("p_gt_2delta_plus1"), name);
    expect_p(got.p_le_0, want.at("p_le_0"), name);
    expect_p(got.p_le_0_plus1, want.at("p_le_0_plus1"), name);
    expect_p(got.p_two_sided, want.at("p_two_sided"), name);
    // Floating-point ties: two replicates may fall on either side, as the fixtures say.
    EXPECT_NEAR(got.p_shifted_two_sided, want.at("p_shifted_two_sided").get<double>(), 0.004);
  }
}

void visit_mcnemar(const Reference& reference) {
  for (const json& c : reference.values("mcnemar")) {
    const McNemar got = mcnemar(c.at("b"), c.at("c"));
    const std::string name = c.at("table").dump();
    expect_p(got.exact_p, c.at("exact_p"), name);
    expect_p(got.mid_p, c.at("mid_p"), name);
    for (const auto& [key, test] :
         {std::pair{"chi2", got.chi2}, {"chi2_corrected", got.chi2_corrected}}) {
      ASSERT_EQ(test.has_value(), c.contains(key)) << name;
      if (!test) continue;
      expect_value(test->statistic, c.at(key).at("statistic"), name);
      expect_p(test->p, c.at(key).at("p"), name);
    }
  }
}

void visit_interaction(const Reference& reference) {
  for (const auto& [name, want] : reference.values("interaction").items()) {
    const auto base = reference.reals("interaction." + name + ".base");
    const auto a = reference.reals("interaction." + name + ".A");
    const auto b = reference.reals("interaction." + name + ".B");
    const auto ab = reference.reals("interaction." + name + ".AB");
    const TwoByTwo cells{base, a, b, ab};
    const TTest test = interaction(cells).value();
    expect_value(static_cast<double>(base.size()), want.at("n"), name);
    expect_value(test.estimate, want.at("contrast"), name);
    expect_value(test.se, want.at("se"), name);
    expect_value(test.df, want.at("df"), name);
    expect_value(test.t, want.at("t"), name);
    expect_p(test.p_two_sided, want.at("p_two_sided"), name);
    expect_interval(test.ci95, want.at("ci95"), name);
    expect_value(t_quantile(0.975, test.df), want.at("t_quantile_0.975"), name);
    for (const auto& [key, effect] : {std::pair{"main_effect_A", main_effect_a(cells)},
                                      {"main_effect_B", main_effect_b(cells)}}) {
      expect_value(effect->estimate, want.at(key).at("estimate"), name + key);
      expect_interval(effect->ci95, want.at(key).at("ci95"), name + key);
    }
    const TTest welch = interaction_unpaired(cells).value();
    expect_value(welch.se, want.at("unpaired_welch").at("se"), name);
    expect_value(welch.df, want.at("unpaired_welch").at("df"), name);
    expect_interval(welch.ci95, want.at("unpaired_welch").at("ci95"), name);
  }
}

void visit_resamples(const Reference& reference) {
  for (const json& c : reference.values("nadeau_bengio")) {
    const std::string name = c.at("input");
    const auto differences = reference.reals(name);
    EXPECT_EQ(differences.size(), c.at("k").get<std::size_t>());
    const TTest test = nadeau_bengio_t(differences, c.at("n_train"), c.at("n_test")).value();
    expect_value(test.t, c.at("t"), name);
    expect_value(test.df, c.at("df"), name);
    expect_p(test.p_two_sided, c.at("p_two_sided"), name);
    expect_p(test.p_greater, c.at("p_greater"), name);
    expect_interval(test.ci95, c.at("ci95"), name);
    expect_value(paired_t(differences)->t, c.at("uncorrected_t"), name);
  }
}

TEST(StatsParity, EveryReferenceCaseIsVisitedAndAgrees) {
  RATBENCH_NEEDS_FIXTURES();
  const Reference reference(std::filesystem::path(std::getenv("RATBENCH_FIXTURES")) / "stats");
  const std::map<std::string, void (*)(const Reference&)> visits = {
      {"adjust", visit_adjust},
      {"aggregates", visit_aggregates},
      {"aso", visit_order},
      {"bootstrap", visit_bootstrap},
      {"distribution_values", visit_distributions},
      {"interaction", visit_interaction},
      {"mcnemar", visit_mcnemar},
      {"nadeau_bengio", visit_resamples},
      {"paired", visit_paired},
      {"prediction_bootstrap", visit_predictions},
      {"probability_of_improvement", visit_improvement}};
  std::set<std::string> visited = {"performance_profile"};  // together with the aggregates
  for (const auto& [section, visit] : visits) {
    SCOPED_TRACE(section);
    visit(reference);
    visited.insert(section);
  }
  std::set<std::string> sections;
  for (const std::string& section : reference.sections())
    if (section.find("rule") == std::string::npos) sections.insert(section);
  EXPECT_EQ(visited, sections);
  EXPECT_EQ(reference.read(), reference.tensors());
}

}  // namespace
}  // namespace ratbench::stats
