// Writes C text: tokens of a body as they were laid out, generated lines between them.
#ifndef STENCILGEN_LOWER_CODEWRITER_H
#define STENCILGEN_LOWER_CODEWRITER_H

#include "dsl/Token.h"
#include "interpreters/LoweringProfile.h"
#include <string>

namespace stencilgen::lower {

/// Line breaks and gaps between tokens follow the source; indentation follows braces and parentheses.
///
/// Writing the stack pointer to memory and reading it back are asked for where they may be needed and happen
/// only before the next text, so that a read directly followed by a write, or a write by a read, leaves
/// nothing.
class CodeWriter {
public:
  /// \param Indent  levels of four columns that the text begins at
  /// \param Sources  the run's texts, for #line; null: no #line directives
  CodeWriter(const LoweringProfile &Profile, unsigned Indent, const dsl::SourceText *Sources)
      : Profile(Profile), Base(Indent), Sources(Sources) {}

  void emit(const dsl::Token &T);
  /// Emits generated text; a newline in it ends the line.
  void emit(llvm::StringRef Text);
  void emit(const char *Text) { emit(llvm::StringRef(Text)); }
  /// Emits \p Text in the place of a token.
  void emitAt(llvm::StringRef Text, const dsl::Token &Where);
  /// Emits a line of generated text; nothing for an empty one.
  void line(llvm::StringRef Text);
  /// Ends the line, if one is begun.
  void startLine();

  /// The stack pointer has to be in memory from here on.
  void requestSpill();
  /// The stack pointer has to be read back from memory.
  void requestReload();
  /// Writes what was requested, though no text follows yet.
  void settle();

  /// What was written; leaves the writer empty and at its first indentation.
  std::string take();

private:
  const LoweringProfile &Profile;
  unsigned Base;
  const dsl::SourceText *Sources;
  std::string Out;
  dsl::Token Last; ///< the token written last; of kind End after generated text
  bool AtLineStart = true;
  bool PendingSpill = false, PendingReload = false;
  unsigned Braces = 0, Parens = 0;
  uint32_t MappedLine = 0; ///< the source line the output line being written is taken to be; 0: unknown
  uint32_t MappedFile = 0;

  void write(llvm::StringRef Text);
  void newline();
  void indent(llvm::StringRef Next);
  void position(const dsl::Token &T);
  void track(llvm::StringRef Text);
};

} // namespace stencilgen::lower

#endif
