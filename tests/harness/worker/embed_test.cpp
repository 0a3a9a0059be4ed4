// The worker's encoder on models small enough to write, and its answers to what cannot be embedded.
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness/worker/embedder.hpp"
#include "src/base/error.hpp"
#include "src/models/bert.hpp"
#include "tests/src/models/tiny_bert.hpp"
#include "tests/unmappable_file.hpp"

namespace ratbench::worker {
namespace {

using tests::TinyBert;

constexpr std::size_t kDim = 8;  // of TinyBert

protocol::EmbedRequest request_of(const std::filesystem::path& folder) {
  protocol::EmbedRequest request;
  request.kernel = "mkl";
  request.encoder.folder = folder.string();
  request.ids = {2, 9, 3, 2, 3, 2, 4, 5, 6, 3, 2, 9, 3};
  request.lengths = {3, 2, 5, 3};
  return request;
}

std::vector<float> row(const protocol::EmbedResult& result, std::size_t index) {
  const auto begin = result.features.begin() + static_cast<std::ptrdiff_t>(index * kDim);
  return {begin, begin + kDim};
}

double norm(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += double{value} * double{value};
  return std::sqrt(sum);
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double dot = 0;
  for (std::size_t i = 0; i < kDim; ++i) dot += double{a[i]} * double{b[i]};
  return dot / (norm(a) * norm(b));
}

// A sum over one text of a batch rounds differently from one over a batch of another shape.
void expect_close(const std::vector<float>& a, const std::vector<float>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], tolerance);
}

TEST(Embedder, FeaturesStandInTheOrderOfTheTexts) {
  TinyBert tiny;
  const auto folder = tiny.write();
  Embedder embedder;
  const auto together = embedder.embed(request_of(folder));
  EXPECT_EQ(together.dim, 8);
  EXPECT_EQ(together.real_tokens, 13);
  EXPECT_GE(together.padded_tokens, 13);
  ASSERT_EQ(together.features.size(), 4 * kDim);
  expect_close(row(together, 0), row(together, 3), 1e-6);

  auto alone = request_of(folder);
  alone.ids = {2, 4, 5, 6, 3};
  alone.lengths = {5};
  const auto third = embedder.embed(alone);
  EXPECT_EQ(third.padded_tokens, 5);
  expect_close(row(together, 2), row(third, 0), 1e-6);
}

TEST(Embedder, PoolingAndScalingAreTheEncodersOwn) {
  TinyBert tiny;
  const auto folder = tiny.write();
  const auto bert = models::Bert::load(folder, {});
  const at::Tensor ids = at::tensor({2, 4, 5, 6, 3}, at::kLong).view({1, 5});
  const at::Tensor states = bert.encode(bert.embed_words(ids), {ids, {}, {}});
  Embedder embedder;
  for (const char* pooling : {"mean", "cls", "last"}) {
    SCOPED_TRACE(pooling);
    auto request = request_of(folder);
    request.encoder.pooling = pooling;
    const auto plain = row(embedder.embed(request), 2);
    const at::Tensor expected = models::pool(states, {}, *models::pooling_named(pooling));
    const auto* values = expected.const_data_ptr<float>();
    expect_close(plain, {values, values + kDim}, 1e-5);
    request.encoder.unit_length = true;
    const auto unit = row(embedder.embed(request), 2);
    EXPECT_NEAR(norm(unit), 1, 1e-6);
    EXPECT_NEAR(unit[0] * norm(plain), plain[0], 1e-5);
  }
}

// bfloat16 keeps 8 significant bits.
TEST(Embedder, Bf16StaysNearFp32) {
  TinyBert tiny;
  const auto folder = tiny.write();
  Embedder embedder;
  for (const char* kernel : {"mkl", "onednn"}) {
    SCOPED_TRACE(kernel);
    auto request = request_of(folder);
    request.kernel = kernel;
    const auto exact = embedder.embed(request);
    request.encoder.precision = "bf16";
    const auto brief = embedder.embed(request);
    EXPECT_NE(exact.features, brief.features);
    for (std::size_t text = 0; text < 4; ++text)
      EXPECT_GT(cosine(row(exact, text), row(brief, text)), 0.999);
  }
}

TEST(Embedder, BatchesOfAnySizeGiveTheSameFeatures) {
  TinyBert tiny;
  const auto folder = tiny.write();
  const auto request = request_of(folder);
  models::TextEncoder encoder(folder, {});
  const auto all = encoder.encode({request.ids, request.lengths});
  encoder.set_batch_tokens(1);
  const auto one_by_one = encoder.encode({request.ids, request.lengths});
  EXPECT_EQ(one_by_one.padded_tokens, 13);
  expect_close(all.features, one_by_one.features, 1e-6);
}

template <typename Exception>
void expect_refusal(const protocol::EmbedRequest& request, const std::vector<std::string>& words) {
  Embedder embedder;
  try {
    embedder.embed(request);
    FAIL() << "accepted";
  } catch (const Exception& error) {
    for (const std::string& word : words)
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  }
}

TEST(Embedder, RefusesWhatItCannotEmbedByName) {
  TinyBert tiny;
  const auto good = request_of(tiny.write());
  auto request = good;
  request.ids[5] = 20;
  expect_refusal<DataError>(request, {"text 2", "token 20", "20 rows", "another model"});
  request.ids[5] = -1;
  expect_refusal<DataError>(request, {"text 2", "token -1"});
  request = good;
  request.lengths = {3, 0, 7, 3};
  expect_refusal<DataError>(request, {"text 1", "0 tokens", "1 to 10"});
  request.lengths = {13};
  expect_refusal<DataError>(request, {"text 0", "13 tokens", "1 to 10"});
  request = good;
  request.encoder.folder += "/nowhere";
  expect_refusal<DataError>(request, {"nowhere", "config.json"});
  request = good;
  request.encoder.pooling = "max";
  expect_refusal<UsageError>(request, {"\"max\"", "mean, cls, last"});
  request = good;
  request.encoder.precision = "fp8";
  expect_refusal<UsageError>(request, {"\"fp8\"", "fp32, bf16"});
  request = good;
  request.kernel = "blas";
  expect_refusal<UsageError>(request, {"\"blas\"", "mkl, onednn"});
}

TEST(Embedder, WeightsThatTheSystemDoesNotMapAreNoFaultOfTheFolder) {
  TinyBert tiny;
  const UnmappableFile unmappable;
  const auto request = request_of(tiny.write());
  const std::filesystem::path weights = request.encoder.folder + "/model.safetensors";
  std::filesystem::remove(weights);
  std::filesystem::create_symlink(unmappable.path(), weights);
  expect_refusal<EnvironmentError>(request, {"model.safetensors", "not enough memory"});
}

TEST(Embedder, NoTextsGiveNoFeatures) {
  TinyBert tiny;
  auto request = request_of(tiny.write());
  request.ids.clear();
  request.lengths.clear();
  EXPECT_TRUE(Embedder().embed(request).features.empty());
}

}  // namespace
}  // namespace ratbench::worker
