// What the architecture files of ELF share: instructions of one word, and differences of two symbols.
#ifndef STENCILGEN_FORMATS_ELFPAIRS_H
#define STENCILGEN_FORMATS_ELFPAIRS_H

#include "ELF.h"
#include "llvm/Support/Endian.h"

namespace stencilgen {

/// Makes an ELFRule::Fits of a question about a little-endian instruction of 4 bytes, which begins at a
/// multiple of \p Alignment.
template <bool (*Fits)(uint32_t Instruction), unsigned Alignment = 4>
bool inWord(llvm::ArrayRef<uint8_t> Section, uint64_t Offset) {
  return Offset % Alignment == 0 && Fits(llvm::support::endian::read32le(Section.data() + Offset));
}

/// The types of relocations that add a symbol's address to data and subtract another's.
struct DifferenceTypes {
  uint32_t Add, Subtract;
  unsigned Width; ///< bytes
};

/// Pairs each ADD with the SUB after it at the same offset. Where the second symbol is defined in this
/// section, what they make together is a distance from the fixup:
///
///   S1 + A1 - (S2 + A2)  =  S1 + A - P    with    A = A1 - A2 + (P - S2)
///
/// The bytes (as many as the types are wide) must be 0, as they take part in the sum. The ADD gets this A and
/// the SUB as its Paired, the SUB becomes type 0.
std::optional<ELFProblem> pairDifferences(llvm::MutableArrayRef<ELFRelocation> Relocations,
                                          const ObjectImage &Image, size_t Section,
                                          llvm::ArrayRef<DifferenceTypes> Types);

} // namespace stencilgen

#endif
