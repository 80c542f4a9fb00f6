// The stencilgen command: parses the command line, runs the chosen subcommand, prints errors, exits.
// Exit status: 0 done, 1 bad input or failure, 2 usage error; a subcommand may define others (diff).
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "Commands.h"
#include "support/Version.h"
#include "llvm/Support/raw_ostream.h"

using namespace stencilgen;

int main(int Argc, char **Argv) {
  CLI::App App(
      "stencilgen compiles the micro-ops of an interpreter to stencils: machine code with holes that a\n"
      "copy-and-patch JIT fills at run time.",
      "stencilgen");
  App.set_version_flag("--version", versionText());
  App.set_help_all_flag("--help-all", "print the help of every command");
  App.require_subcommand(1);
  Action Chosen;
  addLowerCommand(App, Chosen);

  try {
    App.parse(Argc, Argv);
  } catch (const CLI::ParseError &E) {
    return App.exit(E) == 0 ? 0 : 2;
  }
  llvm::Expected<int> Status = Chosen();
  if (!Status) {
    llvm::logAllUnhandledErrors(Status.takeError(), llvm::errs());
    return 1;
  }
  return *Status;
}
