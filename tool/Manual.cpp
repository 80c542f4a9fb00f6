// `stencilgen man`: the manual page stencilgen(1) in roff, from the same descriptions as --help.
#include "Commands.h"
#include "support/Version.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

using namespace llvm;

namespace stencilgen {

namespace {

/// Text as roff takes it: nothing in it is a request or an escape.
std::string escaped(StringRef Text) {
  std::string Result;
  for (char C : Text) {
    if (C == '\\')
      Result += "\\e";
    else if (C == '-')
      Result += "\\-";
    else
      Result += C;
  }
  // A line that begins like a request.
  if (!Result.empty() && (Result.front() == '.' || Result.front() == '\''))
    Result.insert(0, "\\&");
  return Result;
}

/// Lines of a description; those that are indented stay as they are.
void writeText(StringRef Text, raw_ostream &OS) {
  SmallVector<StringRef, 8> Lines;
  Text.split(Lines, '\n');
  for (StringRef Line : Lines) {
    if (Line.trim().empty())
      continue;
    if (Line.starts_with(" "))
      OS << ".nf\n" << escaped(Line) << "\n.fi\n";
    else
      OS << escaped(Line) << '\n';
  }
}

class ManualWriter {
public:
  ManualWriter(const CLI::App &App, raw_ostream &OS) : App(App), OS(OS) {}

  void write() {
    OS << ".TH STENCILGEN 1 \"\" \"stencilgen " << escaped(toolVersion()) << "\" \"User Commands\"\n"
       << ".SH NAME\nstencilgen \\- a stencil compiler for copy\\-and\\-patch JITs\n"
       << ".SH SYNOPSIS\n.B stencilgen\n[OPTIONS] COMMAND ...\n"
       << ".SH DESCRIPTION\n";
    writeText(App.get_description(), OS);
    OS << ".SH OPTIONS\n";
    writeOptions(App);
    OS << ".SH COMMANDS\n";
    for (const CLI::App *Command : App.get_subcommands([](const CLI::App *) { return true; }))
      writeCommand(*Command);
    OS << ".SH EXIT STATUS\n";
    writeText(App.get_footer(), OS);
  }

private:
  void writeCommand(const CLI::App &Command) {
    std::string Usage = Names.make_usage(&Command, "stencilgen " + Command.get_name());
    StringRef Line = Usage;
    Line.consume_front("Usage: ");
    OS << ".SS " << escaped(Line.trim()) << '\n';
    writeText(Command.get_description(), OS);
    writeOptions(Command);
  }

  /// Positional arguments first, as --help has them.
  void writeOptions(const CLI::App &Command) {
    for (bool IsPositional : {true, false})
      for (const CLI::Option *Option : Command.get_options()) {
        if (Option->get_group().empty() ||
            (IsPositional ? !Option->get_positional() : !Option->nonpositional()))
          continue;
        OS << ".TP\n\\fB" << escaped(Names.make_option_name(Option, IsPositional)) << "\\fR"
           << escaped(Names.make_option_opts(Option)) << '\n';
        writeText(Names.make_option_desc(Option), OS);
      }
  }

  const CLI::App &App;
  CLI::Formatter Names;
  raw_ostream &OS;
};

} // namespace

void addManualCommand(CLI::App &App, Action &Chosen) {
  CLI::App *Command = App.add_subcommand("man", "print the manual page: stencilgen man | man -l -");
  Command->callback([&App, &Chosen] {
    Chosen = [&App]() -> Expected<int> {
      ManualWriter(App, outs()).write();
      return 0;
    };
  });
}

} // namespace stencilgen
