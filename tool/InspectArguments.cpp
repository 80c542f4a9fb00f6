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
  Command.add_option("-o,--output", Arguments.Output, "the file to write (default: standard output)")
      ->type_name("FILE");
}

bool wantsColor(const InspectArguments &Arguments) {
  return Arguments.Color == "always" ||
         (Arguments.Color == "auto" && Arguments.Output.empty() && sys::Process::StandardOutHasColors());
}

Error writeOutput(const InspectArguments &Arguments, function_ref<Error(raw_ostream &)> Write) {
  if (Arguments.Output.empty()) {
    outs().enable_colors(wantsColor(Arguments));
    outs().SetBufferSize(1 << 16);
    return Write(outs());
  }
  std::string Text;
  raw_string_ostream OS(Text);
  OS.enable_colors(wantsColor(Arguments));
  if (Error E = Write(OS))
    return E;
  OutputFiles Outputs;
  if (Error E = Outputs.add(Arguments.Output, Text))
    return E;
  return Outputs.commit();
}

} // namespace stencilgen
