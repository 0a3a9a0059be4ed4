// Every attack by name, what may be combined with what, and how attack.* becomes an object.
#include <algorithm>

#include "src/attacks/fgm.hpp"
#include "src/attacks/freelb.hpp"
#include "src/attacks/pgd.hpp"
#include "src/attacks/random_control.hpp"
#include "src/attacks/smart.hpp"
#include "src/base/check.hpp"
#include "src/base/error.hpp"
#include "src/specs/config.hpp"
#include "src/specs/names.hpp"

namespace ratbench::attacks {
namespace {

template <typename T>
std::unique_ptr<Attack> make(const AttackParameters& parameters) {
  return std::make_unique<T>(parameters);
}

const AttackInfo& info_of(const std::string& name) {
  const auto& table = attack_table();
  const auto row =
      std::ranges::find(table, name, [](const AttackInfo& info) { return std::string(info.name); });
  if (row == table.end()) {
    throw SpecError("the experiment", "/attack/name", "'" + name + "' is not an attack");
  }
  return *row;
}

Init init_named(const std::string& name) {
  if (name == "uniform") return Init::kUniform;
  return name == "normal" ? Init::kNormal : Init::kZero;
}

Norm norm_named(const std::string& name) {
  if (name == "weights") return Norm::kWeights;
  return name == "batch" ? Norm::kBatch : Norm::kSample;
}

bool takes_steps(const std::string& name) {
  return name == "pgd" || name == "freelb" || name == "smart";
}

std::string refuse_values(const AttackParameters& p) {
  if (!(p.epsilon >= 0)) return "attack.epsilon is negative";
  if (!(p.weight >= 0)) return "attack.weight is negative";
  if (p.variant == SmartVariant::kMtdnn && !(p.epsilon > 0 && p.epsilon <= specs::kLargestGuard)) {
    return "attack.epsilon guards a division with variant mtdnn: above 0 to 0.00001";
  }
  if (!takes_steps(p.name)) return "";
  if (p.steps < 1) return "attack.steps must be at least 1";
  // At epsilon 0 nothing moves, and the default step length is 0 as well.
  if (!(p.step_size > 0) && p.epsilon > 0) return "attack.step_size must be above 0";
  return "";
}

}  // namespace

AttackParameters attack_parameters(const specs::Config& config) {
  AttackParameters p;
  p.name = config.text_or("attack.name", "none");
  const bool smart = p.name == "smart";
  p.epsilon = config.real_or("attack.epsilon", p.epsilon);
  p.weight = config.real_or("attack.weight", p.weight);
  p.norm = norm_named(config.text_or("attack.norm", "sample"));
  p.ball = config.text_or("attack.ball", smart ? "linf" : "l2") == "linf" ? Ball::kLinf : Ball::kL2;
  p.variant = config.text_or("attack.variant", "paper") == "mtdnn" ? SmartVariant::kMtdnn
                                                                   : SmartVariant::kPaper;
  p.steps = static_cast<int>(config.integer_or("attack.steps", smart ? 1 : 3));
  const double default_step = p.variant == SmartVariant::kMtdnn ? 1e-3
                              : p.steps > 0                     ? 1.5 * p.epsilon / p.steps
                                                                : 0.0;
  p.step_size = config.real_or("attack.step_size", default_step);
  p.init = init_named(config.text_or("attack.init", smart ? "normal" : "zero"));
  p.noise = config.real_or("attack.noise", p.noise);
  p.add_clean =
      config.has("attack.add_clean") ? config.flag("attack.add_clean") : p.name != "freelb";
  p.pass = config.text_or("attack.pass", "separate") == "concatenated" ? PassMode::kConcatenated
                                                                       : PassMode::kSeparate;
  return p;
}

std::string refuse_combination(const AttackParameters& p) {
  if (p.name == "none") return "";
  const bool freelb = p.name == "freelb";
  const bool smart = p.name == "smart";
  if (std::string bad = refuse_values(p); !bad.empty()) return bad;
  if (freelb && !p.add_clean && p.weight != 1) {
    return "freelb has no clean term that attack.weight could be weighed against; set "
           "attack.add_clean";
  }
  if (!freelb && !p.add_clean) {
    return "attack.add_clean is a choice of freelb; " + p.name + " always has the clean term";
  }
  if ((freelb || smart) && p.pass == PassMode::kConcatenated) {
    return "attack.pass concatenated: " + p.name + " has no clean and perturbed pair to stack";
  }
  if (smart != (p.init == Init::kNormal)) {
    return smart ? "smart starts from normal noise only: its gradient is zero at r = 0"
                 : "attack.init normal is the start of smart";
  }
  if (p.init == Init::kUniform && !freelb) return "attack.init uniform is a start of freelb";
  if (p.variant == SmartVariant::kMtdnn && !smart) return "attack.variant is a choice of smart";
  return "";
}

std::unique_ptr<Attack> make_attack(const AttackParameters& parameters) {
  if (parameters.name == "none") return nullptr;
  const AttackInfo& info = info_of(parameters.name);
  const std::string refusal = refuse_combination(parameters);
  if (!refusal.empty()) throw SpecError("the experiment", "/attack", refusal);
  if (parameters.weight == 0) return nullptr;
  return info.make(parameters);
}

Passes passes_per_attacked_batch(const AttackParameters& parameters) {
  if (parameters.name == "none" || parameters.weight == 0) return {1, 1};
  return info_of(parameters.name).passes(parameters);
}

const std::vector<AttackInfo>& attack_table() {
  static const std::vector<AttackInfo> table = {
      {"fgm", "one step along the normalised gradient (Miyato 2017)",
       "loss(x) + w loss(x + r), r = eps g / norm(g)", make<Fgm>, Fgm::passes},
      {"freelb", "parameter gradients of every ascent step kept (Zhu 2020)",
       "mean of loss(x + delta_k), k = 0..K-1", make<FreeLb>, FreeLb::passes},
      {"pgd", "K projected steps (Madry 2018)",
       "loss(x) + w loss(x + r), delta <- Pi(delta + alpha g / norm(g))", make<Pgd>, Pgd::passes},
      {"random", "control: a random direction of norm eps",
       "loss(x) + w loss(x + r), r = eps n / norm(n)", make<RandomControl>, RandomControl::passes},
      {"smart", "smoothness of the prediction (Jiang 2020)",
       "loss(x) + w [KL(p_r || p) + KL(p || p_r)]", make<Smart>, Smart::passes},
  };
  return table;
}

}  // namespace ratbench::attacks
