// The two programs together: the stored bits of a sweep depend on neither jobs, order of execution
// nor repetition.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
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

}  // namespace
}  // namespace ratbench
