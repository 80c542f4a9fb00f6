// A stencil for people: disassembly with its holes, data with its strings. The comments of a header and
// `stencilgen dump` share it.
#ifndef STENCILGEN_EMIT_LISTING_H
#define STENCILGEN_EMIT_LISTING_H

#include "arch/Disassembler.h"
#include "stencil/StencilSet.h"
#include <string>
#include <vector>

namespace stencilgen {

/// What fills a hole, as "OPARG", "&PyList_Type", "DATA + 0x8", "-0x4".
std::string holeText(const Hole &H);

/// One line an instruction ("  26: 0f b7 c0    movzwl %ax, %eax"), each followed by its holes.
std::vector<std::string> codeListing(const Stencil &Code, const Disassembler &Decoder);

/// Rows of up to 16 bytes with their offset and their characters.
std::vector<std::string> byteRows(llvm::ArrayRef<uint8_t> Bytes);

/// The rows of the data, each followed by its holes.
std::vector<std::string> dataListing(const Stencil &Data);

} // namespace stencilgen

#endif
