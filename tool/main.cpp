// The stencilgen command: parses the command line, runs the chosen subcommand, prints errors, exits.
// Exit status: 0 done, 1 bad input or failure, 2 usage error; of `stencilgen diff` as of diff: 1 the inputs
// differ, 2 trouble.
#include "Commands.h"
#include "support/Diagnostic.h"
#include "support/Version.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

using namespace stencilgen;

int main(int Argc, char **Argv) {
  CLI::App App(
      "stencilgen compiles the micro-ops of an interpreter to stencils: machine code with holes that a\n"
      "copy-and-patch JIT fills at run time.",
      "stencilgen");
  App.set_version_flag("--version", versionText(), "print the versions of stencilgen and LLVM");
  App.require_subcommand(1);
  App.footer(
      "Exit status: 0 done; 1 bad input, or a check that failed; 2 wrong usage. Of diff: 0 the same, 1\n"
      "different, 2 trouble.");
  Action Chosen;
  addCpythonCommand(App, Chosen);
  addBuildCommand(App, Chosen);
  addLowerCommand(App, Chosen);
  addDumpCommand(App, Chosen);
  addDiffCommand(App, Chosen);
  addStatsCommand(App, Chosen);
  addTraceCommand(App, Chosen);
  addVerifyCommand(App, Chosen);
  addProveCommand(App, Chosen);
  addHeaderCommand(App, Chosen);
  addTargetsCommand(App, Chosen);
  addCompletionCommand(App, Chosen);
  addManualCommand(App, Chosen);

  // CLI11 takes the next word as the value of "--cflags="; make passes it for "no flags", which is the
  // default.
  std::vector<std::string> Words;
  for (int I = Argc - 1; I > 0; --I)
    if (llvm::StringRef Word = Argv[I]; !(Word.starts_with("--") && Word.ends_with("=")))
      Words.push_back(Word.str());
  try {
    App.parse(std::move(Words)); // last word first
  } catch (const CLI::ParseError &E) {
    return App.exit(E) == 0 ? 0 : 2;
  }
  llvm::Expected<int> Status = Chosen.Run();
  if (!Status) {
    llvm::handleAllErrors(
        Status.takeError(), [](const DiagnosticError &E) { E.log(llvm::errs()); },
        [](const llvm::ErrorInfoBase &E) { llvm::errs() << "stencilgen: error: " << E.message() << '\n'; });
    return Chosen.Trouble;
  }
  return *Status;
}
