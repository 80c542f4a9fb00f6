// Properties, from names and statements. The rules are CPython's (Tools/cases_generator/analyzer.py).
#include "uops/Properties.h"
#include "uops/Bodies.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Casting.h"

using namespace llvm;
using namespace stencilgen::dsl;

namespace stencilgen::uops {

std::vector<StringRef> Properties::names() const {
  std::vector<StringRef> Result;
#define STENCILGEN_NAME(Member, Name, Merge)                                                                 \
  if (Member)                                                                                                \
    Result.push_back(Name);
  STENCILGEN_UOP_PROPERTIES(STENCILGEN_NAME)
#undef STENCILGEN_NAME
  return Result;
}

Properties mergeProperties(ArrayRef<const Properties *> Parts) {
  Properties Result;
  auto any = [&](bool Properties::*Member) {
    return any_of(Parts, [&](const Properties *P) { return P->*Member; });
  };
  auto all = [&](bool Properties::*Member) {
    return all_of(Parts, [&](const Properties *P) { return P->*Member; });
  };
#define STENCILGEN_MERGE(Member, Name, Merge) Result.Member = Merge(&Properties::Member);
  STENCILGEN_UOP_PROPERTIES(STENCILGEN_MERGE)
#undef STENCILGEN_MERGE
  return Result;
}

namespace {

bool usesAny(const BodyFacts &Facts, ArrayRef<std::string> Names) {
  return any_of(Names, [&](StringRef Name) { return Facts.uses(Name); });
}

bool isAlwaysTrue(const Token &T) { return T.Text == "true" || T.Text == "1"; }

/// `ERROR_IF(true)` and the like: control never comes back.
bool isUnconditionalExit(const Stmt &S) {
  const auto *Simple = dyn_cast<SimpleStmt>(&S);
  if (!Simple || Simple->Tokens.size() < 4)
    return false;
  TokenRange T = Simple->Tokens;
  return (T[0].is("ERROR_IF") || T[0].is("DEOPT_IF") || T[0].is("EXIT_IF") || T[0].is("AT_END_EXIT_IF")) &&
         T[1].is(TokenKind::LeftParen) && isAlwaysTrue(T[2]) && T[3].is(TokenKind::RightParen);
}

/// Whether running arbitrary code is possible on a path that goes on after the statement.
class StatementEscapes {
public:
  explicit StatementEscapes(const BodyFacts &Facts) : Facts(Facts) {}

  bool statement(const Stmt &S) const {
    switch (S.kind()) {
    case Stmt::Kind::Simple:
      return Facts.EscapingCalls.contains(&cast<SimpleStmt>(S)) ||
             any_of(cast<SimpleStmt>(S).Tokens, [](const Token &T) { return T.is("DECREF_INPUTS"); });
    case Stmt::Kind::Block:
      return list(cast<BlockStmt>(S).Body);
    case Stmt::Kind::If: {
      const auto &If = cast<IfStmt>(S);
      return (If.ElseBody && statement(*If.ElseBody)) || statement(*If.Then);
    }
    case Stmt::Kind::Loop:
      return statement(*cast<LoopStmt>(S).Body);
    case Stmt::Kind::Preprocessor:
      return any_of(cast<PreprocessorStmt>(S).Branches,
                    [&](const PreprocessorStmt::Branch &Branch) { return list(Branch.Body); });
    }
    return false;
  }

private:
  const BodyFacts &Facts;

  bool list(const std::vector<StmtPtr> &List) const {
    if (List.empty() || isUnconditionalExit(*List.back()))
      return false;
    return any_of(List, [&](const StmtPtr &S) { return statement(*S); });
  }
};

/// LoweringProfile::EscapeRules::Rule::Names.
bool callsUnlistedFunction(const CodeDef &Definition, const LoweringProfile::EscapeRules &Rules) {
  auto Forced = [&](StringRef Name) {
    return any_of(Rules.Always, [&](StringRef Always) { return Name.contains(Always); });
  };
  if (Forced(Definition.Name.Text))
    return true;
  TokenRange Tokens = Definition.Body.Tokens;
  for (size_t I = 0; I + 1 < Tokens.size(); ++I) {
    const Token &T = Tokens[I];
    if (!T.is(TokenKind::Identifier) || !Tokens[I + 1].is(TokenKind::LeftParen))
      continue;
    if (is_contained(Rules.Always, T.Text))
      return true;
    bool IsApi = any_of(Rules.Api, [&](StringRef Prefix) { return T.Text.starts_with(Prefix); });
    if (IsApi && findEscapingCall(Tokens.slice(I, 2), Rules))
      return true;
  }
  return false;
}

/// Whether the outermost block has a statement after which control never comes back.
bool alwaysExits(const CodeBody &Body, const StringSet<> &Exits) {
  int Depth = 0;
  for (size_t I = 0; I < Body.Tokens.size(); ++I) {
    const Token &T = Body.Tokens[I];
    Depth += T.is(TokenKind::LeftBrace);
    Depth -= T.is(TokenKind::RightBrace);
    if (Depth > 1)
      continue;
    if (T.isKeyword("goto") || T.isKeyword("return") ||
        (T.is(TokenKind::Identifier) && Exits.contains(T.Text)))
      return true;
    if ((T.is("DEOPT_IF") || T.is("ERROR_IF")) && I + 2 < Body.Tokens.size() &&
        isAlwaysTrue(Body.Tokens[I + 2]))
      return true;
  }
  return false;
}

std::optional<unsigned> tierOf(const CodeDef &Definition) {
  for (const Annotation &A : Definition.Annotations) {
    if (A.Word.Text == "specializing" || A.Word.Text == "tier1")
      return 1;
    if (A.Word.Text == "tier2")
      return 2;
  }
  return std::nullopt;
}

/// `... CHECK(); }` with the profile's check for pending work.
bool endsWithEvalBreaker(TokenRange Body, StringRef Check) {
  return !Check.empty() && Body.size() >= 5 && Body[Body.size() - 5].is(Check);
}

void checkExits(const CodeDef &Definition, const BodyFacts &Facts, DiagnosticSink &Diagnostics) {
  static constexpr StringLiteral Ways[] = {"DEOPT_IF", "EXIT_IF", "HANDLE_PENDING_AND_DEOPT_IF"};
  const Token *First = nullptr;
  for (const Token &T : Definition.Body.Tokens) {
    if (!T.is(TokenKind::Identifier) || !is_contained(Ways, T.Text))
      continue;
    if (!First) {
      First = &T;
    } else if (First->Text != T.Text) {
      Diagnostics.error(T.location(), "'" + Definition.Name.Text + "' leaves with both " + First->Text +
                                          " and " + T.Text + ": a micro-op has one kind of exit");
      Diagnostics.note(First->location(), "the first exit is here");
      return;
    }
  }
}

} // namespace

Properties computeProperties(const CodeDef &Definition, const BodyFacts &Facts,
                             const LoweringProfile &Profile, DiagnosticSink &Diagnostics) {
  using Rule = LoweringProfile::EscapeRules::Rule;
  checkExits(Definition, Facts, Diagnostics);
  Properties P;
  switch (Profile.Escapes.By) {
  case Rule::Calls:
    P.Escapes = !Facts.EscapingCalls.empty();
    break;
  case Rule::Statements:
    P.Escapes = Definition.Body.Tree && StatementEscapes(Facts).statement(*Definition.Body.Tree);
    break;
  case Rule::Names:
    P.Escapes = callsUnlistedFunction(Definition, Profile.Escapes);
    break;
  }
  P.ErrorWithPop = usesAny(Facts, Profile.ErrorWithPop);
  P.ErrorWithoutPop = usesAny(Facts, Profile.ErrorWithoutPop);
  P.Deopts = Facts.uses("DEOPT_IF");
  P.DeoptsPeriodic = Facts.uses("HANDLE_PENDING_AND_DEOPT_IF");
  P.SideExit = Facts.uses("EXIT_IF");
  P.SideExitAtEnd = Facts.uses("AT_END_EXIT_IF");
  P.Oparg = any_of(Definition.Tokens, [](const Token &T) { return T.is("oparg"); });
  P.Jumps = Facts.uses("JUMPBY");
  P.EvalBreaker =
      usesAny(Facts, Profile.EvalBreakerUses) ||
      any_of(Profile.EvalBreakerNames, [&](StringRef Part) { return Definition.Name.Text.contains(Part); });
  P.EndsWithEvalBreaker = endsWithEvalBreaker(Definition.Body.Tokens, Profile.EvalBreakerAtEnd);
  P.NeedsThis = Facts.uses("this_instr");
  P.NeedsPrev = Facts.uses("prev_instr");
  P.AlwaysExits = alwaysExits(Definition.Body, Profile.Exits);
  P.SyncsStack = usesAny(Facts, Profile.SyncsStack);
  P.UsesConsts = Facts.uses("FRAME_CO_CONSTS");
  P.UsesNames = Facts.uses("FRAME_CO_NAMES");
  P.HasFree = usesAny(Facts, Profile.CellFunctions);
  P.UsesLocals = usesAny(Facts, Profile.UsesLocals) && !P.HasFree;
  P.UsesOpcode = Facts.uses("opcode");
  P.RecordsValue = Facts.uses("RECORD_VALUE");
  P.Pure = Definition.has("pure");
  P.NoSaveIp = Definition.has("no_save_ip");
  P.Tier = tierOf(Definition);
  return P;
}

std::string whyNotViable(const Uop &U, const LoweringProfile &Profile) {
  const LoweringProfile::ViabilityRules &Rules = Profile.Viability;
  const Properties &P = U.Props;
  if (Rules.Always.contains(U.Name))
    return "";
  if (!Profile.Opcodes.InstrumentedPrefix.empty() &&
      StringRef(U.Name).contains(Profile.Opcodes.InstrumentedPrefix))
    return "is instrumented";
  if (U.Definition->has("replaced"))
    return "is replaced";
  if (Rules.Tier1ControlFlow.contains(U.Name))
    return "has tier 1 control flow";
  if (P.NeedsThis)
    return "uses the 'this_instr' variable";
  if (count_if(U.Caches, [](const CacheEntry &C) { return !C.isUnused(); }) > Rules.MaxOperands)
    return Rules.TooManyOperands;
  if (P.ErrorWithPop && P.ErrorWithoutPop)
    return "has both popping and not-popping errors";
  if (Rules.EvalBreakerAlone && P.EvalBreaker) {
    if (P.ErrorWithPop || P.ErrorWithoutPop)
      return "has error handling and eval-breaker check";
    if (P.SideExit)
      return "exits and eval-breaker check";
    if (P.Deopts)
      return "deopts and eval-breaker check";
  }
  return "";
}

} // namespace stencilgen::uops
