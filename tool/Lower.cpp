// `stencilgen lower`: instruction definitions to C.
#include "lower/Lower.h"
#include "Commands.h"
#include "interpreters/LoweringProfile.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct LowerCommand {
  std::vector<std::string> Files;
  std::string Profile = "cpython-3.14";
  std::string Output;
  unsigned Tier = 2;
  bool Lines = false;

  Expected<int> run() const;
};

Expected<int> LowerCommand::run() const {
  Expected<LoweringProfile> Lowering = loadLoweringProfile(Profile);
  if (!Lowering)
    return Lowering.takeError();
  std::vector<std::unique_ptr<MemoryBuffer>> Buffers;
  std::vector<SourceText> Sources;
  for (const std::string &File : Files) {
    auto Buffer = readFile(File, "the definitions");
    if (!Buffer)
      return Buffer.takeError();
    Sources.push_back({File, (*Buffer)->getBuffer()});
    Buffers.push_back(std::move(*Buffer));
  }
  LowerOptions Options;
  Options.LineDirectives = Lines;
  std::string Text;
  raw_string_ostream OS(Text);
  Expected<Cases> Result = lowerTier2(Sources, *Lowering, Options);
  if (!Result)
    return Result.takeError();
  printCases(OS, *Result, Sources);
  if (Output.empty() || Output == "-") {
    outs() << Text;
    return 0;
  }
  OutputFiles Outputs;
  if (Error E = Outputs.add(Output, Text))
    return E;
  if (Error E = Outputs.commit())
    return E;
  return 0;
}

} // namespace

void addLowerCommand(CLI::App &App, Action &Chosen) {
  auto Command = std::make_shared<LowerCommand>();
  CLI::App *Sub = App.add_subcommand("lower", "translate instruction definitions to C");
  Sub->add_option("file", Command->Files, "files of definitions, read as one")->required();
  Sub->add_option("--tier", Command->Tier, "1: the interpreter's cases; 2: micro-op bodies")
      ->check(CLI::IsMember({1, 2}))
      ->capture_default_str();
  Sub->add_option("--profile", Command->Profile, "the interpreter: a name, or a .json file")
      ->capture_default_str();
  Sub->add_flag("--lines", Command->Lines, "emit #line directives");
  Sub->add_option("-o,--output", Command->Output, "the file to write; '-' or nothing: standard output");
  Sub->callback([&Chosen, Command] { Chosen = [Command] { return Command->run(); }; });
}

} // namespace stencilgen
