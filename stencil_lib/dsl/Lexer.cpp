// Lexer: one pass over the bytes, no backtracking.
//
// The token set is C's. Two things differ from a C compiler's first phases: a preprocessor line is one token
// (with its continuation lines), because statement trees keep conditionals in place; and comments are tokens,
// because bodies may be printed with them.
#include "dsl/Lexer.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>
#include <array>
#include <iterator>

using namespace llvm;

namespace stencilgen::dsl {

StringRef describe(TokenKind Kind) {
  switch (Kind) {
  case TokenKind::Identifier:
    return "identifier";
  case TokenKind::Keyword:
    return "keyword";
  case TokenKind::Number:
    return "number";
  case TokenKind::String:
    return "string";
  case TokenKind::Character:
    return "character";
  case TokenKind::Comment:
    return "comment";
  case TokenKind::DirectiveIf:
    return "#if";
  case TokenKind::DirectiveElif:
    return "#elif";
  case TokenKind::DirectiveElse:
    return "#else";
  case TokenKind::DirectiveEndif:
    return "#endif";
  case TokenKind::DirectiveOther:
    return "preprocessor line";
  case TokenKind::LeftParen:
    return "'('";
  case TokenKind::RightParen:
    return "')'";
  case TokenKind::LeftBracket:
    return "'['";
  case TokenKind::RightBracket:
    return "']'";
  case TokenKind::LeftBrace:
    return "'{'";
  case TokenKind::RightBrace:
    return "'}'";
  case TokenKind::Comma:
    return "','";
  case TokenKind::Semicolon:
    return "';'";
  case TokenKind::Colon:
    return "':'";
  case TokenKind::Plus:
    return "'+'";
  case TokenKind::Minus:
    return "'-'";
  case TokenKind::MinusMinus:
    return "'--'";
  case TokenKind::Star:
    return "'*'";
  case TokenKind::Slash:
    return "'/'";
  case TokenKind::Ampersand:
    return "'&'";
  case TokenKind::Equal:
    return "'='";
  case TokenKind::Operator:
    return "operator";
  case TokenKind::End:
    return "end of file";
  }
  return "";
}

uint32_t Token::endColumn() const {
  size_t LastLine = Text.rfind('\n');
  if (LastLine == StringRef::npos)
    return Column + static_cast<uint32_t>(Text.size());
  return static_cast<uint32_t>(Text.size() - LastLine);
}

bool isCKeyword(StringRef Word) {
  static constexpr std::array<StringRef, 34> Sorted = {
      "auto",   "break",    "case",     "char",     "const", "continue", "default", "do",     "double",
      "else",   "enum",     "extern",   "float",    "for",   "goto",     "if",      "inline", "int",
      "long",   "offsetof", "restrict", "return",   "short", "signed",   "sizeof",  "static", "struct",
      "switch", "typedef",  "union",    "unsigned", "void",  "volatile", "while"};
  return Word.size() <= 8 && std::binary_search(Sorted.begin(), Sorted.end(), Word);
}

namespace {

constexpr StringLiteral BeginMarker = "// BEGIN BYTECODES //";
constexpr StringLiteral EndMarker = "// END BYTECODES //";

bool startsWord(char C) { return isAlpha(C) || C == '_'; }
bool continuesWord(char C) { return isAlnum(C) || C == '_'; }

/// The operators of more than one character, longest first. `--` has a kind of its own: it parts inputs from
/// outputs.
constexpr std::array<StringLiteral, 22> LongOperators = {
    "<<=", ">>=", "...", "->", "++", "+=", "-=", "*=", "/=", "%=", "&=",
    "|=",  "^=",  "<<",  ">>", "<=", ">=", "==", "!=", "&&", "||", "##"};

class Lexer {
public:
  Lexer(const SourceText &Source, uint32_t File, DiagnosticSink &Diagnostics)
      : Text(Source.Text), File(File), Diagnostics(Diagnostics) {}

  std::vector<Token> run();

private:
  StringRef Text;
  uint32_t File;
  DiagnosticSink &Diagnostics;
  size_t Position = 0;
  size_t Limit = 0;     ///< end of what is read
  size_t LineStart = 0; ///< offset of the current line's first byte
  uint32_t Line = 1;
  std::vector<Token> Tokens;

  char at(size_t Index) const { return Index < Limit ? Text[Index] : '\0'; }
  void findMarkers();
  void error(size_t Offset, const Twine &Message) {
    Diagnostics.error({File, static_cast<uint32_t>(Offset)}, Message);
  }
  void add(TokenKind Kind, size_t Size);
  void lexWord();
  void lexNumber();
  void lexQuoted(char Quote);
  void lexDirective();
  bool lexComment();
  void lexPunctuation();
};

/// Where \p Marker stands alone on a line, from \p From on.
static size_t findMarkerLine(StringRef Text, StringRef Marker, size_t From) {
  for (size_t At = Text.find(Marker, From); At != StringRef::npos; At = Text.find(Marker, At + 1)) {
    StringRef Before = Text.take_front(At).rtrim(" \t");
    StringRef After = Text.drop_front(At + Marker.size()).ltrim(" \t\r");
    if ((Before.empty() || Before.ends_with("\n")) && (After.empty() || After.starts_with("\n")))
      return At;
  }
  return StringRef::npos;
}

/// Narrows what is read to the text between the markers, where there are any.
void Lexer::findMarkers() {
  Limit = Text.size();
  size_t Begin = findMarkerLine(Text, BeginMarker, 0);
  size_t End = findMarkerLine(Text, EndMarker, Begin == StringRef::npos ? 0 : Begin);
  if (Begin == StringRef::npos) {
    if (End != StringRef::npos)
      error(End, "'" + EndMarker + "' without a '" + BeginMarker + "' before it");
    return;
  }
  if (End == StringRef::npos)
    error(Begin, "expected '" + EndMarker + "' after this marker");
  else
    Limit = End;
  Position = Begin + BeginMarker.size();
  StringRef Before = Text.take_front(Position);
  Line = static_cast<uint32_t>(Before.count('\n') + 1);
  LineStart = Before.rfind('\n') + 1; // npos + 1 is 0: the first line
}

/// Makes a token of the next \p Size bytes and moves past them.
void Lexer::add(TokenKind Kind, size_t Size) {
  StringRef Spelling = Text.substr(Position, Size);
  Tokens.push_back({Kind, File, static_cast<uint32_t>(Position), Line,
                    static_cast<uint32_t>(Position - LineStart + 1), Spelling});
  if (size_t Newlines = Spelling.count('\n')) {
    Line += static_cast<uint32_t>(Newlines);
    LineStart = Position + Spelling.rfind('\n') + 1;
  }
  Position += Size;
}

void Lexer::lexWord() {
  size_t End = Position + 1;
  while (continuesWord(at(End)))
    ++End;
  StringRef Word = Text.slice(Position, End);
  add(isCKeyword(Word) ? TokenKind::Keyword : TokenKind::Identifier, Word.size());
}

/// A preprocessing number, as C's lexers read it: digits, letters, dots, and a sign after an exponent's
/// letter.
void Lexer::lexNumber() {
  size_t End = Position + 1;
  while (continuesWord(at(End)) || at(End) == '.' ||
         ((at(End) == '+' || at(End) == '-') && StringRef("eEpP").contains(at(End - 1)) &&
          !Text.substr(Position).starts_with_insensitive("0x")))
    ++End;
  add(TokenKind::Number, End - Position);
}

void Lexer::lexQuoted(char Quote) {
  size_t End = Position + 1;
  while (at(End) != Quote) {
    if (End >= Limit || Text[End] == '\n') {
      error(Position,
            Twine(Quote == '"' ? "string" : "character") + " without its closing quote on the same line");
      break;
    }
    End += at(End) == '\\' && at(End + 1) != '\n' && End + 1 < Limit ? 2 : 1;
  }
  if (at(End) == Quote)
    ++End;
  add(Quote == '"' ? TokenKind::String : TokenKind::Character, std::min(End, Limit) - Position);
}

/// A line that begins with #, with the lines that backslashes continue it over, without its line end.
void Lexer::lexDirective() {
  size_t End = Position;
  while (End < Limit && (Text[End] != '\n' || Text[End - 1] == '\\' ||
                         (Text[End - 1] == '\r' && End >= 2 && Text[End - 2] == '\\')))
    ++End;
  StringRef Spelling = Text.slice(Position, End).rtrim();
  StringRef Name = Spelling.drop_front().ltrim(" \t").take_while(isAlpha);
  TokenKind Kind = TokenKind::DirectiveOther;
  if (Name == "if" || Name == "ifdef" || Name == "ifndef")
    Kind = TokenKind::DirectiveIf;
  else if (Name.starts_with("elif"))
    Kind = TokenKind::DirectiveElif;
  else if (Name == "else")
    Kind = TokenKind::DirectiveElse;
  else if (Name == "endif")
    Kind = TokenKind::DirectiveEndif;
  add(Kind, Spelling.size());
}

/// A comment, if one begins here.
bool Lexer::lexComment() {
  if (at(Position + 1) == '/') {
    StringRef Rest = Text.slice(Position, Limit);
    add(TokenKind::Comment, Rest.take_until([](char C) { return C == '\n'; }).rtrim('\r').size());
    return true;
  }
  if (at(Position + 1) != '*')
    return false;
  size_t End = Text.slice(0, Limit).find("*/", Position + 2);
  if (End == StringRef::npos) {
    error(Position, "comment without its closing '*/'");
    Position = Limit;
    return true;
  }
  add(TokenKind::Comment, End + 2 - Position);
  return true;
}

void Lexer::lexPunctuation() {
  StringRef Rest = Text.slice(Position, Limit);
  if (Rest.starts_with("--"))
    return add(TokenKind::MinusMinus, 2);
  for (StringRef Long : LongOperators)
    if (Rest.starts_with(Long))
      return add(TokenKind::Operator, Long.size());
  switch (Rest.front()) {
  case '(':
    return add(TokenKind::LeftParen, 1);
  case ')':
    return add(TokenKind::RightParen, 1);
  case '[':
    return add(TokenKind::LeftBracket, 1);
  case ']':
    return add(TokenKind::RightBracket, 1);
  case '{':
    return add(TokenKind::LeftBrace, 1);
  case '}':
    return add(TokenKind::RightBrace, 1);
  case ',':
    return add(TokenKind::Comma, 1);
  case ';':
    return add(TokenKind::Semicolon, 1);
  case ':':
    return add(TokenKind::Colon, 1);
  case '+':
    return add(TokenKind::Plus, 1);
  case '-':
    return add(TokenKind::Minus, 1);
  case '*':
    return add(TokenKind::Star, 1);
  case '/':
    return add(TokenKind::Slash, 1);
  case '&':
    return add(TokenKind::Ampersand, 1);
  case '=':
    return add(TokenKind::Equal, 1);
  case '%':
  case '~':
  case '^':
  case '|':
  case '<':
  case '>':
  case '!':
  case '?':
  case '.':
  case '\\':
    return add(TokenKind::Operator, 1);
  default:
    break;
  }
  std::string Shown = isPrint(Rest.front()) ? "'" + Rest.take_front().str() + "'"
                                            : "\\x" + toHex(Rest.take_front(), /*LowerCase=*/true);
  error(Position, "unexpected character " + Shown);
  ++Position;
}

std::vector<Token> Lexer::run() {
  findMarkers();
  Tokens.reserve((Limit - Position) / 5 + 1);
  while (Position < Limit) {
    char C = Text[Position];
    if (C == '\n') {
      ++Line;
      LineStart = ++Position;
    } else if (isSpace(C)) {
      ++Position;
    } else if (startsWord(C)) {
      lexWord();
    } else if (isDigit(C) || (C == '.' && isDigit(at(Position + 1)))) {
      lexNumber();
    } else if (C == '"' || C == '\'') {
      lexQuoted(C);
    } else if (C == '#') {
      lexDirective();
    } else if (C != '/' || !lexComment()) {
      lexPunctuation();
    }
  }
  Position = std::min(Position, Text.size());
  add(TokenKind::End, 0);
  return std::move(Tokens);
}

} // namespace

std::vector<Token> lex(const SourceText &Source, uint32_t File, DiagnosticSink &Diagnostics) {
  return Lexer(Source, File, Diagnostics).run();
}

} // namespace stencilgen::dsl
