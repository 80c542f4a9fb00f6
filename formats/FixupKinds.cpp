// Tables made from FixupKinds.def.
#include "FixupKinds.h"

using namespace llvm;

namespace stencilgen {

static constexpr FixupKindInfo Infos[] = {
#define FIXUP_KIND(Name, Architecture, Spelling, Width, Base, Operand, Least, Greatest, Multiple, Use,       \
                   Encoding, Formula, Range, Note)                                                           \
  {FixupKind::Name,                                                                                          \
   Spelling,                                                                                                 \
   Width,                                                                                                    \
   FixupArchitecture::Architecture,                                                                          \
   FixupBase::Base,                                                                                          \
   FixupOperand::Operand,                                                                                    \
   Least,                                                                                                    \
   Greatest,                                                                                                 \
   Multiple,                                                                                                 \
   FixupUse::Use,                                                                                            \
   Formula,                                                                                                  \
   Range,                                                                                                    \
   Note},
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

bool usesDataSlot(FixupKind Kind) { return fixupKindInfo(Kind).Base == FixupBase::G; }

bool isRelative(FixupKind Kind) { return fixupKindInfo(Kind).Operand != FixupOperand::Absolute; }

bool isBranch(FixupKind Kind) {
  FixupUse Use = fixupKindInfo(Kind).Use;
  return Use == FixupUse::Branch || Use == FixupUse::FarBranch || Use == FixupUse::CallPair;
}

} // namespace stencilgen
