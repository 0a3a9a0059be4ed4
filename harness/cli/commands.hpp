// The subcommands of ratbench: an explicit table of name, summary and set-up function.
// A subcommand that is not built is not in the table, and so not in --help.
#pragma once

#include <functional>
#include <span>

namespace CLI {
class App;
}

namespace ratbench::cli {

// Does the work after parsing and returns the exit status. Throws Error.
using Action = std::function<int()>;

struct Command {
  const char* name;
  const char* summary;
  // Adds options to `app` and returns what to do; both live until the end of main.
  Action (*set_up)(CLI::App& app);
};

// Sorted by name.
std::span<const Command> commands();

// The whole command line without a subcommand chosen; for main, help and completion.
void describe_program(CLI::App& app);

// Parses the command line and does what it asks. Returns the exit status, kUsage where the line is
// wrong; help goes to stdout, every other message of the parser to stderr. Throws Error.
int run_command_line(int argc, char** argv);

Action set_up_compare(CLI::App& app);
Action set_up_completion(CLI::App& app);
Action set_up_cost(CLI::App& app);
Action set_up_embed(CLI::App& app);
Action set_up_export(CLI::App& app);
Action set_up_merge(CLI::App& app);
Action set_up_plan(CLI::App& app);
Action set_up_replay(CLI::App& app);
Action set_up_report(CLI::App& app);
Action set_up_run(CLI::App& app);
Action set_up_status(CLI::App& app);
Action set_up_verify(CLI::App& app);

}  // namespace ratbench::cli
