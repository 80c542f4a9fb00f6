// The stencilgen command: parses the command line, runs the chosen subcommand, prints errors, exits.
// Exit status: 0 done, 1 bad input or failure, 2 usage error; of `stencilgen diff` as of diff: 1 the inputs
// differ, 2 trouble.
//
// This is the one boundary: what is thrown below it, output that cannot be written, memory that is refused
// all end as one message and an exit status here.
#include "Commands.h"
#include "support/Diagnostic.h"
#include "support/Version.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <exception>
#include <fcntl.h>
#include <new>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

using namespace stencilgen;

char UsageError::ID = 0;

namespace {

/// A descriptor that is closed would be given to the next file that is opened, which output then goes into.
/// What is opened here in its place refuses to be written.
void keepStandardDescriptors() {
  for (int Descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(Descriptor, F_GETFD) < 0)
      (void)!open("/dev/null", O_RDONLY);
}

/// Says what happened where nothing can be allocated, removes temporary files, and ends the process.
[[noreturn]] void die(const char *Message) {
  for (const char *Part : {"stencilgen: error: ", Message, "\n"})
    (void)!write(STDERR_FILENO, Part, llvm::StringRef(Part).size());
  llvm::sys::RunInterruptHandlers();
  _exit(1);
}

/// What is thrown on another thread, or past a function that may not throw, comes here.
[[noreturn]] void onTerminate() {
  try {
    if (std::exception_ptr Thrown = std::current_exception())
      std::rethrow_exception(Thrown);
  } catch (const std::exception &E) {
    die(E.what());
  } catch (...) {
  }
  die("internal error");
}

void installLastResorts() {
  llvm::install_bad_alloc_error_handler([](void *, const char *, bool) { die("out of memory"); });
  std::set_new_handler([] { die("out of memory"); });
  std::set_terminate(onTerminate);
}

void addCommands(CLI::App &App, Action &Chosen) {
#define STENCILGEN_ROW(Name) add##Name##Command(App, Chosen);
  STENCILGEN_COMMANDS(STENCILGEN_ROW)
#undef STENCILGEN_ROW
}

void printError(llvm::Error E) {
  llvm::handleAllErrors(
      std::move(E), [](const DiagnosticError &Cause) { Cause.log(llvm::errs()); },
      [](const llvm::ErrorInfoBase &Cause) {
        llvm::errs() << "stencilgen: error: " << printable(Cause.message(), /*IsOneLine=*/false) << '\n';
      });
}

/// Runs what the words, the last first, ask for. \p Status receives the exit status.
llvm::Error parseAndRun(CLI::App &App, std::vector<std::string> Words, const Action &Chosen, int &Status) {
  try {
    App.parse(std::move(Words));
    llvm::Expected<int> Result = Chosen.Run();
    if (!Result)
      return Result.takeError();
    Status = *Result;
  } catch (const CLI::ParseError &E) {
    std::ostringstream Out, Err;
    Status = App.exit(E, Out, Err) == 0 ? 0 : 2;
    llvm::outs() << Out.str();
    llvm::errs() << printable(Err.str(), /*IsOneLine=*/false);
  } catch (const std::exception &E) {
    return makeError(E.what());
  }
  return llvm::Error::success();
}

/// Errors: standard output did not take everything.
llvm::Error finishOutput() {
  llvm::outs().flush();
  if (!llvm::outs().has_error())
    return llvm::Error::success();
  std::string Reason = llvm::outs().error().message();
  llvm::outs().clear_error(); // else LLVM ends the process for it
  return makeError("cannot write to standard output: " + Reason);
}

} // namespace

int main(int Argc, char **Argv) {
  keepStandardDescriptors();
  installLastResorts();
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
  addCommands(App, Chosen);

  // CLI11 takes the next word as the value of "--cflags="; make passes it for "no flags", which is the
  // default.
  std::vector<std::string> Words;
  for (int I = Argc - 1; I > 0; --I)
    if (llvm::StringRef Word = Argv[I]; !(Word.starts_with("--") && Word.ends_with("=")))
      Words.push_back(Word.str());
  int Status = 0;
  llvm::Error Failure = parseAndRun(App, std::move(Words), Chosen, Status);
  Failure = llvm::joinErrors(std::move(Failure), finishOutput());
  if (!Failure)
    return Status;
  int Trouble = Failure.isA<UsageError>() ? 2 : Chosen.Trouble;
  printError(std::move(Failure));
  return Trouble;
}
