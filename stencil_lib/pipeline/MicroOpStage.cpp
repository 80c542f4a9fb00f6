// See MicroOpStage.h.
#include "pipeline/MicroOpStage.h"
#include "compile/OneMicroOp.h"
#include "dsl/Parser.h"
#include "dsl/Printer.h"
#include "lower/Lower.h"
#include "pipeline/MicroOps.h"
#include "pipeline/TargetPlan.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

/// The syntax trees of the definitions that micro-ops come from, files without their directories.
static Expected<std::vector<std::string>>
definitionTrees(const Profile &Interpreter, const PipelineOptions &Options, ArrayRef<const Case *> MicroOps) {
  std::vector<std::unique_ptr<MemoryBuffer>> Buffers;
  std::vector<dsl::SourceText> Texts;
  StringMap<unsigned> FileNumbers;
  for (const std::string &Name : definitionFiles(Interpreter, Options)) {
    auto Buffer = readFile(Name, "the instruction definitions");
    if (!Buffer)
      return Buffer.takeError();
    FileNumbers[Name] = Texts.size();
    Texts.push_back({sys::path::filename(Name).str(), (*Buffer)->getBuffer()});
    Buffers.push_back(std::move(*Buffer));
  }
  auto Lowering = readLoweringProfile(Interpreter.Name, Interpreter.Text, Texts);
  if (!Lowering)
    return Lowering.takeError();
  dsl::DiagnosticSink Diagnostics(Texts);
  dsl::SyntaxTree Tree = dsl::parse(Texts, Lowering->Language, Diagnostics);
  if (Error E = Diagnostics.take())
    return E;
  std::vector<std::string> Results;
  for (const Case *MicroOp : MicroOps) {
    const CaseInfo &Info = *MicroOp->Info;
    auto File = FileNumbers.find(Info.DefinitionFile);
    raw_string_ostream OS(Results.emplace_back());
    for (const std::unique_ptr<dsl::Definition> &D : Tree.Definitions)
      if (File != FileNumbers.end() && D->Name.File == File->second &&
          D->Tokens.front().Line <= Info.DefinitionLine && Info.DefinitionLine <= D->Tokens.back().Line)
        dsl::printDefinition(OS, *D, Texts);
  }
  return Results;
}

static CompileStage compileStage(MicroOpStage Stage) {
  switch (Stage) {
  case MicroOpStage::IR:
    return CompileStage::IR;
  case MicroOpStage::OptimizedIR:
    return CompileStage::OptimizedIR;
  case MicroOpStage::Assembly:
    return CompileStage::Assembly;
  default:
    return CompileStage::Object;
  }
}

/// The cases with these names. Errors: one that the tree does not have.
static Expected<std::vector<const Case *>> casesNamed(const Cases &All, ArrayRef<std::string> Names) {
  std::vector<const Case *> Found;
  for (const std::string &Name : Names) {
    auto Place = llvm::find_if(All.List, [&](const Case &C) { return C.Name == Name; });
    if (Place == All.List.end())
      return makeError("the tree has no micro-op '" + Name + "'");
    Found.push_back(&*Place);
  }
  return Found;
}

/// The micro-ops of the definitions at a stage before Clang.
static Expected<std::vector<std::string>> beforeCompiling(const Profile &Interpreter,
                                                          const PipelineOptions &Options,
                                                          ArrayRef<const Case *> Chosen, MicroOpStage Stage) {
  if (Stage == MicroOpStage::Ast) {
    for (const Case *C : Chosen)
      if (!C->Info)
        return makeError("the micro-op '" + C->Name +
                         "' has no definition: it was read from a file of cases");
    return definitionTrees(Interpreter, Options, Chosen);
  }
  std::vector<std::string> Texts;
  for (const Case *C : Chosen)
    Texts.push_back(C->Text + "\n");
  return Texts;
}

/// Micro-ops at a stage that Clang makes, and the shim in place of the name at \p ShimPlace.
static Expected<std::vector<std::string>> compiled(const Profile &Interpreter, const PipelineOptions &Options,
                                                   const Cases &All, ArrayRef<const Case *> Chosen,
                                                   std::optional<size_t> ShimPlace, CompileStage Stage) {
  auto Plan = TargetPlan::create(Interpreter, Options);
  if (!Plan)
    return Plan.takeError();
  auto Input = Plan->compileInput(/*Threads=*/1);
  if (!Input)
    return Input.takeError();
  std::vector<std::string> Results;
  if (!Chosen.empty()) {
    std::vector<size_t> Indexes;
    for (const Case *C : Chosen)
      Indexes.push_back(C - All.List.data());
    auto Compiled = compileToStage(*Input, All, Indexes, Stage);
    if (!Compiled)
      return Compiled.takeError();
    Results = std::move(*Compiled);
  }
  if (ShimPlace) {
    if (!Input->Shim)
      return makeError("this interpreter has no shim");
    auto Shim = compileShimToStage(*Input, Stage);
    if (!Shim)
      return Shim.takeError();
    Results.insert(Results.begin() + *ShimPlace, std::move(*Shim));
  }
  return Results;
}

Expected<std::vector<std::string>> microOpsAtStage(const Profile &Interpreter, const PipelineOptions &Options,
                                                   ArrayRef<std::string> Names, MicroOpStage Stage) {
  std::vector<std::string> Uops = Names.vec();
  std::optional<size_t> ShimPlace;
  if (auto Shim = llvm::find(Uops, "shim"); Shim != Uops.end()) {
    ShimPlace = Shim - Uops.begin();
    Uops.erase(Shim);
  }
  const bool IsCompiled = Stage > MicroOpStage::Cases;
  if (ShimPlace && !IsCompiled)
    return makeError("the shim is a C file, which has no definition and no case");
  MicroOps Loaded;
  std::vector<const Case *> Chosen;
  if (!Uops.empty()) {
    auto FromTree = loadMicroOps(Interpreter, Options);
    if (!FromTree)
      return FromTree.takeError();
    Loaded = std::move(*FromTree);
    auto Found = casesNamed(Loaded.All, Uops);
    if (!Found)
      return Found.takeError();
    Chosen = std::move(*Found);
  }
  return IsCompiled ? compiled(Interpreter, Options, Loaded.All, Chosen, ShimPlace, compileStage(Stage))
                    : beforeCompiling(Interpreter, Options, Chosen, Stage);
}

} // namespace stencilgen
