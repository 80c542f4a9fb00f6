// The texts a run reads, and places in them.
#ifndef STENCILGEN_DSL_SOURCETEXT_H
#define STENCILGEN_DSL_SOURCETEXT_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace stencilgen::dsl {

/// One file of definitions. The text must outlive everything made from it: tokens and syntax trees refer to
/// it.
struct SourceText {
  std::string Name; ///< as the user named it; shown in messages
  llvm::StringRef Text;
};

/// A byte in one of the texts of a run.
struct SourceLocation {
  uint32_t File = 0;   ///< index into the run's texts
  uint32_t Offset = 0; ///< in bytes
};

} // namespace stencilgen::dsl

#endif
