// How a kernel's name asks for bfloat16, and how it was computed is told.
#include <gtest/gtest.h>

#include "harness/worker/method_trainer.hpp"
#include "src/base/error.hpp"

namespace ratbench::worker {
namespace {

using models::Precision;
using models::Product;

specs::Config config_with(const char* precision) {
  specs::Config config;
  config.set("train.precision", std::string(precision));
  return config;
}

TEST(RequestedArithmetic, TakesBfloat16AsItWasRecorded) {
  const auto of = [](const char* kernel, const char* precision = "fp32") {
    return requested_arithmetic(kernel, at::kCPU, config_with(precision), {32, 8, 16});
  };
  EXPECT_EQ(of("onednn").product, Product::kOneDnn);
  EXPECT_FALSE(of("onednn").bf16.has_value());
  EXPECT_EQ(of("mkl+bf16-emulated", "bf16").product, Product::kMkl);
  EXPECT_EQ(of("mkl+bf16-emulated", "bf16").bf16, Precision::kBf16Emulated);
  // A choice that a BF16 run left behind says which routine multiplies in 32 bits, no more.
  EXPECT_EQ(of("onednn+bf16", "fp32").product, Product::kOneDnn);
  EXPECT_THROW(of("mkl+fp64"), UsageError);
  EXPECT_THROW(of("abacus+bf16"), UsageError);
}

TEST(RequestedArithmetic, RefusesInstructionsThatTheProcessorLacks) {
  const auto ask = [] {
    return requested_arithmetic("mkl+bf16", at::kCPU, config_with("bf16"), {32, 8, 16}).bf16;
  };
  if (models::processor_has_bf16())
    EXPECT_EQ(ask(), Precision::kBf16);
  else
    EXPECT_THROW(ask(), EnvironmentError);
}

}  // namespace
}  // namespace ratbench::worker
