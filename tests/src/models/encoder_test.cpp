// Properties of an encoder, its dropout, poolings and heads that need no reference numbers.
#include <ATen/Parallel.h>
#include <ATen/TensorIndexing.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include "src/base/random.hpp"
#include "src/models/bert.hpp"
#include "src/models/bert_task.hpp"
#include "src/models/encoder_dropout.hpp"
#include "src/models/heads.hpp"
#include "src/models/length_batches.hpp"
#include "tests/src/models/tiny_bert.hpp"

namespace ratbench::models {
namespace {

// Threads that wait for each other on a busy machine take longer than the work on models this
// small.
const bool kOneEncoderThread = (at::set_num_threads(1), true);

using tests::TinyBert;

at::Tensor ids_of(std::vector<std::int64_t> ids, std::int64_t rows) {
  return at::tensor(ids, at::kLong).view({rows, -1});
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  return at::abs(a - b).max().item<double>();
}

Bert tiny_bert(TinyBert& tiny) { return Bert::load(tiny.write(), {.type = at::kDouble}); }

TEST(BertEncoder, PaddingChangesNoTokenOfItsRow) {
  TinyBert tiny;
  const Bert bert = tiny_bert(tiny);
  const auto states = [&](const at::Tensor& ids, const at::Tensor& mask) {
    return bert.encode(bert.embed_words(ids), {ids, mask, {}});
  };
  const at::Tensor alone = states(ids_of({2, 9, 3}, 1), {});
  const at::Tensor mask = ids_of({1, 1, 1, 0, 0}, 1) == 1;
  for (const auto& padding : {ids_of({2, 9, 3, 0, 0}, 1), ids_of({2, 9, 3, 11, 12}, 1)}) {
    // Sums of other lengths round differently.
    EXPECT_LT(distance(alone, states(padding, mask).narrow(1, 0, 3)), 1e-14);
  }
}

TEST(BertEncoder, SegmentsMatter) {
  TinyBert tiny;
  const Bert bert = tiny_bert(tiny);
  const at::Tensor ids = ids_of({2, 9, 3, 8, 3}, 1);
  const at::Tensor words = bert.embed_words(ids);
  const at::Tensor first = bert.encode(words, {ids, {}, {}});
  const at::Tensor zeros = bert.encode(words, {ids, {}, at::zeros_like(ids)});
  const at::Tensor pair = bert.encode(words, {ids, {}, ids_of({0, 0, 0, 1, 1}, 1)});
  EXPECT_EQ(distance(first, zeros), 0);
  EXPECT_GT(distance(first, pair), 1e-3);
}

TEST(BertPasses, GradientsAddUpInTheStorageThatTheOptimiserHolds) {
  TinyBert tiny;
  Bert bert = tiny_bert(tiny);
  bert.make_trainable();
  const std::vector<Parameter> held = bert.parameters();
  EXPECT_EQ(held.size(), tiny.tensors.size() - 2);  // without the pooler
  BertPasses passes(bert, {});
  const at::Tensor ids = ids_of({2, 9, 3}, 1);
  const auto pass = [&] {
    std::unique_ptr<BertTape> tape;
    const at::Tensor states = passes.forward(bert.embed_words(ids), {ids, {}, {}}, {}, &tape);
    passes.backward(*tape, 3 * states * states, Want::kParameters);
  };
  pass();
  std::vector<at::Tensor> once;
  for (const Parameter& parameter : held) once.push_back(parameter.grad.clone());
  pass();
  for (std::size_t i = 1; i < held.size(); ++i) {
    EXPECT_GT(at::abs(once[i]).max().item<double>(), 0) << held[i].name;
    EXPECT_LT(distance(held[i].grad, 2 * once[i]), 1e-10) << held[i].name;
  }
  // A step of the optimiser is seen by the next pass.
  const at::Tensor before = bert.embed_words(ids);
  held.front().value.add_(1);
  EXPECT_LT(distance(bert.embed_words(ids), before + 1), 1e-14);
}

struct Sentences {
  at::Tensor ids = ids_of({2, 9, 8, 3, 2, 7, 3, 0}, 2);
  at::Tensor markers = ids_of({1, 2, 0, 1}, 2);
  TokenBatch batch = {ids, ids != 0, ids_of({0, 0, 1, 1, 0, 0, 0, 0}, 2)};
};

// The gradient that an attack follows, against central differences, with dropout on: the masks of
// one (seed, step, pass) are the same every time.
TEST(BertPasses, GradientOfWordVectorsMatchesDifferencesUnderDropout) {
  const Sentences of;
  const DropoutContext dropout = {5, 3, 1};
  for (const Padding padding : {Padding::kSkip, Padding::kCompute}) {
    TinyBert tiny;
    BertTask task(Bert::load(tiny.write(), {.type = at::kDouble, .dropout = 0.2}),
                  Head(HeadInput::kEntityPair, 8, 3, 0.5, 1, at::kCPU, at::kDouble), 0.1,
                  {.padding = padding});
    const at::Tensor words = task.begin_batch(of.batch, of.markers);
    Activations kept;
    const at::Tensor logits = task.forward(words, dropout, kept);
    task.clear_gradients();
    const at::Tensor grad = task.backward(kept, 2 * logits, Want::kBoth);
    const auto value = [&] {
      Activations other;
      const at::Tensor moved = task.forward(words, dropout, other);
      return (moved * moved).sum().item<double>();
    };
    constexpr double kStep = 1e-5;
    const auto slope_at = [&](double& number) {
      const double before = number;
      number = before + kStep;
      const double above = value();
      number = before - kStep;
      const double slope = (above - value()) / (2 * kStep);
      number = before;
      return slope;
    };
    // Central differences err by the step squared times the third derivative.
    const auto expect_slope = [&](double got, double slope) {
      EXPECT_NEAR(got, slope, 1e-6 + 1e-5 * std::abs(slope));
    };
    for (const std::int64_t element : {0, 9, 17, 30, 40, 55})
      expect_slope(grad.view(-1)[element].item<double>(),
                   slope_at(words.mutable_data_ptr<double>()[element]));
    // One number of every parameter but the table, whose look-up lies outside the passes.
    for (std::size_t i = 1; i < task.parameters().size(); ++i) {
      SCOPED_TRACE(task.parameters()[i].name);
      const Parameter& parameter = task.parameters()[i];
      const std::int64_t element = parameter.value.numel() / 3;
      expect_slope(parameter.grad.flatten()[element].item<double>(),
                   slope_at(parameter.value.mutable_data_ptr<double>()[element]));
    }
  }
}

// Everything that a run sees of one pass: logits, d/dx, gradients.
std::vector<at::Tensor> traces_of(const TinyBert& tiny, const PassOptions& options, double rate) {
  TinyBert copy;
  copy.config = tiny.config;
  const at::ScalarType type = options.precision == Precision::kFp32 ? at::kDouble : at::kFloat;
  BertTask task(Bert::load(copy.write(), {.type = type, .dropout = rate}),
                Head(HeadInput::kFirst, 8, 3, 0.5, 1, at::kCPU, type), rate, options);
  const Sentences of;
  const at::Tensor x = task.begin_batch(of.batch, of.markers);
  task.clear_gradients();
  Activations kept;
  std::vector<at::Tensor> traces = {task.forward(x, DropoutContext{1, 2, 0}, kept)};
  traces.push_back(task.backward(kept, traces[0], Want::kBoth));
  for (const Parameter& parameter : task.parameters()) traces.push_back(parameter.grad.clone());
  return traces;
}

TEST(BertPasses, LayersComputedAgainGiveTheSameBits) {
  TinyBert tiny;
  for (const Precision precision :
       {Precision::kFp32, Precision::kBf16Emulated, bf16_on(at::kCPU)}) {
    const auto all = traces_of(tiny, {.precision = precision}, 0.3);
    const auto again =
        traces_of(tiny, {.precision = precision, .keep = KeepActivations::kLayerInputs}, 0.3);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(all[i].equal(again[i])) << i;
  }
}

TEST(BertPasses, PaddingLeftOutChangesNothingButItsOwnStates) {
  TinyBert tiny;
  const auto skipped = traces_of(tiny, {.padding = Padding::kSkip}, 0);
  const auto computed = traces_of(tiny, {.padding = Padding::kCompute}, 0);
  for (std::size_t i = 0; i < skipped.size(); ++i)
    EXPECT_LT(distance(skipped[i], computed[i]), 1e-12) << i;
}

// bfloat16 keeps 8 significant bits: one part in 256 for a number, a few of them for a sum over
// layers, and what is exactly 0 (gradients of key biases) a sum of such errors; with and without
// the processor's instructions the same numbers are rounded.
TEST(BertPasses, BfloatIsCloseToExactAndToItsEmulation) {
  TinyBert tiny;
  const auto exact = traces_of(tiny, {}, 0.3);
  const auto emulated = traces_of(tiny, {.precision = Precision::kBf16Emulated}, 0.3);
  const auto native = traces_of(tiny, {.precision = bf16_on(at::kCPU)}, 0.3);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const double scale = at::abs(exact[i]).max().item<double>();
    EXPECT_LT(distance(exact[i], emulated[i].to(at::kDouble)), 0.06 * scale + 0.005) << i;
    EXPECT_LT(distance(exact[i], native[i].to(at::kDouble)), 0.06 * scale + 0.005) << i;
  }
  EXPECT_GT(distance(exact[0], native[0].to(at::kDouble)), 0);
}

TEST(EncoderDropout, MaskDependsOnPlaceAndPassAlone) {
  const at::Tensor x = at::ones({1000}, at::kDouble);
  const auto mask = [&](std::uint32_t pass, std::uint32_t site) {
    return encoder_dropout(x, {.context = DropoutContext{1, 2, pass}, .site = site, .rate = 0.25});
  };
  EXPECT_EQ(distance(mask(0, 0), mask(0, 0)), 0);
  EXPECT_GT(distance(mask(0, 0), mask(0, 1)), 0);
  EXPECT_GT(distance(mask(0, 0), mask(1, 0)), 0);
  const at::Tensor kept = mask(0, 0);
  // Kept elements are scaled by 4/3; five standard deviations of their number is 68.
  EXPECT_NEAR((kept > 0).sum().item<double>(), 750, 68);
  EXPECT_NEAR(kept.max().item<double>(), 4.0 / 3, 1e-7);
  EXPECT_EQ(distance(encoder_dropout(x, {.rate = 0.25}), x), 0);
}

TEST(Pooling, NamesRoundTrip) {
  for (const Pooling pooling : {Pooling::kMean, Pooling::kCls, Pooling::kLast})
    EXPECT_EQ(pooling_named(name(pooling)), pooling);
  EXPECT_FALSE(pooling_named("max").has_value());
}

TEST(Pooling, LeavesPaddingOut) {
  const at::Tensor states = at::tensor({1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, at::kDouble).view({2, 3, 1});
  const at::Tensor mask = ids_of({1, 1, 0, 1, 1, 1}, 2) == 1;
  const auto expect = [&](Pooling pooling, double first, double second) {
    const at::Tensor got = pool(states, mask, pooling);
    EXPECT_EQ(got[0].item<double>(), first) << name(pooling);
    EXPECT_EQ(got[1].item<double>(), second) << name(pooling);
  };
  expect(Pooling::kMean, 1.5, 5);
  expect(Pooling::kCls, 1, 4);
  expect(Pooling::kLast, 2, 6);
  for (const Pooling pooling : {Pooling::kMean, Pooling::kCls, Pooling::kLast})
    EXPECT_EQ(
        distance(pool(states, {}, pooling), pool(states, at::ones({2, 3}, at::kBool), pooling)), 0)
        << name(pooling);
}

TEST(Pooling, UnitRowsHaveLengthOneAndZeroStaysZero) {
  const at::Tensor x = at::tensor({3.0, 4.0, 0.0, 0.0}, at::kDouble).view({2, 2});
  const at::Tensor unit = unit_rows(x);
  EXPECT_LT(distance(unit, at::tensor({0.6, 0.8, 0.0, 0.0}, at::kDouble).view({2, 2})), 1e-15);
}

TEST(Head, EntityPairReadsTheTwoMarkedStates) {
  Head head(HeadInput::kEntityPair, 2, 1, 0.02, 1, at::kCPU, at::kDouble);
  head.load(at::tensor({1.0, 10.0, 100.0, 1000.0}, at::kDouble).view({1, 4}),
            at::zeros({1}, at::kDouble));
  const at::Tensor states =
      at::tensor({1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0}, at::kDouble)
          .view({2, 3, 2});
  const at::Tensor logits = head.logits(states, {{}, ids_of({0, 2, 2, 1}, 2)}, {});
  EXPECT_EQ(logits[0].item<double>(), 1 + 20 + 500 + 6000);
  EXPECT_EQ(logits[1].item<double>(), 11 + 120 + 900 + 10000);
}

TEST(Head, StartsFromItsSeedAlone) {
  Head one(HeadInput::kFirst, 64, 5, 0.02, 1, at::kCPU);
  Head same(HeadInput::kEveryToken, 64, 5, 0.02, 1, at::kCPU);
  Head other(HeadInput::kFirst, 64, 5, 0.02, 2, at::kCPU);
  const at::Tensor weight = one.parameters()[0].value;
  EXPECT_EQ(distance(weight, same.parameters()[0].value), 0);
  EXPECT_GT(distance(weight, other.parameters()[0].value), 0);
  // The sample deviation of 320 draws lies within 20 % of the true one (five standard errors).
  EXPECT_NEAR(weight.std().item<double>(), 0.02, 0.004);
  EXPECT_EQ(at::abs(one.parameters()[1].value).sum().item<double>(), 0);
}

// A batch twice in one forward pass gives the gradients of two passes over it, whatever the head.
TEST(BertTask, AStackedBatchGivesTheGradientsOfTwoPasses) {
  const at::Tensor ids = ids_of({2, 9, 8, 3, 2, 7, 3, 0}, 2);
  for (const HeadInput input : {HeadInput::kFirst, HeadInput::kMean, HeadInput::kLast,
                                HeadInput::kEveryToken, HeadInput::kEntityPair}) {
    TinyBert tiny;
    BertTask task(Bert::load(tiny.write(), {.type = at::kDouble, .dropout = 0}),
                  Head(input, 8, 3, 0.5, 1, at::kCPU, at::kDouble), 0);
    const at::Tensor x = task.begin_batch({ids, ids != 0, ids_of({0, 0, 1, 1, 0, 0, 0, 0}, 2)},
                                          ids_of({1, 2, 0, 1}, 2));
    const auto pass = [&](const at::Tensor& stacked) {
      Activations kept;
      const at::Tensor logits = task.forward(stacked, DropoutContext{}, kept);
      return task.backward(kept, logits, Want::kBoth);
    };
    task.clear_gradients();
    const at::Tensor once = pass(x);
    const at::Tensor again = pass(x);
    std::vector<at::Tensor> separate;
    for (const Parameter& parameter : task.parameters()) separate.push_back(parameter.grad.clone());
    task.clear_gradients();
    EXPECT_LT(distance(pass(at::cat({x, x})), at::cat({once, again})), 1e-12);
    for (std::size_t i = 0; i < separate.size(); ++i)
      EXPECT_LT(distance(task.parameters()[i].grad, separate[i]), 1e-12)
          << task.parameters()[i].name;
    EXPECT_GT(at::abs(separate.front()).max().item<double>(), 0);
    EXPECT_EQ(at::abs(separate.front()[0]).max().item<double>(), 0);  // padding learns nothing
  }
}

TEST(BertTask, EachPassComputesWhatIsWantedAlone) {
  TinyBert tiny;
  BertTask task(Bert::load(tiny.write(), {.type = at::kDouble, .dropout = 0.2}),
                Head(HeadInput::kFirst, 8, 3, 0.5, 1, at::kCPU, at::kDouble), 0.2);
  const at::Tensor ids = ids_of({2, 9, 3}, 1);
  const at::Tensor x = task.begin_batch({ids, {}, {}}, {});
  const DropoutContext dropout = {1, 2, 3};
  const auto pass = [&](Want want) {
    task.clear_gradients();
    Activations kept;
    const at::Tensor logits = task.forward(x, dropout, kept);
    return task.backward(kept, logits, want);
  };
  const auto size_of_gradients = [&] {
    double sum = 0;
    for (const Parameter& parameter : task.parameters())
      sum += at::abs(parameter.grad).sum().item<double>();
    return sum;
  };
  const at::Tensor both = pass(Want::kBoth);
  const double all = size_of_gradients();
  EXPECT_GT(all, 0);
  EXPECT_EQ(distance(pass(Want::kInput), both), 0);
  EXPECT_EQ(size_of_gradients(), 0);
  EXPECT_FALSE(pass(Want::kParameters).defined());
  EXPECT_EQ(size_of_gradients(), all);
  // Evaluation keeps nothing.
  Activations kept;
  task.forward(x, std::nullopt, kept);
  EXPECT_EQ(kept.tape, nullptr);
}

TEST(LengthBatches, LongestFirstAndWithinTheBudget) {
  const std::vector<std::int32_t> lengths = {3, 10, 4, 4, 1};
  std::int64_t tokens = 8;
  std::vector<std::vector<std::size_t>> seen;
  for_each_batch(
      lengths, tokens,
      [&](std::span<const std::size_t> batch) { seen.emplace_back(batch.begin(), batch.end()); },
      [](const std::string& remark) { ADD_FAILURE() << remark; });
  EXPECT_EQ(seen, (std::vector<std::vector<std::size_t>>{{1}, {2, 3}, {0, 4}}));
}

TEST(LengthBatches, LackOfMemoryHalvesTheBatchesAndIsSaid) {
  const std::vector<std::int32_t> lengths(8, 5);
  std::int64_t tokens = 40;
  std::vector<std::size_t> sizes;
  std::vector<std::string> remarks;
  const auto compute = [&](std::span<const std::size_t> batch) {
    if (batch.size() > 4) throw std::bad_alloc();
    if (batch.size() > 2) throw std::runtime_error("CUDA out of memory. Tried to allocate");
    sizes.push_back(batch.size());
  };
  for_each_batch(lengths, tokens, compute, [&](const auto& remark) { remarks.push_back(remark); });
  EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 2, 2, 2}));
  EXPECT_EQ(tokens, 10);
  ASSERT_EQ(remarks.size(), 2U);
  EXPECT_NE(remarks[0].find("8 texts at once"), std::string::npos) << remarks[0];
  EXPECT_NE(remarks[1].find("at most 10 tokens"), std::string::npos) << remarks[1];
}

TEST(LengthBatches, OtherErrorsAndASingleTextThrowOn) {
  const std::vector<std::int32_t> lengths(2, 5);
  const auto silent = [](const std::string&) {};
  std::int64_t tokens = 10;
  const auto broken = [](std::span<const std::size_t>) { throw std::runtime_error("broken"); };
  EXPECT_THROW(for_each_batch(lengths, tokens, broken, silent), std::runtime_error);
  const auto full = [](std::span<const std::size_t>) { throw std::bad_alloc(); };
  EXPECT_THROW(for_each_batch(lengths, tokens, full, silent), std::bad_alloc);
}

}  // namespace
}  // namespace ratbench::models
