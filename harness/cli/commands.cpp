#include "harness/cli/commands.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/cli/version_text.hpp"
#include "src/base/error.hpp"

namespace ratbench::cli {
namespace {

constexpr std::array<Command, 12> kCommands = {{
    {"compare", "say whether two databases agree within a margin", set_up_compare},
    {"completion", "print a completion script for a shell", set_up_completion},
    {"cost", "measure what attacks cost, arms side by side", set_up_cost},
    {"embed", "turn texts into features with a model", set_up_embed},
    {"export", "write every view of a database as CSV", set_up_export},
    {"merge", "take the runs of other databases into one", set_up_merge},
    {"plan", "show cells, runs, what is done and what is left", set_up_plan},
    {"replay", "train a stored run again and compare", set_up_replay},
    {"report", "write tables, figures and a page from a database", set_up_report},
    {"run", "train what is missing of an experiment", set_up_run},
    {"status", "show progress and failures of a database", set_up_status},
    {"verify", "give every claim of an experiment its verdict", set_up_verify},
}};

constexpr bool sorted_and_unique() {
  for (std::size_t i = 1; i < kCommands.size(); ++i) {
    if (std::string_view(kCommands[i - 1].name) >= std::string_view(kCommands[i].name)) {
      return false;
    }
  }
  return true;
}
static_assert(sorted_and_unique());

}  // namespace

std::span<const Command> commands() { return kCommands; }

void describe_program(CLI::App& app) {
  app.name("ratbench");
  app.description(
      "Trains ablations of adversarial training over many seeds and reports what they show.");
  app.footer(
      "Exit status: 0 success, 1 a run failed, 2 wrong use, configuration or data,\n"
      "4 the machine does not allow it, 130 interrupted; from verify and\n"
      "cost also 3 a claim is undecided, 5 a claim is refuted.");
  app.require_subcommand(1);
}

int run_command_line(int argc, char** argv) {
  CLI::App app;
  describe_program(app);
  bool version = false;
  app.add_flag("--version", version, "print version, git revision, LibTorch and schema");
  std::vector<std::pair<CLI::App*, Action>> actions;
  for (const Command& command : commands()) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    actions.emplace_back(sub, command.set_up(*sub));
  }
  app.parse_complete_callback([&] {
    if (version) throw CLI::CallForVersion(version_text(), 0);
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion& call) {
    fmt::print("{}", call.what());
    return 0;
  } catch (const CLI::ParseError& error) {
    if (version && error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError)) {
      fmt::print("{}", version_text());
      return 0;
    }
    // Help goes to stdout with status 0, every other message to stderr.
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitStatus::kUsage);
  }
  for (const auto& [sub, action] : actions) {
    if (sub->parsed()) return action();
  }
  return static_cast<int>(ExitStatus::kUsage);
}

}  // namespace ratbench::cli
