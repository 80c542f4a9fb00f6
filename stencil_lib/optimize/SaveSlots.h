// Values that are saved in memory for calls: saved where a call is, and read again nowhere.
#ifndef STENCILGEN_OPTIMIZE_SAVESLOTS_H
#define STENCILGEN_OPTIMIZE_SAVESLOTS_H

#include "interpreters/OptimizeProfile.h"
#include "support/RecordLayout.h"
#include "support/SaveSlot.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Function.h"
#include <vector>

namespace stencilgen {

/// The slots that \p Facts names, where \p Layouts has their members. \p Entry is any stencil's function;
/// none where it has another calling convention than those that SaveSlot knows.
std::vector<SaveSlot> saveSlots(const OptimizeProfile &Facts, llvm::ArrayRef<RecordLayout> Layouts,
                                const llvm::Function &Entry);

/// Makes of each slot a variable of \p Entry, a stencil's function: its content is written to memory before
/// calls that may look there, unless it is there already, before returns, and where other code is entered
/// with another parameter; and it is never read from memory. A function that does anything else with the
/// slot, or may, stays as it is.
void sinkSaves(llvm::Function &Entry, const OptimizeProfile &Facts, llvm::ArrayRef<RecordLayout> Layouts);

} // namespace stencilgen

#endif
