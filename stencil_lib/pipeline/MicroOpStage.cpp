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
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

/// The syntax tree of the definition that \p Info names, files without their directories.
static Expected<std::string> definitionTree(const Profile &Interpreter, const PipelineOptions &Options,
                                            const CaseInfo &Info) {
  std::vector<std::unique_ptr<MemoryBuffer>> Buffers;
  std::vector<dsl::SourceText> Texts;
  std::optional<unsigned> File;
  for (const std::string &Name : definitionFiles(Interpreter, Options)) {
    auto Buffer = readFile(Name, "the instruction definitions");
    if (!Buffer)
      return Buffer.takeError();
    if (Name == Info.DefinitionFile)
      File = Texts.size();
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
  llvm::erase_if(Tree.Definitions, [&](const std::unique_ptr<dsl::Definition> &D) {
    return D->Name.File != File || Info.DefinitionLine < D->Tokens.front().Line ||
           D->Tokens.back().Line < Info.DefinitionLine;
  });
  std::string Text;
  raw_string_ostream OS(Text);
  dsl::printAst(OS, Tree, Texts);
  return Text;
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

Expected<std::string> microOpAtStage(const Profile &Interpreter, const PipelineOptions &Options,
                                     StringRef Name, MicroOpStage Stage) {
  bool IsShim = Name == "shim";
  if (IsShim && Stage <= MicroOpStage::Cases)
    return makeError("the shim is a C file, which has no definition and no case");
  const Case *Which = nullptr;
  MicroOps Uops;
  if (!IsShim) {
    auto Loaded = loadMicroOps(Interpreter, Options);
    if (!Loaded)
      return Loaded.takeError();
    Uops = std::move(*Loaded);
    auto Found = llvm::find_if(Uops.All.List, [&](const Case &C) { return C.Name == Name; });
    if (Found == Uops.All.List.end())
      return makeError("the tree has no micro-op '" + Name + "'");
    Which = &*Found;
  }
  if (Stage == MicroOpStage::Cases)
    return Which->Text + "\n";
  if (Stage == MicroOpStage::Ast) {
    if (!Which->Info)
      return makeError("the micro-op '" + Name + "' has no definition: it was read from a file of cases");
    return definitionTree(Interpreter, Options, *Which->Info);
  }
  auto Plan = TargetPlan::create(Interpreter, Options);
  if (!Plan)
    return Plan.takeError();
  auto Input = Plan->compileInput(/*Threads=*/1);
  if (!Input)
    return Input.takeError();
  if (IsShim && !Input->Shim)
    return makeError("this interpreter has no shim");
  std::optional<size_t> Index;
  if (Which)
    Index = Which - Uops.All.List.data();
  return compileToStage(*Input, Uops.All, Index, compileStage(Stage));
}

} // namespace stencilgen
