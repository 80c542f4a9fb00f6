// `stencilgen completion`: a completion script for bash, zsh or fish, made from the command line's own
// description.
#include "Commands.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>
#include <string>
#include <vector>

using namespace llvm;

namespace stencilgen {

namespace {

/// "-o --output-dir ..." of a command.
std::vector<std::string> optionNames(const CLI::App &Command) {
  std::vector<std::string> Names;
  for (const CLI::Option *Option : Command.get_options()) {
    for (const std::string &Name : Option->get_snames())
      Names.push_back("-" + Name);
    for (const std::string &Name : Option->get_lnames())
      Names.push_back("--" + Name);
  }
  return Names;
}

void writeBash(const CLI::App &App) {
  std::vector<std::string> Commands;
  for (const CLI::App *Command : App.get_subcommands([](const CLI::App *) { return true; }))
    Commands.push_back(Command->get_name());
  outs() << "# bash completion for stencilgen: source this file\n"
            "_stencilgen() {\n"
            "    local word=${COMP_WORDS[COMP_CWORD]} words\n"
            "    case ${COMP_WORDS[1]} in\n";
  for (const std::string &Name : Commands)
    outs() << "        " << Name << ") words=\"" << join(optionNames(*App.get_subcommand(Name)), " ")
           << "\" ;;\n";
  outs() << "        *) words=\"" << join(Commands, " ") << ' ' << join(optionNames(App), " ") << "\" ;;\n"
         << "    esac\n"
            "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
            "    [[ $COMP_CWORD -gt 1 && $word != -* ]] && COMPREPLY=($(compgen -f -- \"$word\"))\n"
            "}\n"
            "complete -o filenames -F _stencilgen stencilgen\n";
}

void writeFish(const CLI::App &App) {
  outs() << "# fish completion for stencilgen\n";
  for (const CLI::App *Command : App.get_subcommands([](const CLI::App *) { return true; })) {
    std::string Text = Command->get_description(); // a copy in each call
    StringRef Description = StringRef(Text).split('\n').first;
    outs() << "complete -c stencilgen -n __fish_use_subcommand -a " << Command->get_name() << " -d '"
           << Description << "'\n";
    for (const CLI::Option *Option : Command->get_options()) {
      outs() << "complete -c stencilgen -n '__fish_seen_subcommand_from " << Command->get_name() << '\'';
      for (const std::string &Name : Option->get_snames())
        outs() << " -s " << Name;
      for (const std::string &Name : Option->get_lnames())
        outs() << " -l " << Name;
      outs() << '\n';
    }
  }
}

Expected<int> runCompletion(const CLI::App &App, StringRef Shell) {
  if (Shell == "fish")
    writeFish(App);
  else
    writeBash(App); // zsh reads it through bashcompinit
  return 0;
}

} // namespace

void addCompletionCommand(CLI::App &App, Action &Chosen) {
  auto Shell = std::make_shared<std::string>();
  CLI::App *Command = App.add_subcommand(
      "completion", "print a shell completion script: source <(stencilgen completion bash)");
  Command->add_option("shell", *Shell, "bash, fish, or zsh (after: autoload -U bashcompinit && bashcompinit)")
      ->required()
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash", "fish", "zsh"}));
  Command->callback(
      [&App, &Chosen, Shell] { Chosen = [&App, Shell] { return runCompletion(App, *Shell); }; });
}

} // namespace stencilgen
