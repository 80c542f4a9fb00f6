// Tables made from FixupKinds.def.
#include "FixupKinds.h"

using namespace llvm;

namespace stencilgen {

static constexpr FixupKindInfo Infos[] = {
#define FIXUP_KIND(Name, Spelling, Width, Formula, Range, Note)                                              \
  {FixupKind::Name, Spelling, Width, Formula, Range, Note},
#include "FixupKinds.def"
};

ArrayRef<FixupKindInfo> allFixupKinds() { return Infos; }

const FixupKindInfo &fixupKindInfo(FixupKind Kind) { return Infos[static_cast<size_t>(Kind)]; }

std::optional<FixupKind> fixupKindFromSpelling(StringRef Spelling) {
  for (const FixupKindInfo &Info : Infos)
    if (Info.Spelling == Spelling)
      return Info.Kind;
  return std::nullopt;
}

bool usesDataSlot(FixupKind Kind) { return fixupKindInfo(Kind).Formula.contains("G +"); }

} // namespace stencilgen
