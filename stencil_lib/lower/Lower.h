// Definitions to C: the entry of the front half.
#ifndef STENCILGEN_LOWER_LOWER_H
#define STENCILGEN_LOWER_LOWER_H

#include "dsl/DiagnosticSink.h"
#include "dsl/SourceText.h"
#include "interpreters/LoweringProfile.h"
#include "lower/Cases.h"
#include "uops/Uop.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace stencilgen {

using dsl::SourceText;

struct LowerOptions {
  bool LineDirectives =
      false; ///< put #line directives into the text, so that compilers speak of the definitions
};

/// Parses and analyses \p Definitions.
/// Errors: all that the lexer, the parser and the analysis found, as one DiagnosticError.
llvm::Expected<uops::UopTable> readDefinitions(llvm::ArrayRef<SourceText> Definitions,
                                               const LoweringProfile &Profile);

/// The tier-2 cases of \p Table, in the order of the definitions, those left out with their reasons.
/// \param Definitions  what the table was read from
/// Errors: what is wrong with the use of stack items in bodies, as one DiagnosticError.
llvm::Expected<Cases> lowerTier2(const uops::UopTable &Table, llvm::ArrayRef<SourceText> Definitions,
                                 const LoweringProfile &Profile, const LowerOptions &Options);

/// readDefinitions() and then lowerTier2().
llvm::Expected<Cases> lowerTier2(llvm::ArrayRef<SourceText> Definitions, const LoweringProfile &Profile,
                                 const LowerOptions &Options);

/// Prints \p C as a C file to be included where tier 2 executes micro-ops.
void printCases(llvm::raw_ostream &OS, const Cases &C, llvm::ArrayRef<SourceText> Definitions);

/// Prints every case with what is known of it, for `--stage=cases`.
void dumpCases(llvm::raw_ostream &OS, const Cases &C);

} // namespace stencilgen

#endif
