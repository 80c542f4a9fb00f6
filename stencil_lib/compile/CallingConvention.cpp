// See CallingConvention.h.
#include "compile/CallingConvention.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

std::unique_ptr<Module> withConvention(const Module &M, const StencilConvention &Convention) {
  std::string Text;
  raw_string_ostream OS(Text);
  M.print(OS, /*AAW=*/nullptr);
  LLVMContext &Context = M.getContext();
  bool DiscardsNames = Context.shouldDiscardValueNames();
  Context.setDiscardValueNames(false); // LLVM reads no text without names
  SMDiagnostic Problem;
  std::unique_ptr<Module> Result =
      parseAssembly(MemoryBufferRef(Text, M.getModuleIdentifier()), Problem, Context);
  Context.setDiscardValueNames(DiscardsNames);
  if (!Result)
    report_fatal_error(Twine("LLVM does not read what it wrote: ") + Problem.getMessage());
  auto IsStencil = [&](const Value &Callee) { return Callee.getName().starts_with(Convention.Prefix); };
  auto Give = [&](auto &FunctionOrCall) {
    if (Convention.Id)
      FunctionOrCall.setCallingConv(*Convention.Id);
    for (size_t I = 0; I < std::min<size_t>(Convention.RegisterArguments, FunctionOrCall.arg_size()); ++I)
      FunctionOrCall.addParamAttr(I, Attribute::InReg);
  };
  for (Function &F : *Result) {
    if (IsStencil(F) && (F.isDeclaration() || Convention.IsOfDefinitions))
      Give(F);
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallInst>(&I);
      if (!Call || !(Call->isMustTailCall() || IsStencil(*Call->getCalledOperand())))
        continue;
      Give(*Call);
      // The shim is what stencils return to, also where they take nothing from its stack.
      if (Convention.RegisterArguments > 0 && !Convention.IsOfDefinitions)
        Call->setTailCallKind(CallInst::TCK_NoTail);
    }
  }
  return Result;
}

} // namespace stencilgen
