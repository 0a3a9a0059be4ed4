// Every loss by name, what may be combined with what, and how loss.* becomes an object.
#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/losses/bce_loss.hpp"
#include "src/losses/class_tables.hpp"
#include "src/losses/softmax_loss.hpp"
#include "src/specs/config.hpp"

namespace ratbench::losses {
namespace {

struct ClassFacts {
  const std::vector<double>& counts;
  std::vector<int> boosted;
};

using Maker = std::unique_ptr<Loss> (*)(const specs::Config&, const ClassFacts&,
                                        std::vector<double> weights);

// `weights` are those of deferred reweighting, empty without it.
std::unique_ptr<Loss> make_ce(const specs::Config&, const ClassFacts&,
                              std::vector<double> weights) {
  return std::make_unique<SoftmaxLoss>(
      SoftmaxLossOptions{.weights = std::move(weights), .mean = Mean::kOverWeights});
}

std::unique_ptr<Loss> make_bce(const specs::Config&, const ClassFacts&, std::vector<double>) {
  return std::make_unique<BceLoss>();
}

// One alpha per class; none stands for 1.
std::vector<double> alpha_of(const specs::Config& config, std::size_t classes) {
  if (!config.has("loss.alpha")) return std::vector<double>(classes, 1.0);
  std::vector<double> values = config.reals("loss.alpha");
  if (values.size() != classes) {
    throw SpecError("the experiment", "/loss/alpha",
                    "found " + std::to_string(values.size()) +
                        " numbers, allowed is one for each of the " + std::to_string(classes) +
                        " classes of the data");
  }
  return values;
}

std::unique_ptr<Loss> make_focal(const specs::Config& config, const ClassFacts& classes,
                                 std::vector<double> weights) {
  const std::vector<double> alpha = alpha_of(config, classes.counts.size());
  if (weights.empty()) weights.assign(classes.counts.size(), 1.0);
  for (std::size_t c = 0; c < weights.size(); ++c) weights[c] *= alpha[c];
  return std::make_unique<SoftmaxLoss>(SoftmaxLossOptions{.penalty = Penalty::kFocal,
                                                          .gamma = config.real_or("loss.gamma", 2),
                                                          .weights = std::move(weights)});
}

std::unique_ptr<Loss> make_class_balanced(const specs::Config& config, const ClassFacts& classes,
                                          std::vector<double> /*weights*/) {
  return std::make_unique<SoftmaxLoss>(SoftmaxLossOptions{
      .weights = effective_number_weights(classes.counts, config.real_or("loss.beta", 0.9999)),
      .mean = Mean::kOverWeights});
}

std::unique_ptr<Loss> make_ldam(const specs::Config& config, const ClassFacts& classes,
                                std::vector<double> weights) {
  const std::vector<double> counts =
      boosted_counts(classes.counts, classes.boosted, config.real_or("loss.boost_divisor", 10));
  const bool normalised = config.has("loss.max_margin");
  return std::make_unique<SoftmaxLoss>(SoftmaxLossOptions{
      .scale = normalised ? config.real_or("loss.scale", 30) : 1.0,
      .margins = normalised ? ldam_margins_with_maximum(counts, config.real("loss.max_margin"))
                            : ldam_margins(counts, config.real_or("loss.c", 1)),
      .weights = std::move(weights),
      .mean = Mean::kOverWeights});
}

struct Row {
  LossInfo info;
  Maker make;
};

constexpr std::array kTable{
    Row{{"bce", "binary cross-entropy of every label (task multilabel)",
         "mean over rows and labels of -y log s(z) - (1-y) log(1 - s(z))"},
        make_bce},
    Row{{"ce", "cross-entropy", "-log softmax(z)_y"}, make_ce},
    Row{{"class_balanced", "cross-entropy weighted by the effective number of samples (Cui 2019)",
         "w_y CE, w = (1-beta)/(1-beta^n), divided by the sum of weights"},
        make_class_balanced},
    Row{{"focal", "focal loss (Lin 2017)",
         "-alpha_y w_y (1-p_y)^gamma log p_y, mean over rows, w of drw"},
        make_focal},
    Row{{"ldam", "label-distribution-aware margins (Cao 2019)",
         "CE(s (z - Delta_y e_y)), Delta = c / n^(1/4)"},
        make_ldam},
};
static_assert(std::ranges::is_sorted(kTable, std::less_equal<>{},
                                     [](const Row& row) {
                                       return std::string_view(row.info.name);
                                     }),
              "names are sorted and unique");

const Row* find_row(std::string_view name) {
  const auto row =
      std::ranges::find(kTable, name, [](const Row& r) { return std::string_view(r.info.name); });
  return row == kTable.end() ? nullptr : &*row;
}

// `before` until `defer_epochs` passes are done, `after` from then on (Cao et al. 2019, 3.3).
class Deferred : public Loss {
 public:
  Deferred(std::unique_ptr<Loss> before, std::unique_ptr<Loss> after, long long defer_epochs)
      : before_(std::move(before)), after_(std::move(after)), defer_epochs_(defer_epochs) {}
  LossValue evaluate(const at::Tensor& logits, const Targets& targets, int epoch) const override {
    return at_epoch(epoch).evaluate(logits, targets, epoch);
  }
  double divisor(const Targets& targets, int epoch) const override {
    return at_epoch(epoch).divisor(targets, epoch);
  }

 private:
  const Loss& at_epoch(int epoch) const { return epoch < defer_epochs_ ? *before_ : *after_; }

  std::unique_ptr<Loss> before_;
  std::unique_ptr<Loss> after_;
  long long defer_epochs_;
};

ClassFacts class_facts(const specs::Config& config, const std::vector<double>& counts,
                       const std::vector<std::string>& names) {
  ClassFacts facts{counts, {}};
  if (!config.has("loss.boost_classes")) return facts;
  for (const std::string& boosted : config.texts("loss.boost_classes")) {
    const auto found = std::ranges::find(names, boosted);
    if (found == names.end()) {
      throw SpecError("the experiment", "/loss/boost_classes",
                      "'" + boosted + "' is not a class of the data");
    }
    facts.boosted.push_back(static_cast<int>(found - names.begin()));
  }
  return facts;
}

}  // namespace

std::string refuse_combination(const specs::Config& config) {
  const std::string name = config.text_or("loss.name", "ce");
  const bool deferred = config.integer_or("loss.defer_epochs", 0) > 0;
  const std::string before = deferred ? config.text_or("loss.before", "ce") : name;
  const bool reweighted = config.text_or("loss.reweight", "none") == "drw";
  if (find_row(name) == nullptr) return "loss.name '" + name + "' is not a loss";
  if (find_row(before) == nullptr) return "loss.before '" + before + "' is not a loss";
  if ((name == "bce" && (deferred || reweighted)) || (before != name && before == "bce")) {
    return "bce has no class weights and takes no turns with losses of one label per row";
  }
  if (reweighted && name == "class_balanced") {
    return "reweight drw weights classes, which class_balanced already does";
  }
  if (config.has("loss.boost_classes") && name != "ldam" && before != "ldam") {
    return "loss.boost_classes changes margins, which only ldam has";
  }
  return "";
}

std::unique_ptr<Loss> make_loss(const specs::Config& config, const std::vector<double>& counts,
                                const std::vector<std::string>& class_names) {
  const std::string refusal = refuse_combination(config);
  if (!refusal.empty()) throw SpecError("the experiment", "/loss", refusal);
  const ClassFacts facts = class_facts(config, counts, class_names);
  std::vector<double> weights;
  if (config.text_or("loss.reweight", "none") == "drw") {
    weights = effective_number_weights(counts, config.real_or("loss.beta", 0.9999));
  }
  auto loss = find_row(config.text_or("loss.name", "ce"))->make(config, facts, std::move(weights));
  const long long defer_epochs = config.integer_or("loss.defer_epochs", 0);
  if (defer_epochs <= 0) return loss;
  auto before = find_row(config.text_or("loss.before", "ce"))->make(config, facts, {});
  return std::make_unique<Deferred>(std::move(before), std::move(loss), defer_epochs);
}

const std::vector<LossInfo>& loss_table() {
  static const std::vector<LossInfo> table = [] {
    std::vector<LossInfo> rows;
    for (const Row& row : kTable) rows.push_back(row.info);
    return rows;
  }();
  return table;
}

}  // namespace ratbench::losses
