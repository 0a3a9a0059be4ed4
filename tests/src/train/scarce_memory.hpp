// Training data whose model has memory for a few examples at once: passes over more fail as an
// allocator does.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/train/learner.hpp"

namespace ratbench::train::testing {

// A model whose passes lack memory for more than `limit` rows. The first pass of a batch may
// succeed and a later one fail, as in an attack.
class ScarceModel final : public models::Model {
 public:
  ScarceModel(models::Model& inner, std::int64_t limit, int spared)
      : inner_(inner), limit_(limit), spared_(spared) {}
  at::Tensor forward(const at::Tensor& x, const std::optional<models::DropoutContext>& dropout,
                     models::Activations& kept) override {
    const bool training = dropout.has_value();
    if (training && x.size(0) > limit_ && spared_-- <= 0) throw std::bad_alloc();
    return inner_.forward(x, dropout, kept);
  }
  at::Tensor backward(const models::Activations& kept, const at::Tensor& grad,
                      models::Want want) override {
    return inner_.backward(kept, grad, want);
  }
  void clear_gradients() override { inner_.clear_gradients(); }
  void complete_gradients() override { inner_.complete_gradients(); }
  std::vector<models::Parameter>& parameters() override { return inner_.parameters(); }

 private:
  models::Model& inner_;
  std::int64_t limit_;
  int spared_;
};

class ScarceLearner final : public Learner {
 public:
  ScarceLearner(std::unique_ptr<Learner> inner, std::int64_t limit, int spared)
      : inner_(std::move(inner)), model_(inner_->model(), limit, spared) {}
  models::Model& model() override { return model_; }
  std::int64_t encoder_layers() const override { return inner_->encoder_layers(); }
  std::string precision() const override { return inner_->precision(); }
  const Examples& examples() const override { return inner_->examples(); }
  bool has_lengths() const override { return inner_->has_lengths(); }
  std::int64_t length(std::int64_t id) const override { return inner_->length(id); }
  BatchInputs begin_batch(std::span<const std::int64_t> ids) override {
    return inner_->begin_batch(ids);
  }
  at::Tensor unit_logits(Split split) override { return inner_->unit_logits(split); }
  const Truth& truth(Split split) const override { return inner_->truth(split); }

 private:
  std::unique_ptr<Learner> inner_;
  ScarceModel model_;
};

class ScarceData final : public TrainingData {
 public:
  ScarceData(const TrainingData& inner, std::int64_t limit, int spared)
      : inner_(inner), limit_(limit), spared_(spared) {}
  const std::vector<std::string>& class_names() const override { return inner_.class_names(); }
  const at::Device& device() const override { return inner_.device(); }
  std::unique_ptr<Learner> learner(const RunSpec& run,
                                   const models::Arithmetic& arithmetic) const override {
    return std::make_unique<ScarceLearner>(inner_.learner(run, arithmetic), limit_, spared_);
  }

 private:
  const TrainingData& inner_;
  std::int64_t limit_;
  int spared_;
};

}  // namespace ratbench::train::testing
