// C text as tokens, with offsets, by Clang's raw lexer: comments and preprocessor lines are left out, so that
// braces in them do not count.
#ifndef STENCILGEN_SUPPORT_CTOKENS_H
#define STENCILGEN_SUPPORT_CTOKENS_H

#include "llvm/ADT/StringRef.h"
#include <vector>

namespace stencilgen {

struct CToken {
  llvm::StringRef Text; ///< points into the text that was read
  size_t Offset;        ///< bytes from its start
  size_t
      BraceDepth; ///< open braces around the token; an opening brace and its closing one have the same depth
  bool IsIdentifier;

  bool is(llvm::StringRef Spelling) const { return Text == Spelling; }
};

/// The tokens of \p Text. Where preprocessor conditionals have branches, braces of each branch are counted
/// from the same depth, and the first branch decides what follows the conditional.
std::vector<CToken> readCTokens(llvm::StringRef Text);

} // namespace stencilgen

#endif
