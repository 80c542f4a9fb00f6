// Control flow drawn beside a listing, as llvm-objdump --visualize-jumps does.
#ifndef STENCILGEN_INSPECT_ARROWS_H
#define STENCILGEN_INSPECT_ARROWS_H

#include "inspect/DecodedCode.h"

namespace stencilgen {

enum class ArrowStyle : uint8_t { Off, Ascii, Unicode };

/// For each of \p Rows lines the arrows to its left, all of the same width in columns. Short branches are
/// drawn nearest to the code; where there is no room left for a long one, it is left out: its label says it.
std::vector<std::string> drawArrows(llvm::ArrayRef<CodeEdge> Edges, size_t Rows, ArrowStyle Style);

} // namespace stencilgen

#endif
