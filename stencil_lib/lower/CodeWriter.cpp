// Layout of generated C.
#include "lower/CodeWriter.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace stencilgen::dsl;

namespace stencilgen::lower {

void CodeWriter::newline() {
  while (!Out.empty() && Out.back() == ' ')
    Out.pop_back();
  Out += '\n';
  AtLineStart = true;
  if (MappedLine)
    ++MappedLine;
}

/// Indents for a line that begins with \p Next.
void CodeWriter::indent(StringRef Next) {
  unsigned Level = Base + Braces + (Parens != 0);
  if (Next.starts_with("}") && Braces != 0)
    --Level;
  Out.append(4 * static_cast<size_t>(Level), ' ');
  AtLineStart = false;
}

/// Counts the brackets of what is written. Text of the user's may have too many closing ones.
void CodeWriter::track(StringRef Text) {
  for (char C : Text) {
    Braces += C == '{';
    Parens += C == '(';
    if (C == '}' && Braces != 0)
      --Braces;
    if (C == ')' && Parens != 0)
      --Parens;
  }
}

void CodeWriter::write(StringRef Text) {
  if (Text.empty())
    return;
  if (AtLineStart)
    indent(Text);
  else if (Last.is(TokenKind::End) && !Out.empty() && (isAlnum(Out.back()) || Out.back() == '_') &&
           (isAlnum(Text.front()) || Text.front() == '_'))
    Out += ' '; // generated text and a token must not become one word
  Out += Text;
}

/// Brings the output to where \p T belongs: a new line, or the gap it has in the source.
void CodeWriter::position(const Token &T) {
  if (!Last.is(TokenKind::End) && !AtLineStart) {
    bool Hides = Last.is(TokenKind::Comment) && Last.Text.starts_with("//");
    if (Last.endLine() < T.Line || Last.isDirective() || Hides)
      newline();
    else if (T.Line == Last.endLine() && T.Column > Last.endColumn())
      Out.append(T.Column - Last.endColumn(), ' ');
  }
  // A directive between the arguments of a macro is not portable: only between statements.
  if (Sources && AtLineStart && Parens == 0 && (MappedLine != T.Line || MappedFile != T.File)) {
    raw_string_ostream OS(Out);
    OS << "#line " << T.Line << " \"";
    OS.write_escaped(Sources[T.File].Name) << "\"\n";
    MappedLine = T.Line;
    MappedFile = T.File;
  }
}

void CodeWriter::emit(const Token &T) {
  settle();
  if (T.isDirective())
    startLine();
  position(T);
  write(T.Text);
  Last = T;
  MappedLine += MappedLine ? T.endLine() - T.Line : 0;
  if (T.is(TokenKind::LeftParen) || T.is(TokenKind::RightParen) || T.is(TokenKind::LeftBrace) ||
      T.is(TokenKind::RightBrace))
    track(T.Text);
  if (T.isDirective())
    newline();
}

void CodeWriter::emitAt(StringRef Text, const Token &Where) {
  settle();
  position(Where);
  write(Text);
  Last = Where;
  track(Text);
}

void CodeWriter::emit(StringRef Text) {
  settle();
  if (Last.is(TokenKind::Comment) && Last.Text.starts_with("//"))
    startLine(); // the comment would hide the text
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    write(Line);
    Last = Token();
    track(Line);
    if (Line.size() == Text.size())
      return;
    newline();
    Text = Rest;
  }
}

void CodeWriter::line(StringRef Text) {
  if (Text.empty())
    return settle();
  emit(Text);
  startLine();
}

void CodeWriter::startLine() {
  if (!AtLineStart)
    newline();
  Last = Token();
}

void CodeWriter::requestSpill() {
  if (PendingReload)
    PendingReload = false;
  else
    PendingSpill = true;
}

void CodeWriter::requestReload() {
  if (PendingSpill)
    PendingSpill = false;
  else
    PendingReload = true;
}

void CodeWriter::settle() {
  if (!PendingSpill && !PendingReload)
    return;
  StringRef Text = Profile.text(PendingSpill ? "spill" : "reload");
  PendingSpill = PendingReload = false;
  line(Text);
}

std::string CodeWriter::take() {
  PendingSpill = PendingReload = false;
  Braces = Parens = 0;
  MappedLine = 0;
  AtLineStart = true;
  Last = Token();
  return std::exchange(Out, {});
}

} // namespace stencilgen::lower
