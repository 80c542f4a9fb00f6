// The syntax tree: definitions, their stack effects, and C bodies as statement trees.
//
// Nodes refer to tokens of the texts they were parsed from; SyntaxTree keeps those alive. Every node can say
// where it is. What the parts mean is the analysis' business (uops/).
#ifndef STENCILGEN_DSL_AST_H
#define STENCILGEN_DSL_AST_H

#include "dsl/Token.h"
#include "llvm/ADT/StringSet.h"
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace stencilgen::dsl {

//===-- Statements
//--------------------------------------------------------------------------------------------===//

/// A statement of a C body. Only what decides control flow is a tree; everything else is a SimpleStmt of
/// tokens.
class Stmt {
public:
  enum class Kind { Simple, Block, If, Loop, Preprocessor };

  virtual ~Stmt() = default;
  Kind kind() const { return TheKind; }

protected:
  explicit Stmt(Kind K) : TheKind(K) {}

private:
  Kind TheKind;
};

using StmtPtr = std::unique_ptr<Stmt>;

/// Tokens up to a semicolon, which is the last one; or a single preprocessor line that is no conditional.
class SimpleStmt : public Stmt {
public:
  TokenRange Tokens; ///< never empty; may hold comments, but not as the first

  explicit SimpleStmt(TokenRange Tokens) : Stmt(Kind::Simple), Tokens(Tokens) {}
  static bool classof(const Stmt *S) { return S->kind() == Kind::Simple; }
};

/// `{ ... }`
class BlockStmt : public Stmt {
public:
  Token Open;
  std::vector<StmtPtr> Body;
  Token Close;

  BlockStmt() : Stmt(Kind::Block) {}
  static bool classof(const Stmt *S) { return S->kind() == Kind::Block; }
};

/// `if (...) { ... }`, `else if`, `else { ... }`
class IfStmt : public Stmt {
public:
  Token If;
  TokenRange Condition; ///< with its parentheses
  std::unique_ptr<BlockStmt> Then;
  std::optional<Token> Else;
  StmtPtr ElseBody; ///< a BlockStmt or an IfStmt; null without `else`

  IfStmt() : Stmt(Kind::If) {}
  static bool classof(const Stmt *S) { return S->kind() == Kind::If; }
};

/// `for (...) { ... }`, `while (...) { ... }`
class LoopStmt : public Stmt {
public:
  Token Keyword;
  TokenRange Header; ///< with its parentheses
  std::unique_ptr<BlockStmt> Body;

  LoopStmt() : Stmt(Kind::Loop) {}
  bool isWhile() const { return Keyword.Text == "while"; }
  static bool classof(const Stmt *S) { return S->kind() == Kind::Loop; }
};

/// `#if ... #elif ... #else ... #endif`
class PreprocessorStmt : public Stmt {
public:
  struct Branch {
    Token Directive; ///< the #if, #elif or #else line
    std::vector<StmtPtr> Body;
  };
  std::vector<Branch> Branches; ///< the first is the #if's
  Token Endif;

  PreprocessorStmt() : Stmt(Kind::Preprocessor) {}
  bool hasElse() const { return Branches.back().Directive.is(TokenKind::DirectiveElse); }
  static bool classof(const Stmt *S) { return S->kind() == Kind::Preprocessor; }
};

//===-- Effects
//-----------------------------------------------------------------------------------------------===//

/// One item of a stack effect: `name`, `name: type`, `name: type *`, `name[size]`, each also with `if
/// (condition)`.
struct StackItemDecl {
  Token Name;
  llvm::StringRef Type;      ///< empty: the interpreter's stack item
  llvm::StringRef Size;      ///< the expression in brackets; empty: a scalar
  llvm::StringRef Condition; ///< the item is there when this holds; empty: always
  SourceLocation SizeWhere;
};

/// `name/size`: an inline cache entry of \p Size code units.
struct CacheDecl {
  Token Name;
  unsigned Size = 0;
  bool isUnused() const { return Name.Text == "unused"; }
};

/// What stands before `--`: items and cache entries in the order written.
using InputDecl = std::variant<StackItemDecl, CacheDecl>;

struct EffectDecl {
  Token Open; ///< the left parenthesis, for messages about the whole
  std::vector<InputDecl> Inputs;
  std::vector<StackItemDecl> Outputs;
};

/// A word before `inst` or `op`.
struct Annotation {
  Token Word;
  unsigned Begin = 0, End = 0; ///< replicate(n) and replicate(a:b): the half-open range
};

//===-- Definitions
//-------------------------------------------------------------------------------------------===//

/// The C text of an instruction or a label.
struct CodeBody {
  TokenRange Tokens;               ///< from `{` to `}`, comments among them
  std::unique_ptr<BlockStmt> Tree; ///< null where the language takes bodies as plain tokens
};

class Definition {
public:
  enum class Kind { Code, Macro, Family, Pseudo, Label };

  TokenRange Tokens; ///< the whole definition
  Token Name;

  virtual ~Definition() = default;
  Kind kind() const { return TheKind; }

protected:
  explicit Definition(Kind K) : TheKind(K) {}

private:
  Kind TheKind;
};

/// `inst(NAME, (inputs -- outputs)) { ... }` and `op(...)`, with annotations before it.
class CodeDef : public Definition {
public:
  std::vector<Annotation> Annotations;
  bool IsInst = false;
  EffectDecl Effect;
  CodeBody Body;

  CodeDef() : Definition(Kind::Code) {}
  bool has(llvm::StringRef Word) const {
    for (const Annotation &A : Annotations)
      if (A.Word.Text == Word)
        return true;
    return false;
  }
  static bool classof(const Definition *D) { return D->kind() == Kind::Code; }
};

/// `macro(NAME) = part + part/size + ...;`
class MacroDef : public Definition {
public:
  struct Part {
    Token Name;
    bool IsCache = false; ///< `name/size`: skips entries; a negative size goes back to read entries again
    int CacheSize = 0;
  };
  std::vector<Part> Parts;

  MacroDef() : Definition(Kind::Macro) {}
  static bool classof(const Definition *D) { return D->kind() == Kind::Macro; }
};

/// `family(NAME, SIZE) = { member, ... };`
class FamilyDef : public Definition {
public:
  std::optional<Token> Size; ///< a name or a number: the cache size in code units
  std::vector<Token> Members;

  FamilyDef() : Definition(Kind::Family) {}
  static bool classof(const Definition *D) { return D->kind() == Kind::Family; }
};

/// `pseudo(NAME, effect, (flag, ...)) = { target, ... };` or `= [ target, ... ];`
class PseudoDef : public Definition {
public:
  std::optional<EffectDecl> Effect; ///< absent in the older form `pseudo(NAME) = ...`
  std::vector<Token> Flags;
  std::vector<Token> Targets;
  bool IsSequence = false; ///< square brackets: the targets follow each other; braces: it becomes one of them

  PseudoDef() : Definition(Kind::Pseudo) {}
  static bool classof(const Definition *D) { return D->kind() == Kind::Pseudo; }
};

/// `label(NAME) { ... }`, `spilled label(NAME) { ... }`
class LabelDef : public Definition {
public:
  bool IsSpilled = false; ///< the stack pointer is in memory when control arrives
  CodeBody Body;

  LabelDef() : Definition(Kind::Label) {}
  static bool classof(const Definition *D) { return D->kind() == Kind::Label; }
};

/// Everything parsed in one run, in the order written.
struct SyntaxTree {
  std::vector<std::vector<Token>> Files; ///< owns the tokens
  std::vector<std::unique_ptr<Definition>> Definitions;
  llvm::StringSet<>
      Broken; ///< names of definitions that could not be parsed: what refers to them is not wrong too
};

} // namespace stencilgen::dsl

#endif
