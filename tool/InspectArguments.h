// What the commands that look at stencils share: format, colour, output.
#ifndef STENCILGEN_TOOL_INSPECTARGUMENTS_H
#define STENCILGEN_TOOL_INSPECTARGUMENTS_H

#include "Commands.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>
#include <string>

namespace stencilgen {

struct InspectArguments {
  std::string Format = "text";
  std::string Color = "auto";
  std::string Output;
};

/// Adds --format (of those in \p Formats), --color and --output to a command. \p Arguments must live as long
/// as it.
void addInspectOptions(CLI::App &Command, InspectArguments &Arguments, std::vector<std::string> Formats);

/// True for what --output means standard output by: nothing, or "-".
bool goesToStandardOutput(llvm::StringRef Output);

/// Writes \p Text to standard output or to the file \p Output. Errors: the file cannot be written.
llvm::Error writeText(llvm::StringRef Output, llvm::StringRef Text);

/// True where standard output is a terminal, or colour was asked for.
bool wantsColor(const InspectArguments &Arguments);

/// Runs \p Write on standard output, or on a text that becomes the output file. Errors: \p Write's, the file
/// cannot be written.
llvm::Error writeOutput(const InspectArguments &Arguments,
                        llvm::function_ref<llvm::Error(llvm::raw_ostream &)> Write);

} // namespace stencilgen

#endif
