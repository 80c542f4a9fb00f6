// Definitions and stack effects, by recursive descent.
//
// Every function that parses something returns it, or false or null after reporting an error. The definition
// it happened in is dropped and parsing goes on at the next line that begins one.
#include "dsl/Parser.h"
#include "dsl/BodyParser.h"
#include "dsl/Lexer.h"
#include "dsl/TokenCursor.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace stencilgen::dsl {

namespace {

/// Cache entries and replicas are counted in bytes of memory and lines of output; larger counts are mistakes.
constexpr unsigned MaxCacheSize = 255;
constexpr unsigned MaxReplicas = 256;
/// Tokens in one expression or list, which are short in practice.
constexpr unsigned MaxListLength = 4096;

bool isOneOf(StringRef Word, std::initializer_list<StringRef> Words) { return is_contained(Words, Word); }

bool isAnnotation(StringRef Word) {
  return isOneOf(Word, {"specializing", "override", "register", "replaced", "pure", "replicate", "tier1",
                        "tier2", "no_save_ip", "split"});
}

bool beginsDefinition(const Token &T) {
  return T.is(TokenKind::Identifier) &&
         (isAnnotation(T.Text) ||
          isOneOf(T.Text, {"inst", "op", "macro", "family", "pseudo", "label", "spilled"}));
}

/// A C type that is one reserved word.
bool isTypeKeyword(const Token &T) {
  return T.is(TokenKind::Keyword) &&
         isOneOf(T.Text, {"char", "double", "float", "int", "long", "short", "unsigned", "void"});
}

class Parser {
public:
  Parser(const SourceText &Source, TokenRange Tokens, const LanguageOptions &Options,
         DiagnosticSink &Diagnostics)
      : Source(Source), Tokens(Tokens), Options(Options), Diagnostics(Diagnostics),
        Cursor(Tokens, Diagnostics) {}

  void run(SyntaxTree &Tree);

private:
  const SourceText &Source;
  TokenRange Tokens;
  const LanguageOptions &Options;
  DiagnosticSink &Diagnostics;
  TokenCursor Cursor;
  const Token *Header = nullptr; ///< the name of the definition being parsed, once it is known

  std::unique_ptr<Definition> definition();
  std::unique_ptr<Definition> code(std::vector<Annotation> Annotations);
  std::unique_ptr<Definition> macro();
  std::unique_ptr<Definition> family();
  std::unique_ptr<Definition> pseudo();
  std::unique_ptr<Definition> label(bool IsSpilled);

  bool annotations(std::vector<Annotation> &Result);
  bool replication(Annotation &Result);
  bool atEffect();
  bool effect(EffectDecl &Result);
  bool item(StackItemDecl &Result);
  bool cache(const Token &Name, unsigned &Size, StringRef What);
  bool expression(TokenKind Close, StringRef Where, StringRef &Result, SourceLocation &Begin);
  bool names(StringRef What, std::vector<Token> &Result);
  bool number(const Twine &What, unsigned Limit, unsigned &Result);
  const Token *headerName(StringRef Kind);
  void skipToNext(size_t Begin);
};

/// A decimal number between 0 and \p Limit at the cursor.
bool Parser::number(const Twine &What, unsigned Limit, unsigned &Result) {
  const Token *T = Cursor.accept(TokenKind::Number);
  if (!T) {
    Cursor.unexpected(What);
    return false;
  }
  if (!T->Text.getAsInteger(10, Result) && Result <= Limit)
    return true;
  Diagnostics.error(T->location(),
                    "expected " + What + " of at most " + Twine(Limit) + ", found '" + T->Text + "'");
  return false;
}

/// `replicate`'s range: `(n)` counts from 0, `(a:b)` from a to below b.
bool Parser::replication(Annotation &Result) {
  if (!Cursor.expect(TokenKind::LeftParen, "after 'replicate'"))
    return false;
  const Token First = Cursor.peek();
  unsigned A = 0, B = 0;
  if (!number("a number of replicas", MaxReplicas, A))
    return false;
  if (Cursor.accept(TokenKind::Colon)) {
    if (!number("the end of the range of replicas", MaxReplicas, B))
      return false;
  } else {
    B = A;
    A = 0;
  }
  if (A >= B) {
    Diagnostics.error(First.location(), "the range of replicas is empty");
    return false;
  }
  Result.Begin = A;
  Result.End = B;
  return Cursor.expect(TokenKind::RightParen, "after the range of replicas") != nullptr;
}

bool Parser::annotations(std::vector<Annotation> &Result) {
  while (Cursor.at(TokenKind::Identifier) && isAnnotation(Cursor.peek().Text)) {
    Annotation A;
    A.Word = Cursor.next();
    if (A.Word.Text == "replicate" && !replication(A))
      return false;
    for (const Annotation &Earlier : Result) {
      if (Earlier.Word.Text != A.Word.Text)
        continue;
      Diagnostics.error(A.Word.location(), "annotation '" + A.Word.Text + "' given twice");
      Diagnostics.note(Earlier.Word.location(), "the first is here");
      return false;
    }
    Result.push_back(A);
  }
  return true;
}

/// `KIND ( NAME`: the name, or null after an error.
const Token *Parser::headerName(StringRef Kind) {
  Cursor.next();
  if (!Cursor.expect(TokenKind::LeftParen, "after '" + Kind + "'"))
    return nullptr;
  Header = Cursor.expect(TokenKind::Identifier, "for the name of the " + Kind);
  return Header;
}

/// Tokens up to \p Close at the same level, which stays at the cursor, as their source text.
bool Parser::expression(TokenKind Close, StringRef Where, StringRef &Result, SourceLocation &Begin) {
  const Token &First = Cursor.peek();
  Begin = First.location();
  size_t End = First.Offset;
  unsigned Count = 0;
  for (unsigned Level = 0;; ++Count) {
    const Token &T = Cursor.peek();
    if (Level == 0 && T.is(Close))
      break;
    if (T.is(TokenKind::End) || T.is(TokenKind::Semicolon) || T.is(TokenKind::LeftBrace) ||
        T.is(TokenKind::RightBrace) || Count > MaxListLength) {
      Cursor.unexpected(describe(Close) + " " + Where);
      return false;
    }
    bool Opens = T.is(TokenKind::LeftParen) || T.is(TokenKind::LeftBracket);
    bool Closes = T.is(TokenKind::RightParen) || T.is(TokenKind::RightBracket);
    if (Closes && Level == 0) {
      Cursor.unexpected(describe(Close) + " " + Where);
      return false;
    }
    Level = Level + Opens - Closes;
    End = T.Offset + T.Text.size();
    Cursor.next();
  }
  if (Count == 0) {
    Cursor.unexpected("an expression " + Where);
    return false;
  }
  Result = Source.Text.slice(Begin.Offset, End);
  return true;
}

/// `/ size` after the name of a cache entry.
bool Parser::cache(const Token &Name, unsigned &Size, StringRef What) {
  Cursor.next();
  const Token At = Cursor.peek();
  if (!number("the size of " + What + " '" + Name.Text + "' in code units", MaxCacheSize, Size))
    return false;
  if (Size == 0) {
    Diagnostics.error(At.location(), "cache entry '" + Name.Text + "' has size 0");
    return false;
  }
  return true;
}

/// A stack item whose name is in \p Result already.
bool Parser::item(StackItemDecl &Result) {
  if (const Token *Colon = Cursor.accept(TokenKind::Colon)) {
    const Token *Type =
        isTypeKeyword(Cursor.peek())
            ? &Cursor.next()
            : Cursor.expect(TokenKind::Identifier, "for the type of '" + Result.Name.Text + "'");
    if (!Type)
      return false;
    if (!Options.TypedItems) {
      Diagnostics.error(Colon->location(), "stack items have no types in this dialect");
      return false;
    }
    size_t End = Type->Offset + Type->Text.size();
    while (const Token *Star = Cursor.accept(TokenKind::Star))
      End = Star->Offset + 1;
    Result.Type = Source.Text.slice(Type->Offset, End);
  }
  if (Cursor.peek().isKeyword("if")) {
    const Token &If = Cursor.next();
    if (!Options.ConditionalItems) {
      Diagnostics.error(If.location(), "stack items cannot be conditional in this dialect");
      return false;
    }
    SourceLocation Begin;
    if (!Cursor.expect(TokenKind::LeftParen, "after 'if'") ||
        !expression(TokenKind::RightParen, "to close the condition of a stack item", Result.Condition, Begin))
      return false;
    Cursor.next();
  }
  if (const Token *Open = Cursor.accept(TokenKind::LeftBracket)) {
    if (!Result.Type.empty() || !Result.Condition.empty()) {
      Diagnostics.error(Open->location(), "an array on the stack has no type and no condition");
      return false;
    }
    if (!expression(TokenKind::RightBracket, "to close the size of an array", Result.Size, Result.SizeWhere))
      return false;
    Cursor.next();
  }
  return true;
}

/// True when what is next is a stack effect and not a list of flags: only the former has a `--`.
bool Parser::atEffect() {
  for (const Token &T : Tokens.drop_front(Cursor.position()).take_front(MaxListLength)) {
    if (T.is(TokenKind::MinusMinus))
      return true;
    if (T.is(TokenKind::Equal) || T.is(TokenKind::LeftBrace) || T.is(TokenKind::Semicolon))
      return false;
  }
  return false;
}

/// `( inputs -- outputs )`
bool Parser::effect(EffectDecl &Result) {
  const Token *Open = Cursor.expect(TokenKind::LeftParen, "to begin the stack effect");
  if (!Open)
    return false;
  Result.Open = *Open;
  while (!Cursor.at(TokenKind::MinusMinus)) {
    const Token *Name = Cursor.expect(TokenKind::Identifier, "for an input, or '--'");
    if (!Name)
      return false;
    if (Cursor.at(TokenKind::Slash)) {
      CacheDecl Cache{*Name};
      if (!cache(*Name, Cache.Size, "cache entry"))
        return false;
      Result.Inputs.push_back(Cache);
    } else {
      StackItemDecl Item;
      Item.Name = *Name;
      if (!item(Item))
        return false;
      Result.Inputs.push_back(Item);
    }
    if (!Cursor.accept(TokenKind::Comma) && !Cursor.at(TokenKind::MinusMinus)) {
      Cursor.unexpected("',' or '--' after an input");
      return false;
    }
  }
  Cursor.next();
  while (!Cursor.at(TokenKind::RightParen)) {
    const Token *Name = Cursor.expect(TokenKind::Identifier, "for an output, or ')'");
    if (!Name)
      return false;
    StackItemDecl Item;
    Item.Name = *Name;
    if (Cursor.at(TokenKind::Slash)) {
      Diagnostics.error(Cursor.peek().location(), "cache entry '" + Name->Text + "' among the outputs");
      return false;
    }
    if (!item(Item))
      return false;
    Result.Outputs.push_back(Item);
    if (!Cursor.accept(TokenKind::Comma) && !Cursor.at(TokenKind::RightParen)) {
      Cursor.unexpected("',' or ')' after an output");
      return false;
    }
  }
  Cursor.next();
  return true;
}

std::unique_ptr<Definition> Parser::code(std::vector<Annotation> Annotations) {
  auto Result = std::make_unique<CodeDef>();
  StringRef Kind = Cursor.peek().Text;
  Result->IsInst = Kind == "inst";
  Result->Annotations = std::move(Annotations);
  const Token *Name = headerName(Kind);
  if (!Name)
    return nullptr;
  Result->Name = *Name;
  if (!Cursor.expect(TokenKind::Comma, "before the stack effect") || !effect(Result->Effect) ||
      !Cursor.expect(TokenKind::RightParen, "after the stack effect") ||
      !parseBody(Cursor, Options.StatementBodies, Diagnostics, Result->Body))
    return nullptr;
  return Result;
}

std::unique_ptr<Definition> Parser::macro() {
  auto Result = std::make_unique<MacroDef>();
  const Token *Name = headerName("macro");
  if (!Name || !Cursor.expect(TokenKind::RightParen, "after the name of the macro") ||
      !Cursor.expect(TokenKind::Equal, "before the parts of the macro"))
    return nullptr;
  Result->Name = *Name;
  do {
    const Token *PartName = Cursor.expect(TokenKind::Identifier, "for a part of the macro");
    if (!PartName)
      return nullptr;
    MacroDef::Part Part{*PartName};
    if (Cursor.at(TokenKind::Slash)) {
      Part.IsCache = true;
      bool Back = Cursor.peekSecond().is(TokenKind::Minus);
      if (Back)
        Cursor.next(); // cache() moves past the token before the number
      unsigned Size = 0;
      if (!cache(*PartName, Size, "cache entry"))
        return nullptr;
      Part.CacheSize = Back ? -static_cast<int>(Size) : static_cast<int>(Size);
    }
    Result->Parts.push_back(Part);
  } while (Cursor.accept(TokenKind::Plus));
  if (!Cursor.expect(TokenKind::Semicolon, "or '+' after a part of the macro"))
    return nullptr;
  return Result;
}

/// Names separated by commas; a comma may follow the last.
bool Parser::names(StringRef What, std::vector<Token> &Result) {
  do {
    if (!Result.empty() && !Cursor.at(TokenKind::Identifier))
      return true;
    const Token *Name = Cursor.expect(TokenKind::Identifier, "for " + What);
    if (!Name)
      return false;
    Result.push_back(*Name);
  } while (Cursor.accept(TokenKind::Comma));
  return true;
}

std::unique_ptr<Definition> Parser::family() {
  auto Result = std::make_unique<FamilyDef>();
  const Token *Name = headerName("family");
  if (!Name)
    return nullptr;
  Result->Name = *Name;
  if (Cursor.accept(TokenKind::Comma)) {
    if (!Cursor.at(TokenKind::Identifier) && !Cursor.at(TokenKind::Number)) {
      Cursor.unexpected("a name or a number for the cache size of the family");
      return nullptr;
    }
    Result->Size = Cursor.next();
  }
  if (!Cursor.expect(TokenKind::RightParen, "after the head of the family") ||
      !Cursor.expect(TokenKind::Equal, "before the members of the family") ||
      !Cursor.expect(TokenKind::LeftBrace, "to begin the members of the family") ||
      !names("a member of the family", Result->Members) ||
      !Cursor.expect(TokenKind::RightBrace, "or ',' after a member of the family") ||
      !Cursor.expect(TokenKind::Semicolon, "after the family"))
    return nullptr;
  return Result;
}

std::unique_ptr<Definition> Parser::pseudo() {
  auto Result = std::make_unique<PseudoDef>();
  const Token *Name = headerName("pseudo");
  if (!Name)
    return nullptr;
  Result->Name = *Name;
  while (Cursor.accept(TokenKind::Comma)) {
    if (!Result->Effect && Result->Flags.empty() && atEffect()) {
      Result->Effect.emplace();
      if (!effect(*Result->Effect))
        return nullptr;
      continue;
    }
    if (!Cursor.expect(TokenKind::LeftParen, "to begin the flags") || !names("a flag", Result->Flags) ||
        !Cursor.expect(TokenKind::RightParen, "or ',' after a flag"))
      return nullptr;
  }
  if (!Cursor.expect(TokenKind::RightParen, "after the head of the pseudo instruction") ||
      !Cursor.expect(TokenKind::Equal, "before the targets of the pseudo instruction"))
    return nullptr;
  Result->IsSequence = Cursor.at(TokenKind::LeftBracket);
  if (!Result->IsSequence && !Cursor.at(TokenKind::LeftBrace)) {
    Cursor.unexpected("'{' or '[' to begin the targets");
    return nullptr;
  }
  Cursor.next();
  if (!names("a target", Result->Targets) ||
      !Cursor.expect(Result->IsSequence ? TokenKind::RightBracket : TokenKind::RightBrace,
                     "or ',' after a target") ||
      !Cursor.expect(TokenKind::Semicolon, "after the pseudo instruction"))
    return nullptr;
  return Result;
}

std::unique_ptr<Definition> Parser::label(bool IsSpilled) {
  auto Result = std::make_unique<LabelDef>();
  Result->IsSpilled = IsSpilled;
  const Token *Name = headerName("label");
  if (!Name)
    return nullptr;
  Result->Name = *Name;
  if (!Cursor.expect(TokenKind::RightParen, "after the name of the label") ||
      !parseBody(Cursor, Options.StatementBodies, Diagnostics, Result->Body))
    return nullptr;
  return Result;
}

std::unique_ptr<Definition> Parser::definition() {
  std::vector<Annotation> Annotations;
  if (!annotations(Annotations))
    return nullptr;
  const Token First = Cursor.peek();
  if (First.is("inst") || First.is("op"))
    return code(std::move(Annotations));
  if (!Annotations.empty()) {
    Cursor.unexpected("'inst' or 'op' after annotations");
    return nullptr;
  }
  if (First.is("macro"))
    return macro();
  if (First.is("family"))
    return family();
  if (First.is("pseudo"))
    return pseudo();
  if (First.is("label"))
    return label(false);
  if (First.is("spilled")) {
    Cursor.next();
    if (Cursor.peek().is("label"))
      return label(true);
    Cursor.unexpected("'label' after 'spilled'");
    return nullptr;
  }
  Cursor.unexpected("a definition (inst, op, macro, family, pseudo or label)");
  return nullptr;
}

/// After an error in the definition that began at \p Begin: moves to the next line that begins one.
void Parser::skipToNext(size_t Begin) {
  if (Cursor.position() == Begin)
    Cursor.next();
  uint32_t Line = Tokens[Begin].Line;
  while (!Cursor.atEnd()) {
    const Token &T = Cursor.peek();
    bool FirstOnLine = T.Line != Line;
    if (FirstOnLine && beginsDefinition(T) && !Cursor.peekSecond().is(TokenKind::Equal))
      return;
    Line = T.endLine();
    Cursor.next();
  }
}

void Parser::run(SyntaxTree &Tree) {
  while (!Cursor.atEnd() && !Diagnostics.full()) {
    size_t Begin = Cursor.position();
    Header = nullptr;
    if (std::unique_ptr<Definition> D = definition()) {
      D->Tokens = Cursor.since(Begin);
      Tree.Definitions.push_back(std::move(D));
    } else {
      if (Header)
        Tree.Broken.insert(Header->Text);
      skipToNext(Begin);
    }
  }
}

} // namespace

SyntaxTree parse(ArrayRef<SourceText> Sources, const LanguageOptions &Options, DiagnosticSink &Diagnostics) {
  SyntaxTree Tree;
  for (uint32_t File = 0; File != Sources.size(); ++File)
    Tree.Files.push_back(lex(Sources[File], File, Diagnostics));
  if (Diagnostics.errorCount() != 0)
    return Tree; // what the parser would say of a broken string is of no help
  for (uint32_t File = 0; File != Sources.size(); ++File)
    Parser(Sources[File], Tree.Files[File], Options, Diagnostics).run(Tree);
  return Tree;
}

} // namespace stencilgen::dsl
