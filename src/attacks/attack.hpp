// Adversarial training of one batch: an attack calls the model through three primitives and leaves
// the parameter gradients of the whole attacked-batch loss accumulated. Which losses and how many
// passes each attack takes is the table in `attack_table()`, and the passes are counted by whoever
// implements `Objective`.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/base/random.hpp"
#include "src/losses/loss.hpp"

namespace ratbench::specs {
class Config;
}

namespace ratbench::attacks {

// Where a forward pass keeps what its backward pass needs. SMART holds two at a time; a later
// forward into the same slot replaces the earlier one.
enum class Slot { kFirst = 0, kSecond = 1 };

// What a backward pass computes. Parameter gradients are added to those already accumulated in
// this step.
enum class Want { kParameters, kInput, kBoth };

// The model and its task loss on the current batch, as the trainer offers them. n is the number of
// rows of the batch.
class Objective {
 public:
  virtual ~Objective() = default;
  // Logits [m n, C] at `x`, which holds the batch m >= 1 times, stacked along dimension 0 (m = 2 in
  // a concatenated pass). Counts m forward passes. Every call draws its own dropout mask.
  virtual at::Tensor forward(const at::Tensor& x, Slot slot) = 0;
  // Task loss of the batch for logits [n, C]. Not a pass.
  virtual losses::LossValue loss(const at::Tensor& logits) = 0;
  // Propagates `dlogits` [m n, C] back through the latest forward in `slot`; returns d/dx (shape
  // of that forward's x) when `want` includes the input, else an undefined tensor. Counts m.
  virtual at::Tensor backward(Slot slot, const at::Tensor& dlogits, Want want) = 0;
};

// The attack-noise stream of one step: values depend on (seed, step, row id, element), so a row
// gets the same noise wherever it stands in whatever batch.
class NoiseSource {
 public:
  NoiseSource(const RandomStream& stream, std::uint32_t step, std::span<const std::int64_t> row_ids)
      : stream_(&stream), step_(step), row_ids_(row_ids) {}
  // Standard normal / uniform in (-1, 1), shape, type and device of `x` (x.size(0) = row ids).
  at::Tensor normal_like(const at::Tensor& x) const;
  at::Tensor uniform_like(const at::Tensor& x) const;

 private:
  const RandomStream* stream_;
  std::uint32_t step_;
  std::span<const std::int64_t> row_ids_;
};

// What is perturbed. `mask` is undefined (every position counts) or [batch, len] with 1 where a
// token may be perturbed and 0 for padding and special tokens.
struct Batch {
  at::Tensor x;  // [batch, dim] or [batch, len, dim]
  at::Tensor mask;
  at::Tensor ids = {};  // [batch, len] int64, the token of every position; Norm::kWeights needs it
};

struct AttackOutcome {
  at::Tensor loss;          // 0-dim float64: the loss whose parameter gradients were accumulated
  at::Tensor perturbation;  // shape of x: the last r
};

class Attack {
 public:
  virtual ~Attack() = default;
  virtual AttackOutcome apply(Objective& objective, const Batch& batch,
                              const NoiseSource& noise) const = 0;
};

enum class Norm {
  kSample,   // of each sample flattened
  kBatch,    // of the whole tensor
  kWeights,  // of the word-embedding matrix, which is perturbed in place of single positions
};
enum class Ball { kL2, kLinf };
enum class Init { kZero, kUniform, kNormal };
enum class PassMode { kSeparate, kConcatenated };
enum class SmartVariant { kPaper, kMtdnn };

// attack.* of one run. Defaults are those of the configuration table.
struct AttackParameters {
  std::string name = "none";
  double epsilon = 0.1;
  double weight = 1;
  Norm norm = Norm::kSample;
  Ball ball = Ball::kL2;
  SmartVariant variant = SmartVariant::kPaper;
  int steps = 3;
  double step_size = 0.05;  // 1.5 epsilon / steps unless given
  Init init = Init::kZero;
  double noise = 1e-5;  // sd of the normal start; magnitude of the uniform one
  bool add_clean = false;
  PassMode pass = PassMode::kSeparate;
};
AttackParameters attack_parameters(const specs::Config& config);

// Why these values cannot be combined, or "" when they can.
std::string refuse_combination(const AttackParameters& parameters);

// The attack, or null for `none` and where the weight makes the attacked loss the clean one (then
// every batch is trained clean, bit for bit). Refused combinations throw SpecError.
std::unique_ptr<Attack> make_attack(const AttackParameters& parameters);

// Batch equivalents of one attacked batch.
struct Passes {
  int forward = 1;
  int backward = 1;
  bool operator==(const Passes&) const = default;
};
Passes passes_per_attacked_batch(const AttackParameters& parameters);

// One row per value of `attack.name` except none, sorted by name.
struct AttackInfo {
  const char* name;
  const char* meaning;
  const char* equation;
  std::unique_ptr<Attack> (*make)(const AttackParameters&);
  Passes (*passes)(const AttackParameters&);
};
const std::vector<AttackInfo>& attack_table();

}  // namespace ratbench::attacks
