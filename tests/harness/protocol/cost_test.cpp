// Messages about time: exact on the wire, refused when their counts do not fit.
#include <gtest/gtest.h>

#include <limits>

#include "harness/protocol/codec.hpp"

namespace ratbench::protocol {
namespace {

CostTimes sample_times() {
  CostTimes times;
  times.request_id = 12;
  times.wall_s = 0.1 + 0.2;
  times.cpu_s = 0.25;
  times.steps = 40;
  times.attacked_steps = 19;
  times.forward_passes = 59;
  times.backward_passes = 58;
  times.samples = 1280;
  times.padded_tokens = 900;
  times.real_tokens = 700;
  times.clock_skew_s = 1e-5;
  times.waited_s = 0.0625;
  times.phase_s = {{"data", 0.125}, {"forward", 1e-9}};
  times.attacked_phase_s = {{"data", 0.0625}};
  times.peak_memory_bytes = 1LL << 40;
  return times;
}

TEST(CostCodec, KeepsEveryMessageExactly) {
  CostSetup setup;
  setup.device = "cuda:1";
  setup.threads = 3;
  setup.kernel = "onednn";
  setup.seed = ~std::uint64_t{0};
  specs::Config config;
  config.set("attack.epsilon", *Decimal::parse("0.10"));
  config.set("attack.name", std::string("fgm"));
  setup.arms = {{"at", config, {{"train", "a"}, {"val", "b"}}, {{"train", "0a"}}},
                {"clean", {}, {}}};
  const auto opened = std::get<CostSetup>(decode(encode(setup)));
  EXPECT_EQ(opened.device, setup.device);
  EXPECT_EQ(opened.threads, 3);
  EXPECT_EQ(opened.kernel, "onednn");
  EXPECT_EQ(opened.seed, setup.seed);
  ASSERT_EQ(opened.arms.size(), 2u);
  EXPECT_EQ(opened.arms[0].name, "at");
  EXPECT_EQ(opened.arms[0].config, config);
  EXPECT_EQ(opened.arms[0].paths, setup.arms[0].paths);
  EXPECT_EQ(opened.arms[0].sha256, setup.arms[0].sha256);

  const auto times = std::get<CostTimes>(decode(encode(sample_times())));
  EXPECT_EQ(times.wall_s, 0.1 + 0.2);
  EXPECT_EQ(times.phase_s, sample_times().phase_s);
  EXPECT_EQ(times.attacked_phase_s, sample_times().attacked_phase_s);
  EXPECT_EQ(times.peak_memory_bytes, 1LL << 40);
  EXPECT_EQ(encode(times), encode(sample_times()));

  for (const Message& message :
       {Message(CostReady{"cpu name", "570", "mkl", 2}), Message(CostFailure{"oom", "no memory"}),
        Message(CostBlock{4, 2, 100, 50, true})}) {
    EXPECT_EQ(decode(encode(message)).index(), message.index());
    EXPECT_EQ(encode(decode(encode(message))), encode(message));
  }
}

TEST(CostCodec, TimesAndCountsThatCannotBeAreRefused) {
  const auto refused = [](auto change) {
    CostTimes times = sample_times();
    change(times);
    EXPECT_THROW(decode(encode(times)), ProtocolError);
  };
  refused([](CostTimes& t) { t.wall_s = -1; });
  refused([](CostTimes& t) { t.wall_s = std::numeric_limits<double>::quiet_NaN(); });
  refused([](CostTimes& t) { t.cpu_s = std::numeric_limits<double>::infinity(); });
  refused([](CostTimes& t) { t.waited_s = -0.5; });
  refused([](CostTimes& t) { t.steps = 0; });
  refused([](CostTimes& t) { t.attacked_steps = 41; });
  refused([](CostTimes& t) { t.samples = -1; });
  refused([](CostTimes& t) { t.peak_memory_bytes = -2; });
  EXPECT_THROW(decode(encode(CostBlock{1, 0, -1, 10, false})), ProtocolError);
  EXPECT_THROW(decode(encode(CostBlock{1, 0, 0, 0, false})), ProtocolError);
}

}  // namespace
}  // namespace ratbench::protocol
