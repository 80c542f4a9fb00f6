// The fixup kinds of FixupKinds.def as a C++ enumeration with their documentation.
#ifndef STENCILGEN_FORMATS_FIXUPKINDS_H
#define STENCILGEN_FORMATS_FIXUPKINDS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace stencilgen {

enum class FixupKind : uint8_t {
#define FIXUP_KIND(Name, Spelling, Width, Formula, Range, Note) Name,
#include "FixupKinds.def"
};

/// What FixupKinds.def says of a kind.
struct FixupKindInfo {
  FixupKind Kind;
  llvm::StringRef Spelling;
  unsigned Width; ///< bytes
  llvm::StringRef Formula;
  llvm::StringRef Range;
  llvm::StringRef Note;
};

/// Every kind, in the order of the definitions.
llvm::ArrayRef<FixupKindInfo> allFixupKinds();

const FixupKindInfo &fixupKindInfo(FixupKind Kind);

/// The kind with this spelling, none when there is no such kind.
std::optional<FixupKind> fixupKindFromSpelling(llvm::StringRef Spelling);

/// True where the formula reads a data slot (G) in place of the value itself.
bool usesDataSlot(FixupKind Kind);

} // namespace stencilgen

#endif
