// What an object file says, in one form for every format: allocatable sections, symbols, fixups.
#ifndef STENCILGEN_FORMATS_OBJECTIMAGE_H
#define STENCILGEN_FORMATS_OBJECTIMAGE_H

#include "FixupKinds.h"
#include <optional>
#include <string>
#include <vector>

namespace stencilgen {

/// A place in a section that the linker, or in our case the JIT, fills.
struct Fixup {
  uint64_t Offset; ///< bytes from the start of the section
  FixupKind Kind;
  std::string RawRelocation; ///< the format's own name, R_X86_64_PLT32: provenance only
  size_t Symbol;             ///< index into ObjectImage::Symbols
  int64_t Addend;            ///< A of the kind's formula, wherever the format keeps it
};

enum class SectionKind : uint8_t { Code, ReadOnlyData, Data };

/// A section that would be loaded. Zero-filled sections (bss) hold their zeros.
struct ImageSection {
  std::string Name;
  SectionKind Kind;
  uint64_t Alignment; ///< bytes, a power of two
  std::vector<uint8_t> Bytes;
  std::vector<Fixup> Fixups; ///< in the order of the file
  uint64_t Address = 0;      ///< bytes; Mach-O only, whose sections share one address space from 0
};

/// A stencil is copied for each use, so an object with more bytes to load is a damaged file and not a big
/// micro-op.
inline constexpr uint64_t MaxObjectSectionSize = 16 << 20;

struct ImageSymbol {
  std::string Name;              ///< a section symbol has the section's name
  std::optional<size_t> Section; ///< index into ObjectImage::Sections; none: undefined
  uint64_t Value;                ///< bytes from the start of the section
  bool IsSectionSymbol;
  /// COFF only: the file names it __imp_NAME, a pointer to NAME that the loader makes. Name is NAME here, and
  /// every fixup that refers to it is of a kind with G in its formula: the pointer is a data slot as any
  /// other.
  bool IsImport = false;
};

struct ObjectImage {
  std::vector<ImageSection> Sections; ///< in the order of the file
  std::vector<ImageSymbol> Symbols;
  FixupKind AddressKind = FixupKind::Abs64; ///< of an address in data; a data slot has its width
};

} // namespace stencilgen

#endif
