// See OneMicroOp.h.
#include "compile/OneMicroOp.h"
#include "compile/DataAlignment.h"
#include "compile/Extract.h"
#include "compile/VariableOrder.h"
#include "support/Diagnostic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

static std::string textOf(const Module &M) {
  std::string Text;
  raw_string_ostream OS(Text);
  M.print(OS, /*AAW=*/nullptr);
  return Text;
}

/// The back end's part of the way. What it broke is leaked (Backend::isBroken).
static Expected<std::string> emit(const CompileOptions &Options, ParsedUnit &Parsed,
                                  std::unique_ptr<Module> M, EmitForm Form) {
  auto Compiler = Backend::create(*Parsed.Invocation, Parsed.Places, *Parsed.Context, Options.Convention,
                                  Options.Optimize ? &*Options.Optimize : nullptr, Parsed.Layouts);
  if (!Compiler)
    return Compiler.takeError();
  std::string Warnings; // the build has said them
  auto Bytes = (*Compiler)->compile(*M, Warnings, Form);
  if ((*Compiler)->isBroken()) {
    Compiler->release();
    M.release();
    Parsed.Module.release();
    Parsed.Context.release();
  }
  if (!Bytes)
    return Bytes.takeError();
  return std::string(Bytes->data(), Bytes->size());
}

Expected<std::string> compileToStage(const CompileInput &Input, const Cases &AllCases,
                                     std::optional<size_t> Index, CompileStage Stage) {
  CompileOptions Options = Input.Options;
  if (!Index) {
    Options.Arguments = Input.ShimArguments;
    Options.Optimize.reset();
    if (Options.Convention)
      Options.Convention->IsOfDefinitions = false;
  }
  Options.Arguments.emplace_back("-fno-discard-value-names");
  TranslationUnit Unit;
  std::vector<std::string> Names;
  if (Index) {
    auto Made = makeTranslationUnit(Input.Template.File, Input.Template.Text, Input.Names, AllCases);
    if (!Made)
      return Made.takeError();
    Unit = std::move(*Made);
    for (const Case &C : AllCases.List)
      Names.push_back(C.Name);
  } else {
    Unit.Text = Input.Shim->Text;
  }
  auto Parsed = parseUnit(Options, Index ? Input.Template.File : Input.Shim->File, Unit, Names);
  if (!Parsed)
    return Parsed.takeError();
  std::unique_ptr<Module> M;
  if (!Index) {
    M = std::move(Parsed->Module);
  } else {
    capDataAlignment(*Parsed->Module, Input.MaxDataAlignment);
    StringSet<> Entries;
    for (const std::string &Entry : Unit.Entries)
      Entries.insert(Entry);
    M = extractMicroOp(*Parsed->Module, Unit.Entries[*Index], Entries, Input.Names.Entry);
    if (Options.OneSwitch)
      VariableOrder(*Parsed->Module, Unit.Entries).apply(*M->getFunction(Input.Names.Entry), *Index);
  }
  switch (Stage) {
  case CompileStage::IR:
    return textOf(*M);
  case CompileStage::OptimizedIR:
    return emit(Options, *Parsed, std::move(M), EmitForm::OptimizedIR);
  case CompileStage::Assembly:
    return emit(Options, *Parsed, std::move(M), EmitForm::Assembly);
  case CompileStage::Object:
    return emit(Options, *Parsed, std::move(M), EmitForm::Object);
  }
  llvm_unreachable("unknown stage");
}

} // namespace stencilgen
