// The table of processors.
#include "arch/Architecture.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace stencilgen {

static const Architecture *const Architectures[] = {
#define FIXUP_ARCHITECTURE(Name) &Arch##Name,
#include "FixupKinds.def"
};

static const Architecture Other{};

ArrayRef<const Architecture *> allArchitectures() { return Architectures; }

const Architecture &architectureOf(const Triple &T) {
  auto Found =
      find_if(Architectures, [&](const Architecture *A) { return is_contained(A->Triples, T.getArch()); });
  return Found == std::end(Architectures) ? Other : **Found;
}

const Architecture &architectureOf(FixupKind Kind) {
  FixupArchitecture Kinds = fixupKindInfo(Kind).Architecture;
  auto Found = find_if(Architectures, [&](const Architecture *A) { return A->Kinds == Kinds; });
  return Found == std::end(Architectures) ? Other : **Found;
}

} // namespace stencilgen
