// Sweeps killed at any moment and at every named point, then resumed: the rows are those of a sweep
// that nobody disturbed. Ten kills; RATBENCH_LONG=1 makes it 80 at uniform times and 20 at points.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "harness/store/fault.hpp"
#include "src/base/random.hpp"
#include "tests/harness/cli/program.hpp"

namespace ratbench::cli {
namespace {

using Rows = std::vector<std::vector<std::optional<std::string>>>;

const std::map<std::string, std::string> kPace = {{"RATBENCH_ECHO_MS", "10"}};

bool about_time_or_attempts(const std::string& view, const std::string& column) {
  static const std::set<std::string> kColumns = {"attempts", "concurrent_runs", "train_s",
                                                 "wall_s"};
  return view == "v_run" && kColumns.contains(column);
}

// Every documented view but the one of attempts.
std::map<std::string, Rows> rows_of(const std::string& db) {
  const store::Reader reader(db);
  std::map<std::string, Rows> all;
  for (const std::string& view : reader.views()) {
    if (view == "v_attempt") continue;
    const auto columns = reader.view_columns(view);
    Rows& rows = all[view];
    reader.visit_view(view, [&](const auto& values) {
      rows.emplace_back();
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!about_time_or_attempts(view, columns[i])) rows.back().push_back(values[i]);
      }
    });
  }
  return all;
}

class Kill : public ::testing::Test {
 protected:
  Kill() {
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(project_.call(project_.run_words(project_.db("whole.db")), kPace).status, 0);
    duration_s_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    whole_ = rows_of(project_.db("whole.db"));
    EXPECT_EQ(whole_.at("v_run").size(), 40U);
  }

  // Attempts of the runs that the database calls finished.
  std::map<std::string, int> finished(const std::string& db) const {
    std::map<std::string, int> attempts;
    if (!std::filesystem::exists(db)) return attempts;
    try {
      const store::Reader reader(db);
      for (const store::RunRow& run : reader.runs("tiny")) {
        if (run.status == store::RunStatus::kDone) attempts[run.run_key] = run.attempts;
      }
    } catch (const StoreError&) {
      // Killed before there was a schema.
    }
    return attempts;
  }

  void resume_and_compare(const std::string& db, const std::string& how) {
    const auto before = finished(db);
    const Finished resumed = project_.call(project_.run_words(db), kPace);
    ASSERT_EQ(resumed.status, 0) << how << "\n" << resumed.err;
    const auto after = finished(db);
    EXPECT_EQ(after.size(), 40U) << how;
    for (const auto& [run, attempts] : before) {
      EXPECT_EQ(after.at(run), attempts) << how << ": finished run " << run << " was repeated";
    }
    EXPECT_EQ(rows_of(db), whole_) << how;
  }

  void kill_at_time(int number) {
    const double u =
        RandomStream(20, Purpose::kBootstrap).uniform(0, static_cast<std::uint64_t>(number));
    const bool worker_only = number % 4 == 3;
    const std::string db = project_.db("time" + std::to_string(number) + ".db");
    const Program program = project_.start(project_.run_words(db), kPace);
    std::this_thread::sleep_for(std::chrono::duration<double>(u * duration_s_));
    const std::vector<pid_t> workers = program.children();
    if (worker_only) {
      if (!workers.empty()) {
        const pid_t worker = workers[static_cast<std::size_t>(number) % workers.size()];
        RB_CHECK_GT(worker, 1);
        ::kill(worker, SIGKILL);
      }
    } else {
      program.signal(SIGKILL);
    }
    program.wait();
    resume_and_compare(db, "kill " + std::to_string(number) + " at " + std::to_string(u));
  }

  void kill_at_point(std::size_t number) {
    const std::string_view point = store::kFaultPoints[number % store::kFaultPoints.size()];
    const bool often = point.starts_with("commit") || point.starts_with("lease");
    const std::string fault = std::string(point) + (often ? ":3" : ":1");
    const std::string db = project_.db("point" + std::to_string(number) + ".db");
    auto variables = kPace;
    variables["RATBENCH_FAULT"] = fault;
    EXPECT_EQ(project_.call(project_.run_words(db), variables).status, 128 + SIGKILL) << fault;
    resume_and_compare(db, fault);
  }

  TinyProject project_;
  double duration_s_ = 0;
  std::map<std::string, Rows> whole_;
};

bool long_run() { return std::getenv("RATBENCH_LONG") != nullptr; }

TEST_F(Kill, AtAnyTimeLosesAndRepeatsNothing) {
  for (int number = 0; number < (long_run() ? 80 : 6); ++number) kill_at_time(number);
}

TEST_F(Kill, AtNamedPointsLosesAndRepeatsNothing) {
  if (long_run()) {
    for (std::size_t number = 0; number < 20; ++number) kill_at_point(number);
  } else {
    for (const std::size_t number : {1U, 3U, 6U, 7U}) kill_at_point(number);
  }
}

}  // namespace
}  // namespace ratbench::cli
