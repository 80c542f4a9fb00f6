// What the architecture files of Mach-O and COFF share: these formats keep the addend in the bytes that are
// to be filled, so the kind and the addend are found together.
#ifndef STENCILGEN_FORMATS_ENCODEDFIXUP_H
#define STENCILGEN_FORMATS_ENCODEDFIXUP_H

#include "ObjectImage.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// What a raw relocation comes to: A is normalised to the kind's formula.
struct EncodedFixup {
  FixupKind Kind;
  int64_t Addend;
};

/// The little-endian field of \p Width bytes (4 or 8) at \p Offset, sign-extended.
/// Errors, as text without the place: the section ends before it does.
inline llvm::Expected<int64_t> readField(llvm::ArrayRef<uint8_t> Section, uint64_t Offset, unsigned Width) {
  if (Offset > Section.size() || Section.size() - Offset < Width)
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "expected " + llvm::Twine(Width) + " bytes in the section, found " +
                                       llvm::Twine(Offset > Section.size() ? 0 : Section.size() - Offset));
  const uint8_t *Field = Section.data() + Offset;
  if (Width == 8)
    return static_cast<int64_t>(llvm::support::endian::read64le(Field));
  return static_cast<int32_t>(llvm::support::endian::read32le(Field));
}

/// A message without the place, as the architecture files give it.
inline llvm::Error fixupError(const llvm::Twine &Message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), Message);
}

} // namespace stencilgen

#endif
