// See Optimize.h.
#include "optimize/Optimize.h"
#include "optimize/ColdPaths.h"
#include "optimize/DerivedHoles.h"
#include "optimize/MemoryFacts.h"
#include "optimize/SaveSlots.h"

using namespace llvm;

namespace stencilgen {

void prepareStencil(Module &M, const OptimizeOptions &Options, ArrayRef<RecordLayout> Layouts) {
  Function *Entry = M.getFunction(Options.Entry);
  if (!Entry || Entry->isDeclaration())
    return;
  deriveHoles(M, Options.Prefix, Options.Facts.Operands);
  sinkSaves(*Entry, Options.Facts, Layouts);
  markMemory(*Entry, Options.Facts, Layouts);
  weighBranches(*Entry, Options.Prefix, Options.Facts);
}

bool needsSmallCodeModel(const Module &M) {
  Triple Target(M.getTargetTriple());
  return Target.getArch() == Triple::x86_64 && Target.isOSBinFormatELF() &&
         M.getPICLevel() == PICLevel::NotPIC;
}

void prepareEncoding(Module &M, const OptimizeOptions &Options) {
  deriveHoles(M, Options.Prefix, Options.Facts.Operands);
  if (needsSmallCodeModel(M))
    useSmallCodeModel(M);
}

} // namespace stencilgen
