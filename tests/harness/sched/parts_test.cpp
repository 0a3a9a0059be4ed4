#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "harness/sched/device.hpp"
#include "harness/sched/failure.hpp"
#include "harness/sched/progress.hpp"
#include "harness/sched/sweep_run.hpp"
#include "harness/sched/worker_conversation.hpp"
#include "harness/sched/worker_slot.hpp"
#include "src/base/error.hpp"
#include "src/base/version.hpp"
#include "tests/harness/sched/tiny_sweep.hpp"

namespace ratbench::sched {
namespace {

using Names = std::vector<std::string>;

Names assign(const std::string& request, std::optional<int> jobs) {
  return assign_devices(parse_device(request), available_devices({"cpu"}), jobs);
}

TEST(WorkerConversation, DoesNotWaitForTheWorkerOnceASignalHasCome) {
  WorkerConversation worker(echo_worker(), "cpu", "was asked nothing");
  std::array<int, 2> signal{};
  ASSERT_EQ(::pipe(signal.data()), 0);
  ASSERT_EQ(::write(signal[1], "x", 1), 1);
  EXPECT_FALSE(worker.wait_unless(signal[0]).has_value());
  ::close(signal[0]);
  ::close(signal[1]);
}

TEST(Greeting, OfAnotherRevisionIsTold) {
  protocol::Hello hello;
  hello.git_revision = git_revision();
  EXPECT_EQ(other_revision(hello, "w"), "");
  hello.git_revision = "unknown";
  EXPECT_EQ(other_revision(hello, "w"), "");
  hello.git_revision = "0123456789ab";
  if (std::string(git_revision()) == "unknown") GTEST_SKIP() << "built outside git";
  EXPECT_EQ(other_revision(hello, "w"),
            std::string("the worker program w was built from revision 0123456789ab, this program "
                        "from ") +
                git_revision() + "; build both from one revision");
}

TEST(Device, RefusesWhatIsNoDevice) {
  for (const char* text : {"", "gpu", "cuda:", "cuda:-1", "cuda:1x", "CPU"}) {
    EXPECT_THROW(parse_device(text), UsageError) << text;
  }
}

TEST(Device, AutoPrefersCudaWhereThereIsSome) {
  EXPECT_EQ(assign("auto", 2), (Names{"cpu", "cpu"}));
  const ScopedVariable fake("RATBENCH_FAKE_DEVICES", "cuda:0,cuda:1");
  EXPECT_EQ(assign("auto", std::nullopt), (Names{"cuda:0", "cuda:1"}));
  EXPECT_EQ(assign("all", 1), (Names{"cuda:0"}));
  EXPECT_EQ(assign("cuda:1", 4), (Names{"cuda:1"}));
  EXPECT_EQ(assign("cpu", 3), (Names{"cpu", "cpu", "cpu"}));
  EXPECT_THROW(assign("cuda:2", 1), EnvironmentError);
}

TEST(Device, HonoursTheListOfVisibleDevices) {
  const ScopedVariable fake("RATBENCH_FAKE_DEVICES", "cuda:0,cuda:1,cuda:2");
  {
    const ScopedVariable visible("CUDA_VISIBLE_DEVICES", "2,0");
    EXPECT_EQ(assign("all", std::nullopt), (Names{"cuda:0", "cuda:1"}));
  }
  const ScopedVariable visible("CUDA_VISIBLE_DEVICES", "");
  EXPECT_THROW(assign("all", std::nullopt), EnvironmentError);
  EXPECT_EQ(assign("auto", 1), Names{"cpu"});
}

TEST(Failure, TellsMemoryFromOtherKills) {
  EXPECT_EQ(classify_ending(9, true).kind, "oom");
  EXPECT_EQ(classify_ending(9, false).kind, "killed");
  EXPECT_EQ(classify_ending(11, true).kind, "error");
  EXPECT_EQ(classify_ending(0, false).kind, "lost");
}

TEST(Filter, AcceptsStatesAndKinds) {
  EXPECT_EQ(parse_filter("failed:oom").failure_kind, "oom");
  EXPECT_EQ(parse_filter("queued").status, store::RunStatus::kQueued);
  for (const char* text : {"", "done", "failed:", "failed:bad", "queued:oom"}) {
    EXPECT_THROW(parse_filter(text), UsageError) << text;
  }
}

TEST(Progress, SaysWhatIsDoneAndWhatIsLeft) {
  EXPECT_EQ(progress_text({80, 12, 1, 2, 4}, 7.0),
            "12/80 done (1 diverged), 2 failed, 4 running, 2 runs/s, 0:33 left");
  EXPECT_EQ(progress_text({80, 0, 0, 0, 4}, 7.0),
            "0/80 done, 0 failed, 4 running, time left unknown");
  EXPECT_EQ(duration_text(3900), "1:05:00");
}

}  // namespace
}  // namespace ratbench::sched
