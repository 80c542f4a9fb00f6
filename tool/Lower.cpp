// `stencilgen lower`: instruction definitions to C.
#include "lower/Lower.h"
#include "InspectArguments.h"
#include "dsl/Parser.h"
#include "dsl/Printer.h"
#include "interpreters/LoweringProfile.h"
#include "lower/CasesReader.h"
#include "lower/CompareCases.h"
#include "lower/Tier1.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "uops/Printer.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct LowerCommand {
  std::vector<std::string> Files;
  std::string Profile = DefaultLoweringProfile;
  std::string Output;
  unsigned Tier = 2;
  bool Lines = false;

  std::string Stage;
  std::string Emit = "cases";
  std::string DispatchName = "switch";

  std::string Expect;

  Expected<int> run() const;
  Error compare(const Cases &Ours) const;
  Error print(raw_ostream &OS, ArrayRef<SourceText> Sources, const LoweringProfile &Lowering) const;
};

/// Compares the cases with those of the file the user expects; a difference is an error.
Error LowerCommand::compare(const Cases &Ours) const {
  auto Buffer = readFile(Expect, "the expected cases");
  if (!Buffer)
    return Buffer.takeError();
  Expected<Cases> Theirs = readCases(Expect, (*Buffer)->getBuffer());
  if (!Theirs)
    return Theirs.takeError();
  if (std::optional<CasesDifference> Difference = compareCases(*Theirs, Ours))
    return makeFileError(Expect, "these cases and those of the definitions differ\n" + Difference->Message);
  return Error::success();
}

/// Prints what was asked for: the product of a stage, or the file of the tier.
Error LowerCommand::print(raw_ostream &OS, ArrayRef<SourceText> Sources,
                          const LoweringProfile &Lowering) const {
  if (Stage == "tokens" || Stage == "ast") {
    dsl::DiagnosticSink Diagnostics(Sources);
    dsl::SyntaxTree Tree = dsl::parse(Sources, Lowering.Language, Diagnostics);
    if (Stage == "tokens")
      for (const std::vector<dsl::Token> &File : Tree.Files)
        dsl::printTokens(OS, File, Sources);
    else
      dsl::printAst(OS, Tree, Sources);
    return Diagnostics.take();
  }
  Expected<uops::UopTable> Table = readDefinitions(Sources, Lowering);
  if (!Table)
    return Table.takeError();
  if (Stage == "uops") {
    uops::printTable(OS, *Table, Lowering);
    return Error::success();
  }
  if (Emit == "opcodes") {
    OS << opcodeHeader(*Table);
    return Error::success();
  }
  if (Emit == "metadata") {
    OS << metadataTable(*Table);
    return Error::success();
  }
  if (Tier == 1) {
    Dispatch How = DispatchName == "switch"          ? Dispatch::Switch
                   : DispatchName == "computed-goto" ? Dispatch::ComputedGoto
                                                     : Dispatch::MustTail;
    Expected<std::string> Text = lowerTier1(*Table, Sources, Lowering, How, Lines);
    if (!Text)
      return Text.takeError();
    OS << *Text;
    return Error::success();
  }
  LowerOptions Options;
  Options.LineDirectives = Lines;
  Expected<Cases> Result = lowerTier2(*Table, Sources, Lowering, Options);
  if (!Result)
    return Result.takeError();
  if (!Expect.empty())
    if (Error E = compare(*Result))
      return E;
  if (Stage == "cases")
    dumpCases(OS, *Result);
  else
    printCases(OS, *Result, Sources);
  return Error::success();
}

Expected<int> LowerCommand::run() const {
  std::vector<std::unique_ptr<MemoryBuffer>> Buffers;
  std::vector<SourceText> Sources;
  for (const std::string &File : Files) {
    auto Buffer = readFile(File, "the definitions", MaxDefinitionsSize);
    if (!Buffer)
      return Buffer.takeError();
    Sources.push_back({File, (*Buffer)->getBuffer()});
    Buffers.push_back(std::move(*Buffer));
  }
  Expected<LoweringProfile> Lowering = loadLoweringProfile(Profile, Sources);
  if (!Lowering)
    return Lowering.takeError();
  std::string Text;
  raw_string_ostream OS(Text);
  if (Error E = print(OS, Sources, *Lowering))
    return E;
  if (Error E = writeText(Output, Text))
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
  Sub->add_option("--stage", Command->Stage, "print the product of a stage instead")
      ->check(CLI::IsMember({"tokens", "ast", "uops", "cases"}));
  Sub->add_option("--emit", Command->Emit, "the cases, a header of opcodes, or a table of metadata")
      ->check(CLI::IsMember({"cases", "opcodes", "metadata"}))
      ->capture_default_str();
  Sub->add_option("--dispatch", Command->DispatchName, "tier 1: how one instruction leads to the next")
      ->check(CLI::IsMember({"switch", "computed-goto", "musttail"}))
      ->capture_default_str();
  Sub->add_option("--expect", Command->Expect,
                  "tier 2: a file of cases that must be the same token for token");
  Sub->add_flag("--lines", Command->Lines, "emit #line directives");
  Sub->add_option("-o,--output", Command->Output, "the file to write; '-' or nothing: standard output");
  Sub->callback([&Chosen, Command] { Chosen = [Command] { return Command->run(); }; });
}

} // namespace stencilgen
