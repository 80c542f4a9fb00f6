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

/// What to do after parsing; returns the exit status, or the error that main.cpp prints before it exits
/// with 1.
using Action = std::function<llvm::Expected<int>()>;

void addBuildCommand(CLI::App &App, Action &Chosen);
void addCpythonCommand(CLI::App &App, Action &Chosen);
void addLowerCommand(CLI::App &App, Action &Chosen);
void addDumpCommand(CLI::App &App, Action &Chosen);
void addHeaderCommand(CLI::App &App, Action &Chosen);
void addTargetsCommand(CLI::App &App, Action &Chosen);
void addCompletionCommand(CLI::App &App, Action &Chosen);

} // namespace stencilgen

#endif
