// Dumps of tokens and trees.
#include "dsl/Printer.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Casting.h"

using namespace llvm;

namespace stencilgen::dsl {

void printTokens(raw_ostream &OS, ArrayRef<Token> Tokens, ArrayRef<SourceText> Sources) {
  for (const Token &T : Tokens) {
    OS << Sources[T.File].Name << ":" << T.Line << ":" << T.Column << ": " << describe(T.Kind);
    if (!T.Text.empty()) {
      OS << " ";
      OS.write_escaped(T.Text);
    }
    OS << "\n";
  }
}

namespace {

class AstPrinter {
public:
  AstPrinter(raw_ostream &OS, ArrayRef<SourceText> Sources) : OS(OS), Sources(Sources) {}

  void definition(const Definition &D);

private:
  raw_ostream &OS;
  ArrayRef<SourceText> Sources;

  raw_ostream &line(unsigned Indent) { return OS.indent(2 * Indent); }
  void tokens(TokenRange Tokens);
  void names(StringRef Before, ArrayRef<Token> Names, StringRef After);
  void item(const StackItemDecl &Item);
  void effect(const EffectDecl &Effect);
  void body(const CodeBody &Body);
  void statement(const Stmt &S, unsigned Indent);
};

void AstPrinter::tokens(TokenRange Tokens) {
  StringRef Between;
  for (const Token &T : Tokens) {
    if (T.is(TokenKind::Comment))
      continue;
    OS << Between;
    OS.write_escaped(T.Text);
    Between = " ";
  }
}

void AstPrinter::names(StringRef Before, ArrayRef<Token> Names, StringRef After) {
  OS << Before;
  interleave(Names, OS, [&](const Token &T) { OS << T.Text; }, ", ");
  OS << After;
}

void AstPrinter::item(const StackItemDecl &Item) {
  OS << Item.Name.Text;
  if (!Item.Type.empty())
    OS << ": " << Item.Type;
  if (!Item.Size.empty())
    OS << "[" << Item.Size << "]";
  if (!Item.Condition.empty())
    OS << " if (" << Item.Condition << ")";
}

void AstPrinter::effect(const EffectDecl &Effect) {
  OS << "(";
  interleave(
      Effect.Inputs, OS,
      [&](const InputDecl &Input) {
        if (const auto *Cache = std::get_if<CacheDecl>(&Input))
          OS << Cache->Name.Text << "/" << Cache->Size;
        else
          item(std::get<StackItemDecl>(Input));
      },
      ", ");
  OS << " -- ";
  interleave(Effect.Outputs, OS, [&](const StackItemDecl &Output) { item(Output); }, ", ");
  OS << ")";
}

void AstPrinter::statement(const Stmt &S, unsigned Indent) {
  line(Indent);
  switch (S.kind()) {
  case Stmt::Kind::Simple:
    OS << "simple: ";
    tokens(cast<SimpleStmt>(S).Tokens);
    OS << "\n";
    return;
  case Stmt::Kind::Block:
    OS << "block\n";
    for (const StmtPtr &Child : cast<BlockStmt>(S).Body)
      statement(*Child, Indent + 1);
    return;
  case Stmt::Kind::If: {
    const auto &If = cast<IfStmt>(S);
    OS << "if ";
    tokens(If.Condition);
    OS << "\n";
    statement(*If.Then, Indent + 1);
    if (If.ElseBody) {
      line(Indent) << "else\n";
      statement(*If.ElseBody, Indent + 1);
    }
    return;
  }
  case Stmt::Kind::Loop: {
    const auto &Loop = cast<LoopStmt>(S);
    OS << Loop.Keyword.Text << " ";
    tokens(Loop.Header);
    OS << "\n";
    return statement(*Loop.Body, Indent + 1);
  }
  case Stmt::Kind::Preprocessor: {
    StringRef Separator = "";
    for (const PreprocessorStmt::Branch &B : cast<PreprocessorStmt>(S).Branches) {
      if (!Separator.empty())
        line(Indent);
      Separator = "\n";
      OS << "preprocessor: " << B.Directive.Text << "\n";
      for (const StmtPtr &Child : B.Body)
        statement(*Child, Indent + 1);
    }
    return;
  }
  }
}

void AstPrinter::body(const CodeBody &Body) {
  if (Body.Tree)
    for (const StmtPtr &S : Body.Tree->Body)
      statement(*S, 1);
  else
    line(1) << "tokens: " << Body.Tokens.size() << "\n";
}

void AstPrinter::definition(const Definition &D) {
  OS << Sources[D.Name.File].Name << ":" << D.Tokens.front().Line << ": ";
  switch (D.kind()) {
  case Definition::Kind::Code: {
    const auto &Code = cast<CodeDef>(D);
    for (const Annotation &A : Code.Annotations) {
      OS << A.Word.Text;
      if (A.Word.Text == "replicate")
        OS << "(" << A.Begin << ":" << A.End << ")";
      OS << " ";
    }
    OS << (Code.IsInst ? "inst " : "op ") << D.Name.Text << " ";
    effect(Code.Effect);
    OS << "\n";
    return body(Code.Body);
  }
  case Definition::Kind::Macro:
    OS << "macro " << D.Name.Text << " =";
    for (const MacroDef::Part &P : cast<MacroDef>(D).Parts) {
      OS << " " << P.Name.Text;
      if (P.IsCache)
        OS << "/" << P.CacheSize;
    }
    OS << "\n";
    return;
  case Definition::Kind::Family: {
    const auto &F = cast<FamilyDef>(D);
    OS << "family " << D.Name.Text;
    if (F.Size)
      OS << ", " << F.Size->Text;
    return names(" = ", F.Members, "\n");
  }
  case Definition::Kind::Pseudo: {
    const auto &P = cast<PseudoDef>(D);
    OS << "pseudo " << D.Name.Text << " ";
    if (P.Effect)
      effect(*P.Effect);
    names(" flags (", P.Flags, ")");
    return names(P.IsSequence ? " sequence of " : " one of ", P.Targets, "\n");
  }
  case Definition::Kind::Label:
    OS << (cast<LabelDef>(D).IsSpilled ? "spilled label " : "label ") << D.Name.Text << "\n";
    return body(cast<LabelDef>(D).Body);
  }
}

} // namespace

void printDefinition(raw_ostream &OS, const Definition &D, ArrayRef<SourceText> Sources) {
  AstPrinter(OS, Sources).definition(D);
}

void printAst(raw_ostream &OS, const SyntaxTree &Tree, ArrayRef<SourceText> Sources) {
  for (const std::unique_ptr<Definition> &D : Tree.Definitions)
    printDefinition(OS, *D, Sources);
}

} // namespace stencilgen::dsl
