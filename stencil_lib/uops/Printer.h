// Prints the analysis' product for `--stage=uops`.
#ifndef STENCILGEN_UOPS_PRINTER_H
#define STENCILGEN_UOPS_PRINTER_H

#include "interpreters/LoweringProfile.h"
#include "uops/Uop.h"
#include "llvm/Support/raw_ostream.h"

namespace stencilgen::uops {

/// Micro-ops in their order, then instructions, families, pseudo instructions and labels.
void printTable(llvm::raw_ostream &OS, const UopTable &Table, const LoweringProfile &Profile);

/// `name`, `name[size]`, `name if (condition)`
std::string toText(const StackItem &Item);

} // namespace stencilgen::uops

#endif
