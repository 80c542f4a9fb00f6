// `stencilgen dump`: stencils of a manifest or header, or the sections of an object file.
#include "InspectArguments.h"
#include "ObjectReader.h"
#include "TreeArguments.h"
#include "compile/Backend.h"
#include "emit/ImageListing.h"
#include "inspect/Currency.h"
#include "inspect/DumpJson.h"
#include "inspect/DumpText.h"
#include "inspect/HtmlReport.h"
#include "pipeline/MicroOpStage.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "support/Json.h"
#include "llvm/BinaryFormat/Magic.h"
#include <map>
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct DumpArguments {
  InspectArguments Inspect;
  std::string File;
  std::vector<std::string> Patterns;
  std::string Source, Old;
  std::string Arrows = "auto";
  bool NoBytes = false;
  std::string Stage;
  TreeArguments Trees;
};

const std::map<std::string, MicroOpStage> Stages = {{"ast", MicroOpStage::Ast},
                                                    {"c", MicroOpStage::Cases},
                                                    {"ir", MicroOpStage::IR},
                                                    {"optimized-ir", MicroOpStage::OptimizedIR},
                                                    {"assembly", MicroOpStage::Assembly},
                                                    {"object", MicroOpStage::Object}};

/// LLVM takes some JSON for an object file of its own (a list of virtual files, a text API).
bool isObject(StringRef Contents) {
  return !Contents.ltrim().starts_with("{") && identify_magic(Contents) != file_magic::unknown;
}

Error dumpObject(const DumpArguments &Arguments, MemoryBufferRef Object) {
  if (!Arguments.Patterns.empty())
    return makeFileError(Arguments.File, "expected no names after an object file, found '" +
                                             Arguments.Patterns.front() + "'");
  if (Arguments.Inspect.Format != "text")
    return makeFileError(Arguments.File,
                         "an object file is listed as text, not as " + Arguments.Inspect.Format);
  auto Image = readObject(Object);
  if (!Image)
    return makeFileError(Arguments.File, toString(Image.takeError()));
  return writeOutput(Arguments.Inspect, [&](raw_ostream &OS) {
    printImage(*Image, OS);
    return Error::success();
  });
}

/// The chosen micro-ops at a stage before the stencil, made again from the tree. An object file is listed, or
/// written as it is to a file.
Error dumpStage(const DumpArguments &Arguments, const InspectedSet &Inspected) {
  if (Arguments.Patterns.empty() || Arguments.Source.empty())
    return makeError("expected the names of micro-ops and --source DIR with --stage");
  auto Interpreter = profileOf(*Inspected.Set, Arguments.Trees.Profile);
  if (!Interpreter)
    return Interpreter.takeError();
  auto Options = optionsOf(*Inspected.Set, Arguments.Trees.at(Arguments.Source));
  if (!Options)
    return Options.takeError();
  MicroOpStage Stage = Stages.at(Arguments.Stage);
  bool IsListed = Stage == MicroOpStage::Object && goesToStandardOutput(Arguments.Inspect.Output);
  return writeOutput(Arguments.Inspect, [&](raw_ostream &OS) -> Error {
    for (const StencilGroup *Group : Inspected.Groups) {
      auto Text = microOpAtStage(*Interpreter, *Options, Group->Name, Stage);
      if (!Text)
        return Text.takeError();
      if (!IsListed) {
        OS << *Text;
        continue;
      }
      auto Image = readObject(MemoryBufferRef(*Text, Group->Name));
      if (!Image)
        return Image.takeError();
      printImage(*Image, OS);
    }
    return Error::success();
  });
}

ArrowStyle arrowStyle(const DumpArguments &Arguments) {
  if (Arguments.Arrows == "off")
    return ArrowStyle::Off;
  if (Arguments.Arrows == "unicode" || (Arguments.Arrows == "auto" && wantsColor(Arguments.Inspect)))
    return ArrowStyle::Unicode;
  return ArrowStyle::Ascii;
}

Expected<int> runDump(const DumpArguments &Arguments) {
  auto Buffer = readFile(Arguments.File, "the manifest, header or object file");
  if (!Buffer)
    return Buffer.takeError();
  if (isObject((*Buffer)->getBuffer())) {
    if (Error E = dumpObject(Arguments, **Buffer))
      return E;
    return 0;
  }
  initializeBackend();
  auto Set = inspectFile(Arguments.File, Arguments.Patterns);
  if (!Set)
    return Set.takeError();
  if (!Arguments.Stage.empty()) {
    if (Error E = dumpStage(Arguments, *Set))
      return E;
    return 0;
  }
  std::optional<InspectedSet> Old;
  std::optional<Comparison> Differences;
  if (!Arguments.Old.empty()) {
    auto Read = inspectFile(Arguments.Old, {});
    if (!Read)
      return Read.takeError();
    Old = std::move(*Read);
    Differences.emplace(compareSets(*Old, *Set));
    if (!Arguments.Patterns.empty())
      if (Error E = Differences->keepOnly(Arguments.Patterns))
        return E;
  }
  DumpStyle Style{arrowStyle(Arguments), !Arguments.NoBytes};
  Error Failed = writeOutput(Arguments.Inspect, [&](raw_ostream &OS) {
    if (Arguments.Inspect.Format == "json") {
      OS << jsonText(dumpJson(*Set), 1) << '\n';
    } else if (Arguments.Inspect.Format == "html") {
      DefinitionSource Source(Arguments.Source);
      OS << htmlReport(*Set, Differences ? &*Differences : nullptr, Source);
    } else {
      for (auto [Group, Code] : zip_equal(Set->Groups, Set->Code))
        printGroup(*Group, Code, Style, OS);
    }
    return Error::success();
  });
  if (Failed)
    return Failed;
  return 0;
}

} // namespace

void addDumpCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<DumpArguments>();
  CLI::App *Command = App.add_subcommand(
      "dump", "show stencils: machine code, what fills its holes, branches, data; or the sections,\n"
              "symbols and fixups of an object file (docs/inspect.md)");
  Command
      ->add_option("file", Arguments->File,
                   "jit_stencils-TRIPLE.json, jit_stencils-TRIPLE.h, or a relocatable object file")
      ->type_name("FILE")
      ->required();
  Command
      ->add_option("names", Arguments->Patterns,
                   "the micro-ops to show, or patterns as '_LOAD_*' (default: all)")
      ->type_name("NAME...");
  addInspectOptions(*Command, Arguments->Inspect, {"text", "json", "html"});
  Command
      ->add_option("--arrows", Arguments->Arrows,
                   "how branches are drawn: ascii, unicode, off; auto: unicode where there are colours")
      ->type_name("STYLE")
      ->check(CLI::IsMember({"auto", "ascii", "unicode", "off"}))
      ->capture_default_str();
  Command->add_flag("--no-bytes", Arguments->NoBytes, "leave out the bytes of the instructions");
  Command
      ->add_option("--source", Arguments->Source,
                   "html: the interpreter's source tree, for definitions beside the machine code; and for\n"
                   "--stage")
      ->type_name("DIR");
  Command
      ->add_option(
          "--stage", Arguments->Stage,
          "make the micro-ops again from --source, as the manifest says, and show the product of a\n"
          "stage: ast, c, ir (LLVM's, before optimisation), optimized-ir, assembly, object (a listing;\n"
          "with --output the file itself)")
      ->type_name("STAGE")
      ->check(CLI::IsMember({"ast", "c", "ir", "optimized-ir", "assembly", "object"}));
  addTreeOptions(*Command, Arguments->Trees, "--stage");
  Command
      ->add_option("--old", Arguments->Old,
                   "html: another manifest or header, to show the differences from it")
      ->type_name("FILE");
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runDump(*Arguments); }; });
}

} // namespace stencilgen
