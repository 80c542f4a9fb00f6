// The part of a profile, and of a set, on the header: the dialect it is written in and how that spells what
// depends on the interpreter.
//
// A dialect is a row of HEADER_DIALECTS, a file of settings here (XForm.h, XForm.cpp, which defines DialectX)
// and a file that writes it (emit/XHeader.cpp, which defines writeXHeader).
#ifndef STENCILGEN_INTERPRETERS_HEADERFORM_H
#define STENCILGEN_INTERPRETERS_HEADERFORM_H

#include "interpreters/CPythonForm.h"
#include "interpreters/TablesForm.h"

#define HEADER_DIALECTS(ROW)                                                                                 \
  ROW(CPython) /* a function a stencil, as Python/jit.c includes them */                                     \
  ROW(Tables)  /* tables for stencilgen's own runtime */

namespace stencilgen {

enum class HeaderDialect : uint8_t {
#define STENCILGEN_ROW(Name) Name,
  HEADER_DIALECTS(STENCILGEN_ROW)
#undef STENCILGEN_ROW
};

struct HeaderForm {
  HeaderDialect Dialect = HeaderDialect::CPython;
  bool LayoutAsserts = true; ///< the header checks the layouts of the records that the stencils address
  /// The settings of each dialect, XForm X; those of others than Dialect have no meaning.
#define STENCILGEN_ROW(Name) Name##Form Name;
  HEADER_DIALECTS(STENCILGEN_ROW)
#undef STENCILGEN_ROW

  bool operator==(const HeaderForm &) const = default;
};

/// What is particular to a dialect. Members that are not given have the value that fits most.
struct DialectRules {
  llvm::StringLiteral Name; ///< in profiles and manifests
  /// Reads and writes the settings. Errors are recorded in the document.
  void (*Read)(HeaderForm &Form, JsonObject Header);
  void (*Write)(const HeaderForm &Form, nlohmann::ordered_json &Header);
  /// Whether the header can fill holes of the kind. Null: of every kind.
  bool (*CanFill)(const HeaderForm &Form, FixupKind Kind) = nullptr;
  /// Data slots of symbols belong to a trace, and not to a stencil. Null: no.
  bool (*HasTraceSlots)(const HeaderForm &Form) = nullptr;
  /// What is expected in place of the expression of a hole value; empty: nothing else. Null: any expression.
  llvm::StringRef (*ExpectedExpression)(llvm::StringRef Expression) = nullptr;
  /// Takes over what a target and its holes say already. Null: nothing.
  void (*TakeOver)(HeaderForm &Form, llvm::StringRef ContinueValue, uint64_t CodeAlignment) = nullptr;
  /// Stencils are marked that never go on to what follows them.
  bool MarksEnds = false;
};

#define STENCILGEN_ROW(Name) extern const DialectRules Dialect##Name;
HEADER_DIALECTS(STENCILGEN_ROW)
#undef STENCILGEN_ROW

const DialectRules &rulesOf(HeaderDialect Dialect);

/// True when the header can fill holes of the kind.
bool canFill(const HeaderForm &Form, FixupKind Kind);
/// True when data slots of symbols belong to a trace.
bool hasTraceSlots(const HeaderForm &Form);

/// Reads the part of a profile, or of a manifest, that says how the header is spelled. Errors are recorded in
/// its document.
HeaderForm readHeaderForm(JsonObject Header);

/// Adds the members that readHeaderForm reads. What most headers are, is left out.
void writeHeaderForm(const HeaderForm &Form, nlohmann::ordered_json &Header);

} // namespace stencilgen

#endif
