// Assertions in C headers about the interpreter's records.
#ifndef STENCILGEN_EMIT_LAYOUTASSERTS_H
#define STENCILGEN_EMIT_LAYOUTASSERTS_H

#include "support/RecordLayout.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace stencilgen {

/// Writes assertions that stop the interpreter's build if a record has another layout than the stencils were
/// compiled for. The records come from the template's headers; the file that includes this one may lack some
/// of these headers.
void writeLayoutAsserts(llvm::ArrayRef<RecordLayout> Layouts, llvm::raw_ostream &OS);

} // namespace stencilgen

#endif
