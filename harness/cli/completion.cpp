// ratbench completion: a script that completes subcommands and options, made from the same table
// that parses them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "harness/cli/commands.hpp"

namespace ratbench::cli {
namespace {

// "--db --json ...": the long options of a subcommand.
std::string long_options(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      text += (text.empty() ? "--" : " --") + name;
    }
  }
  return text;
}

std::string bash_script() {
  std::string names;
  std::string cases;
  for (const Command& command : commands()) {
    CLI::App app;
    const Action unused = command.set_up(app);
    names += std::string(names.empty() ? "" : " ") + command.name;
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command.name, long_options(app));
  }
  return fmt::format(
      R"(# Completion of ratbench for bash: source this file, or put it in bash-completion's folder.
_ratbench() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} words
  if [[ $COMP_CWORD == 1 ]]; then
    COMPREPLY=($(compgen -W "{} --help --version" -- "$current"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
{}    *) return ;;
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}}
complete -o filenames -F _ratbench ratbench
)",
      names, cases);
}

}  // namespace

Action set_up_completion(CLI::App& app) {
  const auto shell = std::make_shared<std::string>();
  app.add_option("SHELL", *shell, "bash")->required()->check(CLI::IsMember({"bash"}));
  return [shell] {
    fmt::print("{}", bash_script());
    return 0;
  };
}

}  // namespace ratbench::cli
