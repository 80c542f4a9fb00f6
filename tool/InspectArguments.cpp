// See InspectArguments.h.
#include "InspectArguments.h"
#include "support/File.h"
#include "llvm/Support/Process.h"

using namespace llvm;

namespace stencilgen {

void addInspectOptions(CLI::App &Command, InspectArguments &Arguments, std::vector<std::string> Formats) {
  Command.add_option("--format", Arguments.Format, "the form of the output")
      ->type_name("FORMAT")
      ->check(CLI::IsMember(std::move(Formats)))
      ->capture_default_str();
  Command.add_option("--color", Arguments.Color, "colours: auto (on a terminal), always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  Command.add_option("-o,--output", Arguments.Output, "the file to write (default, or -: standard output)")
      ->type_name("FILE");
}

bool goesToStandardOutput(StringRef Output) { return Output.empty() || Output == "-"; }

Error writeText(StringRef Output, StringRef Text) {
  if (goesToStandardOutput(Output)) {
    outs() << Text;
    return Error::success();
  }
  OutputFiles Outputs;
  if (Error E = Outputs.add(Output, Text))
    return E;
  return Outputs.commit();
}

bool wantsColor(const InspectArguments &Arguments) {
  return Arguments.Color == "always" ||
         (Arguments.Color == "auto" && goesToStandardOutput(Arguments.Output) &&
          sys::Process::StandardOutHasColors());
}

Error writeOutput(const InspectArguments &Arguments, function_ref<Error(raw_ostream &)> Write) {
  if (goesToStandardOutput(Arguments.Output)) {
    outs().enable_colors(wantsColor(Arguments));
    outs().SetBufferSize(1 << 16);
    return Write(outs());
  }
  std::string Text;
  raw_string_ostream OS(Text);
  OS.enable_colors(wantsColor(Arguments));
  if (Error E = Write(OS))
    return E;
  return writeText(Arguments.Output, Text);
}

} // namespace stencilgen
