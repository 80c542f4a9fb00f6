// See OneMicroOp.h.
#include "compile/OneMicroOp.h"
#include "compile/DataAlignment.h"
#include "compile/Extract.h"
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
static Expected<std::string> emit(ParsedUnit &Parsed, std::unique_ptr<Module> M, EmitForm Form,
                                  const std::optional<StencilConvention> &Convention) {
  auto Compiler = Backend::create(*Parsed.Invocation, Parsed.Places, *Parsed.Context, Convention);
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

Expected<std::string> compileToStage(const CompileInput &Input, const Case *Which, CompileStage Stage) {
  CompileOptions Options = Input.Options;
  if (!Which)
    Options.Arguments = Input.ShimArguments;
  Options.Arguments.emplace_back("-fno-discard-value-names");
  TranslationUnit Unit;
  std::vector<std::string> Names;
  if (Which) {
    auto Made = makeTranslationUnit(Input.Template.File, Input.Template.Text, Input.Names, Cases{{*Which}});
    if (!Made)
      return Made.takeError();
    Unit = std::move(*Made);
    Names.push_back(Which->Name);
  } else {
    Unit.Text = Input.Shim->Text;
  }
  auto Parsed = parseUnit(Options, Which ? Input.Template.File : Input.Shim->File, Unit, Names);
  if (!Parsed)
    return Parsed.takeError();
  std::unique_ptr<Module> M;
  if (!Which) {
    M = std::move(Parsed->Module);
  } else {
    capDataAlignment(*Parsed->Module, Input.MaxDataAlignment);
    StringSet<> Entries;
    Entries.insert(Unit.Entries.front());
    M = extractMicroOp(*Parsed->Module, Unit.Entries.front(), Entries, Input.Names.Entry);
  }
  switch (Stage) {
  case CompileStage::IR:
    return textOf(*M);
  case CompileStage::OptimizedIR:
    return emit(*Parsed, std::move(M), EmitForm::OptimizedIR, Options.Convention);
  case CompileStage::Assembly:
    return emit(*Parsed, std::move(M), EmitForm::Assembly, Options.Convention);
  case CompileStage::Object:
    return emit(*Parsed, std::move(M), EmitForm::Object, Options.Convention);
  }
  llvm_unreachable("unknown stage");
}

} // namespace stencilgen
