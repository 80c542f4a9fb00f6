// One C text for all micro-ops: the template's headers once, then its function once for each case.
#ifndef STENCILGEN_COMPILE_TRANSLATIONUNIT_H
#define STENCILGEN_COMPILE_TRANSLATIONUNIT_H

#include "lower/Cases.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace stencilgen {

/// The names a template is written with (Profile::Entry, OpcodeMacro, CaseMarker). The marker is an
/// identifier, or a directive on a line of its own: `#include "cases.h"`.
struct TemplateNames {
  std::string Entry;
  std::string OpcodeMacro;
  std::string CaseMarker;
  bool NumberCases = false; ///< define an enumeration of the cases, for interpreters whose headers do not
};

/// A C text for Clang, and which part of it belongs to which micro-op.
struct TranslationUnit {
  struct Range {
    size_t Begin; ///< bytes from the start of Text
    size_t End;
  };
  std::string Text;
  std::vector<std::string> Entries; ///< for each case, its function's name in Text
  std::vector<Range> Ranges;        ///< for each case, ascending
};

/// Makes the translation unit of \p AllCases. #line directives name the file and line in which each part was
/// written.
/// \param File  the template's name for diagnostics
/// \param Text  the template: a C file whose function Names.Entry has a switch with Names.CaseMarker in it
/// Errors, with their place: no function of that name with a body, no marker in it, or more than one.
llvm::Expected<TranslationUnit> makeTranslationUnit(llvm::StringRef File, llvm::StringRef Text,
                                                    const TemplateNames &Names, const Cases &AllCases);

} // namespace stencilgen

#endif
