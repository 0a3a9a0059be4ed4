// Files of a sweep that are replaced while it goes on, or before a run is replayed.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/base/sha256.hpp"
#include "tests/harness/cli/program.hpp"

namespace ratbench::cli {
namespace {

namespace fs = std::filesystem;

class ChangedData : public ::testing::Test {
 protected:
  // A worker before whose start `file` is replaced by `other`, which is after the engine has hashed
  // what the sweep needs.
  std::string tampering(const fs::path& worker, const fs::path& file, const fs::path& other) const {
    const fs::path script = project_.folder() / "tampering.sh";
    std::ofstream(script) << "#!/bin/sh\ncp '" << other.string() << "' '" << file.string()
                          << "'\nexec '" << worker.string() << "'\n";
    fs::permissions(script, fs::perms::owner_all);
    return script.string();
  }
  // The echo worker, and the real one where it is built.
  static std::vector<fs::path> workers() {
    std::vector<fs::path> found = {sched::echo_worker()};
    if (fs::exists(build_folder() / "ratbench-worker"))
      found.push_back(build_folder() / "ratbench-worker");
    return found;
  }
  // Features of as many rows as the project's own, or of others.
  fs::path features(const std::string& name, std::uint64_t rows) const {
    const fs::path folder = project_.folder() / (name + ".d");
    fs::create_directories(folder);
    return sched::write_tiny_data(folder, rows).paths.at("train");
  }

  TinyProject project_;
};

TEST_F(ChangedData, FailsTheRunsThatNeedItAndNoOthers) {
  const fs::path changed = features("changed", 12);
  const fs::path other = features("other", 14);
  const std::string planned = sha256_file(changed);
  const fs::path own = project_.folder() / "train.safetensors";
  for (const fs::path& worker : workers()) {
    const std::string db = project_.db(worker.filename().string() + ".db");
    const auto words =
        project_.run_words(db, {"--json", "--seeds", "2", "--set", "attack.epsilon=0.1", "--set",
                                "data.train=" + own.string() + "," + changed.string()});
    const Finished run =
        project_.call(words, {{"RATBENCH_WORKER", tampering(worker, changed, other)}});
    EXPECT_EQ(run.status, 1) << run.err;
    const auto document = nlohmann::json::parse(run.out, nullptr, false);
    EXPECT_EQ(document["done"], 2) << run.out;
    ASSERT_EQ(document["failures"].size(), 2U) << run.out;
    for (const auto& failure : document["failures"]) {
      EXPECT_EQ(failure["kind"], "data");
      EXPECT_EQ(failure["message"],
                changed.string() + ": was changed since the sweep was planned: its SHA-256 is " +
                    sha256_file(other) + ", expected is " + planned);
    }
    features("changed", 12);  // put back, the rest can be trained
    const Finished again = project_.call(words, {{"RATBENCH_WORKER", worker.string()}});
    EXPECT_EQ(again.status, 0) << again.err;
  }
}

TEST_F(ChangedData, IsNoDriftOfAReplayedRun) {
  ASSERT_EQ(project_.call(project_.run_words(project_.db())).status, 0);
  const std::string key = store::Reader(project_.db()).runs("tiny").at(0).run_key;
  const fs::path test = project_.folder() / "test.safetensors";
  const std::string trained_on = sha256_file(test);
  fs::copy_file(features("other", 14), test, fs::copy_options::overwrite_existing);
  const Finished replay = project_.call({"replay", key, "--db", project_.db()});
  EXPECT_EQ(replay.status, 2);
  EXPECT_TRUE(replay.out.empty()) << replay.out;
  EXPECT_EQ(replay.err, "ratbench: " + test.string() + ": the test data of run " + key +
                            " were changed: its SHA-256 is " + sha256_file(test) +
                            ", expected is " + trained_on +
                            ", on which the run was trained; nothing was trained\n");
}

}  // namespace
}  // namespace ratbench::cli
