// What the training loop sees of data and model, whatever both are: batches for the attacks, and
// logits of whole splits. Features with an MLP and texts with a BERT stand behind it.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/data/task.hpp"
#include "src/losses/loss.hpp"
#include "src/models/bfloat16.hpp"
#include "src/models/model.hpp"
#include "src/train/outcome.hpp"

namespace ratbench::train {

enum class Split { kTrain, kVal, kTest };

// What is true of one split. A unit is one prediction: of a row, a word (ner) or a row's label
// (multilabel, row-major, 0 and 1).
struct Truth {
  std::vector<std::int32_t> units;
  std::vector<std::int64_t> row_starts = {};  // [rows + 1] first unit of each row; empty: one each
};

// What a run trains on. An example is what batches count: a row, or a window of a sentence.
struct Examples {
  std::vector<std::int64_t> ids;  // do not depend on the augmentation
  Truth truth;  // in the order of `ids`; a mixed row has the class it was made from
  // Realised units per class (multilabel: rows that have the label); mixed rows count in shares.
  std::vector<double> class_counts;
  std::vector<std::string> remarks;  // sentences for the user, such as a class with one sample
};

// One batch as the attacks take it.
struct BatchInputs {
  at::Tensor x;             // [examples, dim] or [examples, len, hidden]
  at::Tensor mask;          // [examples, len], 1 where x may be perturbed; undefined: everywhere
  at::Tensor ids;           // [examples, len] int64 tokens; undefined for features
  losses::Targets targets;  // of the rows of the model's logits
  std::int64_t real_tokens = 0;    // 0 for features
  std::int64_t padded_tokens = 0;  // positions computed, padding included; 0 for features
};

// One run's model and the data it learns from.
class Learner {
 public:
  virtual ~Learner() = default;
  virtual models::Model& model() = 0;
  // False for a model without anything to train.
  virtual bool trains() const { return true; }
  // Layers of the encoder, whose rates may differ; 0 for a model without.
  virtual std::int64_t encoder_layers() const { return 0; }
  // Of the products: fp32, bf16, bf16-emulated.
  virtual std::string precision() const = 0;

  virtual const Examples& examples() const = 0;
  // Whether examples differ in length, and the tokens of one.
  virtual bool has_lengths() const { return false; }
  virtual std::int64_t length(std::int64_t /*id*/) const { return 1; }
  // Turns the model to a batch.
  virtual BatchInputs begin_batch(std::span<const std::int64_t> ids) = 0;

  // Logits of all units in evaluation mode, [units, classes]; multilabel [rows, labels]. The
  // training split is that of `examples()`.
  virtual at::Tensor unit_logits(Split split) = 0;
  virtual const Truth& truth(Split split) const = 0;
};

// The splits of one data set, checked once and shared by all runs of a worker.
class TrainingData {
 public:
  virtual ~TrainingData() = default;
  virtual const std::vector<std::string>& class_names() const = 0;
  virtual const at::Device& device() const = 0;
  // Throws SpecError when the configuration cannot be applied to these data, DataError when the
  // model does not fit them. The learner borrows this object.
  virtual std::unique_ptr<Learner> learner(const RunSpec& run,
                                           const models::Arithmetic& arithmetic) const = 0;
};

// `task` of a configuration.
data::Task task_of(const specs::Config& config);

}  // namespace ratbench::train
