// Facts about bodies.
//
// The rules are CPython's (Tools/cases_generator/analyzer.py): a body is not parsed as C, so "a call" is a
// name before a parenthesis, and what a call may do is known by its name alone. The list of harmless names is
// the profile's.
#include "uops/Bodies.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Casting.h"

using namespace llvm;
using namespace stencilgen::dsl;

namespace stencilgen::uops {

void forEachStatement(const Stmt &S, function_ref<void(const Stmt &)> Visit) {
  Visit(S);
  switch (S.kind()) {
  case Stmt::Kind::Simple:
    return;
  case Stmt::Kind::Block:
    for (const StmtPtr &Child : cast<BlockStmt>(S).Body)
      forEachStatement(*Child, Visit);
    return;
  case Stmt::Kind::If: {
    const auto &If = cast<IfStmt>(S);
    forEachStatement(*If.Then, Visit);
    if (If.ElseBody)
      forEachStatement(*If.ElseBody, Visit);
    return;
  }
  case Stmt::Kind::Loop:
    return forEachStatement(*cast<LoopStmt>(S).Body, Visit);
  case Stmt::Kind::Preprocessor:
    for (const PreprocessorStmt::Branch &Branch : cast<PreprocessorStmt>(S).Branches)
      for (const StmtPtr &Child : Branch.Body)
        forEachStatement(*Child, Visit);
    return;
  }
}

namespace {

/// True for a name in capitals: by convention a macro that does not escape.
bool isMacroName(StringRef Name) {
  return none_of(Name, [](char C) { return isLower(C); });
}

bool isHarmless(StringRef Name, const LoweringProfile::EscapeRules &Rules) {
  return isMacroName(Name) || Rules.NonEscaping.contains(Name) ||
         any_of(Rules.NonEscapingPrefixes, [&](StringRef Prefix) { return Name.starts_with(Prefix); }) ||
         any_of(Rules.NonEscapingSuffixes, [&](StringRef Suffix) { return Name.ends_with(Suffix); });
}

/// True when the parenthesis at \p Close ends a cast and no callee: `(int)(x)`, `(uint16_t)(x)`, `(PyObject
/// *)(x)`.
bool endsCast(TokenRange Tokens, size_t Close) {
  if (Close == 0)
    return false;
  const Token &Last = Tokens[Close - 1];
  return Last.Text.ends_with("_t") || Last.is(TokenKind::Star) || Last.isKeyword("int");
}

class Collector {
public:
  Collector(const EffectDecl *Effect, const LoweringProfile::EscapeRules &Rules, DiagnosticSink &Diagnostics,
            BodyFacts &Facts)
      : Rules(Rules), Diagnostics(Diagnostics), Facts(Facts) {
    if (!Effect)
      return;
    for (const InputDecl &Input : Effect->Inputs)
      if (const auto *Item = std::get_if<StackItemDecl>(&Input))
        Items.insert(Item->Name.Text);
    for (const StackItemDecl &Output : Effect->Outputs) {
      Items.insert(Output.Name.Text);
      Outputs.insert(Output.Name.Text);
    }
  }

  void names(TokenRange Tokens) {
    Facts.TokenCount += Tokens.size();
    for (const Token &T : Tokens)
      if (T.is(TokenKind::Identifier))
        Facts.Names.insert(T.Text);
  }
  void visit(const Stmt &S);

private:
  const LoweringProfile::EscapeRules &Rules;
  DiagnosticSink &Diagnostics;
  BodyFacts &Facts;
  DenseSet<StringRef> Items, Outputs;

  void escapes(const SimpleStmt &S);
  void condition(TokenRange Tokens, bool MayStore);
  template <typename Callback> void stores(TokenRange Tokens, Callback Found);
};

/// Calls \p Found with the tokens that name a stack item being given a value: `name = ...`, `&output`.
template <typename Callback> void Collector::stores(TokenRange Tokens, Callback Found) {
  if (Tokens.size() < 4)
    return;
  if (Tokens[0].is(TokenKind::Identifier) && Tokens[1].is(TokenKind::Equal) && Items.contains(Tokens[0].Text))
    Found(Tokens[0]);
  for (size_t I = 0; I + 1 < Tokens.size(); ++I)
    if (Tokens[I].is(TokenKind::Ampersand) && Outputs.contains(Tokens[I + 1].Text))
      Found(Tokens[I + 1]);
}

void Collector::escapes(const SimpleStmt &S) {
  std::optional<Token> Call = findEscapingCall(S.Tokens, Rules);
  if (!Call)
    return;
  EscapingCall Escape{*Call, std::nullopt};
  const Token *At = find_if(S.Tokens, [&](const Token &T) { return T.Offset == Call->Offset; });
  if (Rules.Closes.contains(Call->Text)) {
    const Token &Argument =
        At[2]; // the statement ends in a semicolon: there is a token after the parenthesis
    if (Argument.is(TokenKind::Identifier))
      Escape.Closes = Argument;
    else
      Diagnostics.error(Argument.location(), "expected the name of a stack item after '" + Call->Text +
                                                 "(', found '" + Argument.Text + "'");
  }
  // In the condition of an exit there is no place to write the stack to memory.
  static constexpr StringLiteral Conditional[] = {"DEOPT_IF", "ERROR_IF", "EXIT_IF",
                                                  "HANDLE_PENDING_AND_DEOPT_IF", "AT_END_EXIT_IF"};
  unsigned Level = 0;
  const Token *Exit = nullptr;
  for (const Token &T : ArrayRef(S.Tokens.begin(), At)) {
    if (T.is(TokenKind::Identifier) && is_contained(Conditional, T.Text)) {
      Exit = &T;
      Level = 0;
    } else if (Exit && T.is(TokenKind::LeftParen)) {
      ++Level;
    } else if (Exit && T.is(TokenKind::RightParen) && --Level == 0) {
      Exit = nullptr;
    }
  }
  if (Exit)
    Diagnostics.error(Call->location(),
                      "escaping call '" + Call->Text + "' in the condition of " + Exit->Text);
  Facts.EscapingCalls.insert({&S, Escape});
}

void Collector::condition(TokenRange Tokens, bool MayStore) {
  if (std::optional<Token> Call = findEscapingCall(Tokens, Rules))
    Diagnostics.error(Call->location(), "escaping call '" + Call->Text + "' in a condition");
  if (!MayStore)
    stores(Tokens, [&](const Token &T) {
      Diagnostics.error(T.location(), "stack item '" + T.Text + "' gets its value in a condition");
    });
}

void Collector::visit(const Stmt &S) {
  switch (S.kind()) {
  case Stmt::Kind::Simple: {
    const auto &Simple = cast<SimpleStmt>(S);
    if (Simple.Tokens.front().isDirective()) {
      ++Facts.TokenCount;
      return;
    }
    names(Simple.Tokens);
    stores(Simple.Tokens, [&](const Token &T) { Facts.Stores.insert(T.Offset); });
    escapes(Simple);
    return;
  }
  case Stmt::Kind::Block:
    Facts.TokenCount += 2;
    return;
  case Stmt::Kind::If: {
    const auto &If = cast<IfStmt>(S);
    Facts.TokenCount += If.Else ? 2 : 1;
    names(If.Condition);
    condition(If.Condition, /*MayStore=*/false);
    return;
  }
  case Stmt::Kind::Loop: {
    const auto &Loop = cast<LoopStmt>(S);
    Facts.TokenCount += 1;
    names(Loop.Header);
    if (Loop.isWhile())
      condition(Loop.Header, /*MayStore=*/true);
    return;
  }
  case Stmt::Kind::Preprocessor:
    Facts.TokenCount += 1;
    return;
  }
}

} // namespace

std::optional<Token> findEscapingCall(TokenRange Tokens, const LoweringProfile::EscapeRules &Rules) {
  std::optional<Token> Result;
  for (size_t I = 0; I + 1 < Tokens.size(); ++I) {
    const Token &T = Tokens[I];
    if (!Tokens[I + 1].is(TokenKind::LeftParen))
      continue;
    if (T.is(TokenKind::Identifier)
            ? isHarmless(T.Text, Rules)
            : !T.is(TokenKind::RightBracket) && (!T.is(TokenKind::RightParen) || endsCast(Tokens, I)))
      continue;
    Result = T;
  }
  return Result;
}

BodyFacts collectBodyFacts(const CodeBody &Body, const EffectDecl *Effect,
                           const LoweringProfile::EscapeRules &Rules, DiagnosticSink &Diagnostics) {
  BodyFacts Facts;
  Facts.Body = &Body;
  Collector C(Effect, Rules, Diagnostics, Facts);
  if (Body.Tree)
    forEachStatement(*Body.Tree, [&](const Stmt &S) { C.visit(S); });
  else
    C.names(Body.Tokens);
  return Facts;
}

} // namespace stencilgen::uops
