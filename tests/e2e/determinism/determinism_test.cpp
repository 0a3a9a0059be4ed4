// The two programs together: the stored bits of a sweep depend on neither jobs, order of execution
// nor repetition.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "harness/store/reader.hpp"
#include "tests/src/train/toy_data.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench {
namespace {

namespace fs = std::filesystem;

struct Bits {
  std::string weights;
  std::string losses;
  std::string test_logits;
  std::int64_t attacked_batches = 0;
  bool diverged = false;
  bool operator==(const Bits&) const = default;
};
void PrintTo(const Bits& bits, std::ostream* out) {
  *out << bits.weights << ' ' << bits.losses << ' ' << bits.test_logits << ' '
       << bits.attacked_batches;
}

class Determinism : public ::testing::Test {
 protected:
  Determinism() {
    const char* build = std::getenv("RATBENCH_BUILD");
    program_ = std::string(build == nullptr ? "." : build) + "/ratbench";
    write_experiment();
  }

  // Eight cells of four epochs with two seeds; the last cell diverges at once.
  void write_experiment() const {
    const auto paths = data_.paths();
    std::ofstream(folder_ / "toy.json") << R"({
      "name": "toy",
      "data": {"format": "features", "train": ")"
                                        << paths.at("train") << R"(", "val": ")" << paths.at("val")
                                        << R"(", "test": ")" << paths.at("test") << R"("},
      "model": {"name": "mlp", "hidden": 64},
      "train": {"epochs": 4, "batch_size": 16, "lr": 0.01},
      "loss": {"name": "focal", "gamma": 2},
      "attack": {"name": "fgm", "epsilon": 0.3},
      "augmentation": {"name": "samples"},
      "grid": {"augmentation.lambda": [0, 3], "attack.p_rat": [0, 0.3, 1]},
      "include": [{"augmentation.lambda": 0, "attack.p_rat": 1, "attack.name": "random"},
                  {"augmentation.lambda": 0, "attack.p_rat": 0, "train.lr": 1e38}],
      "seeds": [3, 4]
    })";
  }

  // Every option of training, two folds and a thinned class; cells without an attack.
  void write_options() const {
    const auto paths = data_.paths();
    std::ofstream(folder_ / "toy.json") << R"({
      "name": "toy",
      "data": {"train": ")" << paths.at("train")
                                        << R"(", "val": ")" << paths.at("val") << R"(", "test": ")"
                                        << paths.at("test") << R"(",
               "split": {"name": "kfold", "folds": 3, "fold": 0, "seed": 5}},
      "model": {"hidden": 32},
      "train": {"epochs": 4, "batch_size": 16, "lr": 0.01, "warmup": 0.1, "schedule": "linear",
                "clip_norm": 1, "accumulate": 2, "eval_steps": 5, "patience": 4},
      "attack": {"name": "fgm", "epsilon": 0.3},
      "augmentation": {"name": "samples", "lambda": 2},
      "grid": {"train.precision": ["fp32", "bf16"], "data.split.fold": [0, 2],
               "attack.p_rat": [0, 0.5], "data.profile": [null, {"large": 20}]},
      "seeds": 2
    })";
  }

  // Exit status of `ratbench ARGUMENTS`, everything it says in the log file.
  int ratbench(const std::string& arguments) const {
    const std::string command =
        program_ + " " + arguments + " >> " + (folder_ / "log").string() + " 2>&1";
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string log() const {
    std::ifstream in(folder_ / "log");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  fs::path db(const char* name) const { return folder_ / name; }

  std::map<std::string, Bits> swept(const char* name, const std::string& options) const {
    const int status = ratbench("run " + (folder_ / "toy.json").string() + " --device cpu --db " +
                                db(name).string() + " " + options);
    EXPECT_EQ(status, 0) << log();
    return stored(name);
  }
  std::map<std::string, Bits> stored(const char* name) const {
    std::map<std::string, Bits> bits;
    for (const store::RunRow& run : store::Reader(db(name)).runs("toy"))
      bits[run.run_key] = {run.weights_sha256, run.loss_history_sha256, run.test_logits_sha256,
                           run.counters.attacked_batches,
                           run.status == store::RunStatus::kDiverged};
    return bits;
  }

  train::testing::ToyFolder data_;
  TemporaryFolder folder_;
  std::string program_;
};

TEST_F(Determinism, BitsDoNotDependOnJobsOrOrder) {
  const auto one = swept("one.db", "--jobs 1");
  ASSERT_EQ(one.size(), 16U);
  EXPECT_EQ(one, swept("two.db", "--jobs 2"));
  // Another order of cells and seeds.
  EXPECT_EQ(one, swept("reversed.db",
                       "--jobs 2 --set augmentation.lambda=3,0 --set attack.p_rat=1,0.3,0"));
  int diverged = 0;
  for (const auto& [key, bits] : one) diverged += bits.diverged ? 1 : 0;
  EXPECT_EQ(diverged, 2);
}

TEST_F(Determinism, ASecondSweepTrainsNothingAndReplayGivesTheSameBits) {
  const auto first = swept("again.db", "--jobs 2");
  EXPECT_EQ(first, swept("again.db", "--jobs 2"));
  for (const store::RunRow& run : store::Reader(db("again.db")).runs("toy"))
    EXPECT_EQ(run.attempts, 1) << run.run_key;
  int replayed = 0;
  for (const auto& [key, bits] : first) {
    if (++replayed > 3) break;
    ASSERT_EQ(ratbench("replay " + key + " --json --db " + db("again.db").string()), 0) << log();
  }
  EXPECT_EQ(log().find("\"identical\": false"), std::string::npos) << log();
  EXPECT_NE(log().find("\"identical\": true"), std::string::npos) << log();
}

TEST_F(Determinism, EveryOptionOfTrainingKeepsItsBitsOverJobsResumeAndReplay) {
  write_options();
  // One seed first: the second sweep resumes.
  swept("parts.db", "--jobs 2 --seeds 1");
  swept("parts.db", "--jobs 1");
  const auto bits = swept("whole.db", "--jobs 2");
  EXPECT_EQ(bits.size(), 2U * 16U);
  for (const auto& [key, resumed] : stored("parts.db"))
    if (bits.contains(key)) {
      EXPECT_EQ(bits.at(key), resumed);
    }
  std::set<std::string> kernels;
  for (const store::RunRow& run : store::Reader(db("whole.db")).runs("toy")) {
    // One run of every kernel is enough.
    if (!kernels.insert(run.kernel).second) continue;
    ASSERT_EQ(ratbench("replay " + run.run_key + " --json --db " + db("whole.db").string()), 0)
        << log();
  }
  EXPECT_EQ(kernels.size(), 2U) << "fp32 and bf16";
}

TEST_F(Determinism, AReplayOfADivergedRunSaysSoAndIsIdentical) {
  swept("diverged.db", "--jobs 1 --seeds 1");
  for (const store::RunRow& run : store::Reader(db("diverged.db")).runs("toy")) {
    if (run.status != store::RunStatus::kDiverged) continue;
    ASSERT_EQ(ratbench("replay " + run.run_key + " --db " + db("diverged.db").string()), 0)
        << log();
    EXPECT_NE(log().find("bit-identical: diverged at step " + std::to_string(run.diverged_step)),
              std::string::npos)
        << log();
    return;
  }
  FAIL() << "no run diverged";
}

}  // namespace
}  // namespace ratbench
