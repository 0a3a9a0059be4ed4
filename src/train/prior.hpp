// The majority baseline: a bias alone, set to the log class shares of the training units and not
// trained. Task multilabel: with thresholds from validation, as of any model, it gives every row
// the same labels, those that score best there.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <vector>

#include "src/data/task.hpp"
#include "src/train/learner.hpp"

namespace ratbench::train {

// [classes] float32: log of each class's share of the units; for multilabel the log odds of each
// label. A count of nothing (or of everything) stands for half a unit.
at::Tensor prior_logits(const Examples& examples, data::Task task);

// True where `config` names it.
bool is_prior(const specs::Config& config);

class PriorLearner final : public Learner {
 public:
  // Borrows the truths of validation and test.
  PriorLearner(data::Task task, Examples examples, const Truth& val, const Truth& test,
               const at::Device& device);

  models::Model& model() override { return bias_; }
  bool trains() const override { return false; }
  std::string precision() const override { return "fp32"; }
  const Examples& examples() const override { return examples_; }
  // There are no batches (CHECKed).
  BatchInputs begin_batch(std::span<const std::int64_t> ids) override;
  at::Tensor unit_logits(Split split) override;
  const Truth& truth(Split split) const override;

 private:
  // The same logits for every row.
  class Bias final : public models::Model {
   public:
    explicit Bias(const at::Tensor& values);
    at::Tensor forward(const at::Tensor& x, const std::optional<models::DropoutContext>& dropout,
                       models::Activations& kept) override;
    at::Tensor backward(const models::Activations& kept, const at::Tensor& grad_logits,
                        models::Want want) override;
    void clear_gradients() override { parameters_.front().grad.zero_(); }
    std::vector<models::Parameter>& parameters() override { return parameters_; }

   private:
    std::vector<models::Parameter> parameters_;
  };

  data::Task task_;
  Examples examples_;
  const Truth& val_;
  const Truth& test_;
  Bias bias_;
};

}  // namespace ratbench::train
