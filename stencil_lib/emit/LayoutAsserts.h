// Assertions in C headers about the interpreter's records.
#ifndef STENCILGEN_EMIT_LAYOUTASSERTS_H
#define STENCILGEN_EMIT_LAYOUTASSERTS_H

#include "support/RecordLayout.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace stencilgen {

/// Writes what stops the interpreter's build where a record is not what the stencils were compiled for. The
/// records are those of the template's headers, some of which the file that includes this one may not have.
void writeLayoutAsserts(llvm::ArrayRef<RecordLayout> Layouts, llvm::raw_ostream &OS);

} // namespace stencilgen

#endif
