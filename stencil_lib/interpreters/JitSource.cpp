// See JitSource.h.
#include "interpreters/JitSource.h"
#include "support/CTokens.h"
#include "support/Diagnostic.h"
#include "support/File.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// What stands between a parenthesis and the one that closes it.
struct Parenthesis {
  size_t Items = 0; ///< separated by commas; `()` and `(void)` have none
  size_t Close;     ///< index of the closing token; the number of tokens when there is none
};

Parenthesis readParenthesis(ArrayRef<CToken> Tokens, size_t Open) {
  Parenthesis Result;
  size_t Depth = 0;
  bool IsEmpty = true;
  for (Result.Close = Open; Result.Close < Tokens.size(); ++Result.Close) {
    const CToken &Token = Tokens[Result.Close];
    if (Token.is("(") || Token.is("[") || Token.is("{"))
      ++Depth;
    else if ((Token.is(")") || Token.is("]") || Token.is("}")) && --Depth == 0)
      break;
    else if (Token.is(",") && Depth == 1)
      ++Result.Items;
    if (Result.Close > Open && !Token.is("void"))
      IsEmpty = false;
    else if (Token.is("void") && Tokens.size() > Result.Close + 1 && !Tokens[Result.Close + 1].is(")"))
      IsEmpty = false; // `void *location`
  }
  Result.Items += !IsEmpty;
  return Result;
}

} // namespace

Expected<JitSource> JitSource::read(StringRef File) {
  auto Buffer = readFile(File, "the JIT compiler that the stencils are for");
  if (!Buffer)
    return Buffer.takeError();
  JitSource Result;
  Result.File = File.str();
  Result.Text = (*Buffer)->getBuffer().str();
  std::vector<CToken> Tokens = readCTokens(Result.Text);
  auto Is = [&](size_t I, StringRef Spelling) { return I < Tokens.size() && Tokens[I].is(Spelling); };
  auto IsName = [&](size_t I) { return I < Tokens.size() && Tokens[I].IsIdentifier; };
  StringMap<std::string> Pointers; // a name to the record that it points to
  for (size_t I = 0; I < Tokens.size(); ++I) {
    if (!Tokens[I].IsIdentifier)
      continue;
    if (Is(I + 1, "*") && IsName(I + 2) &&
        (Is(I + 3, ";") || Is(I + 3, "=") || Is(I + 3, ",") || Is(I + 3, ")")))
      Pointers[Tokens[I + 2].Text] = Tokens[I].Text.str();
    if (Tokens[I].BraceDepth == 0 && Is(I + 1, "(")) {
      Parenthesis P = readParenthesis(Tokens, I + 1);
      bool IsDefinition = Is(P.Close + 1, "{");
      if (IsDefinition || (Is(P.Close + 1, ";") && !Result.Functions.contains(Tokens[I].Text)))
        Result.Functions[Tokens[I].Text] = {P.Items, Tokens[I].Offset};
    }
    auto Record = Pointers.find(Tokens[I].Text);
    if (Record != Pointers.end() && Is(I + 1, "->") && IsName(I + 2)) {
      MemberUse Use{Record->second, Tokens[I + 2].Text.str(), Tokens[I + 2].Offset, std::nullopt};
      if (Is(I + 3, "("))
        Use.Arguments = readParenthesis(Tokens, I + 3).Items;
      Result.Uses.push_back(std::move(Use));
    }
  }
  return Result;
}

const JitSource::Function *JitSource::function(StringRef Name) const {
  auto Found = Functions.find(Name);
  return Found == Functions.end() ? nullptr : &Found->second;
}

bool JitSource::hasFunction(StringRef Name, size_t Parameters) const {
  const Function *Found = function(Name);
  return Found && Found->Parameters == Parameters;
}

Error JitSource::errorAt(size_t Offset, const Twine &Message) const {
  return makeErrorAt(File, Text, Offset, Message);
}

} // namespace stencilgen
