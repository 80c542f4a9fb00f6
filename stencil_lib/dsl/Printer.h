// Prints the products of this room for `--stage=tokens` and `--stage=ast`.
#ifndef STENCILGEN_DSL_PRINTER_H
#define STENCILGEN_DSL_PRINTER_H

#include "dsl/Ast.h"
#include "llvm/Support/raw_ostream.h"

namespace stencilgen::dsl {

/// One token a line: place, kind, spelling.
void printTokens(llvm::raw_ostream &OS, llvm::ArrayRef<Token> Tokens, llvm::ArrayRef<SourceText> Sources);

/// A definition, its statements indented under it.
void printDefinition(llvm::raw_ostream &OS, const Definition &D, llvm::ArrayRef<SourceText> Sources);

/// All definitions, one after another.
void printAst(llvm::raw_ostream &OS, const SyntaxTree &Tree, llvm::ArrayRef<SourceText> Sources);

} // namespace stencilgen::dsl

#endif
