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

static Expected<std::string> atStage(const CompileOptions &Options, ParsedUnit &Parsed,
                                     std::unique_ptr<Module> M, CompileStage Stage) {
  switch (Stage) {
  case CompileStage::IR:
    return textOf(*M);
  case CompileStage::OptimizedIR:
    return emit(Options, Parsed, std::move(M), EmitForm::OptimizedIR);
  case CompileStage::Assembly:
    return emit(Options, Parsed, std::move(M), EmitForm::Assembly);
  case CompileStage::Object:
    return emit(Options, Parsed, std::move(M), EmitForm::Object);
  }
  llvm_unreachable("unknown stage");
}

static constexpr const char *KeepValueNames = "-fno-discard-value-names";

Expected<std::vector<std::string>> compileToStage(const CompileInput &Input, const Cases &AllCases,
                                                  ArrayRef<size_t> Indexes, CompileStage Stage) {
  CompileOptions Options = Input.Options;
  Options.Arguments.emplace_back(KeepValueNames);
  auto Unit = makeTranslationUnit(Input.Template.File, Input.Template.Text, Input.Names, AllCases);
  if (!Unit)
    return Unit.takeError();
  std::vector<std::string> Names;
  for (const Case &C : AllCases.List)
    Names.push_back(C.Name);
  auto Parsed = parseUnit(Options, Input.Template.File, *Unit, Names);
  if (!Parsed)
    return Parsed.takeError();
  capDataAlignment(*Parsed->Module, Input.MaxDataAlignment);
  StringSet<> Entries;
  for (const std::string &Entry : Unit->Entries)
    Entries.insert(Entry);
  std::optional<VariableOrder> Order;
  if (Options.OneSwitch)
    Order.emplace(*Parsed->Module, Unit->Entries);
  std::vector<std::string> Results;
  for (size_t Index : Indexes) {
    auto Alone = extractMicroOp(*Parsed->Module, Unit->Entries[Index], Entries, Input.Names.Entry);
    if (Order)
      Order->apply(*Alone->getFunction(Input.Names.Entry), Index);
    auto Result = atStage(Options, *Parsed, std::move(Alone), Stage);
    if (!Result)
      return Result.takeError();
    Results.push_back(std::move(*Result));
  }
  return Results;
}

Expected<std::string> compileShimToStage(const CompileInput &Input, CompileStage Stage) {
  CompileOptions Options = Input.Options;
  Options.Arguments = Input.ShimArguments;
  Options.Arguments.emplace_back(KeepValueNames);
  Options.Optimize.reset();
  if (Options.Convention)
    Options.Convention->IsOfDefinitions = false;
  TranslationUnit Unit;
  Unit.Text = Input.Shim->Text;
  auto Parsed = parseUnit(Options, Input.Shim->File, Unit, {});
  if (!Parsed)
    return Parsed.takeError();
  return atStage(Options, *Parsed, std::move(Parsed->Module), Stage);
}

} // namespace stencilgen
