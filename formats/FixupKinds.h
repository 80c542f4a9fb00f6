// The fixup kinds of FixupKinds.def as C++ values with their documentation.
#ifndef STENCILGEN_FORMATS_FIXUPKINDS_H
#define STENCILGEN_FORMATS_FIXUPKINDS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace stencilgen {

enum class FixupKind : uint8_t {
#define FIXUP_KIND(Name, ...) Name,
#include "FixupKinds.def"
};

/// The architecture whose code has a kind.
enum class FixupArchitecture : uint8_t {
  Any,
#define FIXUP_ARCHITECTURE(Name) Name,
#include "FixupKinds.def"
};

/// What is added to A: the letters of FixupKinds.def.
enum class FixupBase : uint8_t { S, G, T };

/// What is made of base + A and encoded. P is the address of the fixup's first byte.
enum class FixupOperand : uint8_t {
  Absolute,       ///< S + A
  Relative,       ///< S + A - P
  RelativeWrap32, ///< S + A - P modulo 2^32, as a signed number
  Page,           ///< Page(S + A) - Page(P), pages of 4096 bytes
  PageRounded,    ///< Page(S + A + 0x800) - Page(P)
};

/// What the field of a kind is part of.
enum class FixupUse : uint8_t {
  Data,      ///< a number in data, or an operand that holds one whole
  Operand,   ///< an instruction that makes or uses an address by itself
  High,      ///< the first of two instructions that make an address together
  Low,       ///< the second of them
  Part,      ///< one of several instructions that make a value together
  Branch,    ///< a branch or call
  FarBranch, ///< likewise; a veneer may stand in for S
  CallPair,  ///< two neighbouring instructions that make one such call or jump
};

/// What FixupKinds.def says of a kind.
struct FixupKindInfo {
  FixupKind Kind;
  llvm::StringRef Spelling;
  unsigned Width; ///< bytes
  FixupArchitecture Architecture;
  FixupBase Base;
  FixupOperand Operand;
  int64_t Least, Greatest; ///< of the operand
  unsigned Multiple;       ///< the operand is one of this; 1: any, or the instruction tells
  FixupUse Use;
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

/// True where the formula has P: what is encoded is a distance.
bool isRelative(FixupKind Kind);

/// True for branches, jumps and calls.
bool isBranch(FixupKind Kind);

} // namespace stencilgen

#endif
