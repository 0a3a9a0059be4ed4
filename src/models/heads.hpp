// From token states to what a task needs: one vector for a text, or logits for a text, its tokens
// or a pair of entities in it.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/models/encoder_dropout.hpp"
#include "src/models/model.hpp"

namespace ratbench::models {

// How token states become one vector of a text.
enum class Pooling {
  kMean,  // mean over all tokens, [CLS] and [SEP] included, padding left out
  kCls,   // the first token
  kLast,  // the last token that is not padding
};

// "mean", "cls", "last".
std::string_view name(Pooling pooling);
std::optional<Pooling> pooling_named(std::string_view name);

// [batch, hidden] of states [batch, len, hidden]. `mask` [batch, len] bool is true for tokens,
// which come before the padding, at least one in each row; undefined: no padding.
at::Tensor pool(const at::Tensor& states, const at::Tensor& mask, Pooling pooling);

// Rows of x [n, dim] divided by their L2 norm; a row of zeros stays zero.
at::Tensor unit_rows(const at::Tensor& x);

// What a head reads.
enum class HeadInput {
  kFirst,       // state of the first token ([CLS]); logits [batch, classes]
  kMean,        // mean of the states of all tokens; logits [batch, classes]
  kLast,        // state of the last token; logits [batch, classes]
  kEveryToken,  // every state; logits [batch, len, classes]
  kEntityPair,  // states at two markers, one after the other; logits [batch, classes]
                // (Baldini Soares et al., "Matching the blanks", 2019, section 3.3, entity start)
};

// Where in a batch a head reads.
struct HeadPlaces {
  at::Tensor mask;     // [batch, len] bool as in TokenBatch; undefined: no padding
  at::Tensor markers;  // [batch, 2] int64, positions of the two entities, for kEntityPair alone
};

// A linear layer over token states, weights drawn from N(0, sd) like BERT's own, bias zero.
class Head {
 public:
  // Draws from the initialisation stream of `seed`.
  Head(HeadInput input, std::int64_t hidden, std::int64_t classes, double sd, std::uint64_t seed,
       const at::Device& device, at::ScalarType type = at::kFloat);

  // Logits of states [batch, len, hidden]. Dropout precedes the layer.
  at::Tensor logits(const at::Tensor& states, const HeadPlaces& places,
                    const DropoutSite& dropout) const;
  // The layer alone, on vectors [..., in].
  at::Tensor classify(const at::Tensor& vectors) const;

  // Copies weight [classes, in] and bias [classes] in.
  void load(const at::Tensor& weight, const at::Tensor& bias);

  // Gives both parameters gradients, zero at first.
  void make_trainable();
  // From d/d logits of `logits` with the same arguments: adds to the gradients and returns
  // d/d states [batch, len, hidden], each as wanted; 0 at states that the head does not read.
  at::Tensor backward(const at::Tensor& states, const HeadPlaces& places,
                      const DropoutSite& dropout, const at::Tensor& grad_logits, Want want);
  // "classifier.weight", "classifier.bias".
  std::vector<Parameter>& parameters() { return parameters_; }

 private:
  at::Tensor read(const at::Tensor& states, const HeadPlaces& places) const;
  // d/d states from d/d what read() returns.
  at::Tensor unread(const at::Tensor& grad, const at::Tensor& states,
                    const HeadPlaces& places) const;

  HeadInput input_;
  at::Tensor weight_, bias_;
  std::vector<Parameter> parameters_;
};

}  // namespace ratbench::models
