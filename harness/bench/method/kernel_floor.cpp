#include "harness/bench/method/kernel_floor.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <ctime>
#include <vector>

#include "harness/bench/method/arms.hpp"
#include "src/attacks/attack.hpp"
#include "src/optim/update_kernel.hpp"

namespace ratbench::bench {
namespace {

constexpr std::int64_t kRows = 2;
constexpr std::int64_t kClasses = 7;

// Answers an attack with numbers of the right shapes and counts what it asks for.
class CountingObjective final : public attacks::Objective {
 public:
  at::Tensor forward(const at::Tensor& x, attacks::Slot slot) override {
    inputs_[static_cast<std::size_t>(slot)] = x;
    products_.forward += x.size(0) / kRows;
    return at::rand({x.size(0), kClasses});
  }
  losses::LossValue loss(const at::Tensor& logits) override {
    return {at::full({}, 1.0, at::kDouble), at::rand(logits.sizes())};
  }
  at::Tensor backward(attacks::Slot slot, const at::Tensor& dlogits, attacks::Want want) override {
    const std::int64_t batches = dlogits.size(0) / kRows;
    if (want != attacks::Want::kInput) products_.weight_gradient += batches;
    if (want == attacks::Want::kParameters) return {};
    products_.input_gradient += batches;
    return at::rand(inputs_[static_cast<std::size_t>(slot)].sizes());
  }
  const Products& products() const { return products_; }

 private:
  at::Tensor inputs_[2];
  Products products_;
};

double thread_cpu_s() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <typename Kernel>
double mean_s(int repeats, const Kernel& kernel) {
  kernel();
  const double start_s = thread_cpu_s();
  for (int i = 0; i < repeats; ++i) kernel();
  return (thread_cpu_s() - start_s) / repeats;
}

double middle_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Products products_of(const std::string& attack) {
  if (attack == "none") return {1, 1, 0};
  StepArm arm;
  arm.attack = attack;
  const attacks::AttackParameters parameters = attacks::attack_parameters(run_of(arm).config);
  const RandomStream stream(1, Purpose::kAttackNoise);
  const std::vector<std::int64_t> ids(kRows, 0);
  CountingObjective objective;
  attacks::make_attack(parameters)->apply(objective, {at::rand({kRows, 16}), {}}, {stream, 0, ids});
  return objective.products();
}

double KernelTimes::sum(const Products& products) const {
  return forward_s * static_cast<double>(products.forward) + weight_gradient_s +
         input_gradient_s * static_cast<double>(products.input_gradient) + update_s;
}

double flop_of_product(std::int64_t dim, std::int64_t batch) {
  return 2.0 * static_cast<double>(dim) * static_cast<double>(batch) * kHidden;
}

struct KernelFloor::State {
  State(std::int64_t dim, std::int64_t batch, std::int64_t passes, models::Product product_in)
      : product(product_in),
        x(at::rand({batch, dim})),
        weight(at::rand({kHidden, dim})),
        bias(at::zeros({kHidden})),
        hidden(at::empty({batch, kHidden})),
        grad_hidden(at::rand({batch, kHidden})),
        all_x(at::rand({passes * batch, dim})),
        all_grad_hidden(at::rand({passes * batch, kHidden})),
        grad_weight(at::zeros_like(weight)),
        mean(at::zeros_like(weight)),
        square(at::zeros_like(weight)) {}

  models::Product product;
  at::Tensor x, weight, bias, hidden, grad_hidden;
  at::Tensor all_x, all_grad_hidden;  // of the passes whose weight gradients are added up
  at::Tensor grad_weight, mean, square;
  std::vector<double> forward_s, weight_gradient_s, input_gradient_s, update_s;
};

KernelFloor::KernelFloor(std::int64_t dim, std::int64_t batch, const Products& products,
                         models::Product product)
    : state_(std::make_unique<State>(dim, batch, products.weight_gradient, product)) {}
KernelFloor::~KernelFloor() = default;

void KernelFloor::measure(int repeats) {
  State& s = *state_;
  s.forward_s.push_back(
      mean_s(repeats, [&s] { models::linear(s.product, s.x, s.weight, s.bias, s.hidden); }));
  s.weight_gradient_s.push_back(mean_s(repeats, [&s] {
    models::multiply_into(s.product, s.all_grad_hidden.t(), s.all_x, models::Into::kOverwrite,
                          s.grad_weight);
  }));
  s.input_gradient_s.push_back(
      mean_s(repeats, [&s] { models::multiply(s.product, s.grad_hidden, s.weight); }));
  const optim::UpdateFactors factors{.keep = 1 - 1e-5,
                                     .beta1 = 0.9,
                                     .beta2 = 0.999,
                                     .rate = 1e-3,
                                     .root_correction2 = 1,
                                     .eps = 1e-8};
  s.update_s.push_back(mean_s(repeats, [&s, &factors] {
    optim::update(s.weight.mutable_data_ptr<float>(), s.grad_weight.const_data_ptr<float>(),
                  s.mean.mutable_data_ptr<float>(), s.square.mutable_data_ptr<float>(),
                  s.weight.numel(), factors);
  }));
}

KernelTimes KernelFloor::median() const {
  return {middle_of(state_->forward_s), middle_of(state_->weight_gradient_s),
          middle_of(state_->input_gradient_s), middle_of(state_->update_s)};
}

}  // namespace ratbench::bench
