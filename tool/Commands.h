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

/// The subcommands in the order of --help. Each is a file of this folder that defines addXCommand.
#define STENCILGEN_COMMANDS(ROW)                                                                             \
  ROW(Cpython)                                                                                               \
  ROW(Build)                                                                                                 \
  ROW(Lower)                                                                                                 \
  ROW(Dump)                                                                                                  \
  ROW(Diff)                                                                                                  \
  ROW(Stats)                                                                                                 \
  ROW(Trace)                                                                                                 \
  ROW(Verify)                                                                                                \
  ROW(Prove)                                                                                                 \
  ROW(Header)                                                                                                \
  ROW(Targets)                                                                                               \
  ROW(Completion)                                                                                            \
  ROW(Manual)

#define STENCILGEN_ROW(Name) void add##Name##Command(CLI::App &App, Action &Chosen);
STENCILGEN_COMMANDS(STENCILGEN_ROW)
#undef STENCILGEN_ROW

} // namespace stencilgen

#endif
