// Stencils as text for a terminal: sizes, code with holes, labels and arrows, data with its strings.
#ifndef STENCILGEN_INSPECT_DUMPTEXT_H
#define STENCILGEN_INSPECT_DUMPTEXT_H

#include "inspect/Arrows.h"
#include "inspect/DecodedCode.h"
#include "llvm/Support/raw_ostream.h"

namespace stencilgen {

struct DumpStyle {
  ArrowStyle Arrows = ArrowStyle::Ascii;
  bool Bytes = true; ///< print the machine code's bytes
};

/// One place in the data of a stencil, as text: "&PyList_Type", a quoted string, or bytes.
struct DataRow {
  uint64_t Offset;
  uint64_t Size;
  std::string Text;
  std::string Note; ///< the hole's kind, a string's size
};

/// The data of a stencil: holes, strings and what is between them in rows of at most 16 bytes.
std::vector<DataRow> dataRows(const Stencil &Data);

/// The bytes of an instruction as hexadecimal digits, `..` for those that a hole fills whole.
std::string instructionBytes(const Stencil &Code, const CodeLine &Line);

/// What a hole of an instruction is: "abs64 OPARG + 0x8 at 0x2a".
std::string holeNote(const Stencil &Code, const DecodedCode &Machine, size_t Hole);

/// Prints a stencil group. Colours where \p OS has them.
void printGroup(const StencilGroup &Group, const DecodedCode &Code, const DumpStyle &Style,
                llvm::raw_ostream &OS);

} // namespace stencilgen

#endif
