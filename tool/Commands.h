// The subcommands. Each file adds one to the application; what the user chose is run after parsing, by
// main.cpp.
#ifndef STENCILGEN_TOOL_COMMANDS_H
#define STENCILGEN_TOOL_COMMANDS_H

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "llvm/Support/Error.h"
#include <functional>

namespace stencilgen {

/// The words of the command do not belong together. main.cpp prints it as any other error, and exits with 2.
class UsageError : public llvm::ErrorInfo<UsageError> {
public:
  static char ID;
  explicit UsageError(const llvm::Twine &Message) : Message(Message.str()) {}
  void log(llvm::raw_ostream &OS) const override { OS << Message; }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }

private:
  std::string Message;
};

/// What to do after parsing.
struct Action {
  /// Returns the exit status, or the error that main.cpp prints before it exits with Trouble.
  std::function<llvm::Expected<int>()> Run;
  int Trouble = 1;

  Action() = default;
  template <typename Function>
  Action(Function Run, int Trouble = 1) : Run(std::move(Run)), Trouble(Trouble) {}
};

void addBuildCommand(CLI::App &App, Action &Chosen);
void addCpythonCommand(CLI::App &App, Action &Chosen);
void addLowerCommand(CLI::App &App, Action &Chosen);
void addDumpCommand(CLI::App &App, Action &Chosen);
void addDiffCommand(CLI::App &App, Action &Chosen);
void addStatsCommand(CLI::App &App, Action &Chosen);
void addTraceCommand(CLI::App &App, Action &Chosen);
void addProveCommand(CLI::App &App, Action &Chosen);
void addVerifyCommand(CLI::App &App, Action &Chosen);
void addHeaderCommand(CLI::App &App, Action &Chosen);
void addTargetsCommand(CLI::App &App, Action &Chosen);
void addCompletionCommand(CLI::App &App, Action &Chosen);
void addManualCommand(CLI::App &App, Action &Chosen);

} // namespace stencilgen

#endif
